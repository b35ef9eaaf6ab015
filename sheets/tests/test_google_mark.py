"""A spreadsheet belongs to one salon: a mark in it says to which, and costs no request of a cycle."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bookings.models import Booking
from bookings.tests.factories import make_project
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.wire import Json
from sheets import google as client
from sheets.google import marks
from sheets.google.access import access_to
from sheets.models import SheetLink
from sheets.rhythm.hints import mark_dirty
from sheets.tests.salon import SheetSalon
from sheets.trouble.advice import OF_FOREIGN


def marks_in(salon: SheetSalon, book: str = "book") -> list[str]:
    found = salon.google.books[book].metadata
    return [note["metadataValue"] for note in found if note["metadataKey"] == marks.KEY]


def spent(salon: SheetSalon) -> tuple[int, int]:
    return salon.google.counters["read"], salon.google.counters["write"]


def mark_of_another(book: str = "book") -> Json:
    note = {"metadataKey": marks.KEY, "metadataValue": f"{book}:somebody", "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": {**note, "location": {"spreadsheet": True}}}}


def claim(salon: SheetSalon) -> None:
    """Another installation, which knows nothing of this database, writes its mark."""
    SheetLink.objects.update(spreadsheet_id="elsewhere")
    client.write("book", [mark_of_another()])
    SheetLink.objects.update(spreadsheet_id="book")


def test_the_first_write_leaves_one_mark_and_costs_nothing(salon: SheetSalon) -> None:
    salon.book("10:00")
    salon.sync()
    assert spent(salon) == (3, 1)  # the worksheets had to be found, and to be seen empty
    salon.book("12:00")
    salon.sync()
    link = salon.link()
    assert spent(salon) == (4, 2)
    assert marks_in(salon) == [f"book:{link.mark}"]
    assert link.marked_id == "book"


def test_nothing_of_a_spreadsheet_with_a_foreign_mark_is_read_or_written(salon: SheetSalon) -> None:
    claim(salon)
    salon.edit("add_sheet", tab="Sheet1", title="Анна")
    salon.edit("set_row", row=1, values=["Дата"])
    booking = salon.book("10:00")
    before = len(salon.google.log.find(path=":batchUpdate|values"))
    with pytest.raises(client.ForeignSpreadsheet):
        salon.sync()
    assert len(salon.google.log.find(path=":batchUpdate|values")) == before
    assert Booking.objects.get() == booking
    assert marks_in(salon) == ["book:somebody"]


def test_who_writes_second_sees_the_first_one_and_takes_the_own_mark_back(salon: SheetSalon) -> None:
    salon.book("10:00")
    client.tabs_of("book")  # looked before the other one wrote
    claim(salon)
    with pytest.raises(client.ForeignSpreadsheet):
        client.write("book", [{"addSheet": {"properties": {"title": "x"}}}])
    assert marks_in(salon) == ["book:somebody"]
    assert salon.link().marked_id == ""


def test_who_was_first_notices_a_later_mark_with_the_next_write(salon: SheetSalon) -> None:
    salon.sync()
    claim(salon)
    salon.book("10:00")
    with pytest.raises(client.ForeignSpreadsheet):
        salon.sync()
    assert len(marks_in(salon)) == 2


def test_a_copy_of_a_file_carries_a_mark_that_says_nothing_of_the_copy(salon: SheetSalon) -> None:
    salon.sync()
    copy = salon.google.create("copy")
    copy.metadata = list(salon.google.books["book"].metadata)
    other = make_project(spreadsheet_id="copy")
    client.write("copy", [{"addSheet": {"properties": {"title": "x"}}}])
    assert f"copy:{other.sheet_link.mark or access_to('copy').mark}" in marks_in(salon, "copy")


def test_each_salon_has_a_mark_of_its_own(salon: SheetSalon) -> None:
    make_project(spreadsheet_id="other")
    assert access_to("book").mark != access_to("other").mark
    assert access_to("book").mark == access_to("book").mark


def test_an_earlier_mirror_looks_once_before_it_reads_and_marks_with_its_next_write(
    salon: SheetSalon,
) -> None:
    salon.sync()
    salon.google.books["book"].metadata.clear()
    SheetLink.objects.update(marked_id="", mark="")  # as before there were marks
    reads = spent(salon)[0]
    salon.sync()
    salon.sync()
    assert spent(salon)[0] == reads + 3
    salon.book("10:00")
    salon.sync()
    assert marks_in(salon) == [f"book:{salon.link().mark}"]


def test_a_person_may_hand_it_over(salon: SheetSalon) -> None:
    claim(salon)
    booking = salon.book("10:00")
    with pytest.raises(CommandError):
        call_command("resync_sheets", project=salon.project.slug)
    call_command("resync_sheets", "--take-over", project=salon.project.slug)
    assert salon.rows() == [salon.cells(booking)]
    assert marks_in(salon) == [f"book:{salon.link().mark}"]


def test_a_restored_database_takes_over_from_the_installation_it_came_from(salon: SheetSalon) -> None:
    salon.sync()
    [left] = marks_in(salon)
    call_command("resync_sheets", "--take-over", project=salon.project.slug)
    [own] = marks_in(salon)
    assert own == f"book:{salon.link().mark}" != left
    SheetLink.objects.update(mark=left.removeprefix("book:"))  # the other one, with the same database
    salon.book("10:00")
    with pytest.raises(client.ForeignSpreadsheet):
        salon.sync()


def test_nobody_takes_all_spreadsheets_over_at_once(salon: SheetSalon) -> None:
    with pytest.raises(CommandError, match="wants --project"):
        call_command("resync_sheets", "--take-over")


def test_a_foreign_mark_freezes_the_mirror_at_once_and_says_who_must_act(salon: SheetSalon) -> None:
    claim(salon)
    booking = salon.book("10:00")
    run_due()
    Task.objects.filter(state="waiting").update(due_at=timezone.now())
    run_due()
    link = SheetLink.objects.get()
    assert (link.state, link.failures, link.advice) == (SheetLink.State.FROZEN, 0, OF_FOREIGN)
    asked = len(salon.google.log.find(path="/v4/"))
    mark_dirty(salon.project, seconds=0)
    run_due()
    assert len(salon.google.log.find(path="/v4/")) == asked
    assert Booking.objects.get() == booking
