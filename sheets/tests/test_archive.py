"""Rows of visits older than sixty days move to the archive, and stay there whatever happens to it."""

from datetime import timedelta

import pytest
from django.db.models import F

from bookings.models import Booking
from sheets.google import GoogleError
from sheets.models import SheetRow
from sheets.tests.salon import SheetSalon


@pytest.fixture
def visits(salon: SheetSalon) -> list[Booking]:
    """Three visits of fifty days ago and one ahead, in rows 2 to 5."""
    past = [salon.book(f"{hour}:00", ahead=-50) for hour in (10, 12, 14)]
    made = [*past, salon.book("10:00", ahead=5)]
    salon.sync()
    return made


def let_weeks_pass(*visits: Booking) -> None:
    """The visits were two weeks earlier than they were."""
    ago = timedelta(days=14)
    moved = {name: F(name) - ago for name in ("start", "end", "busy_from", "busy_until")}
    Booking.objects.filter(pk__in=[visit.pk for visit in visits]).update(**moved)


def test_old_rows_move_to_the_archive_as_they_stand(salon: SheetSalon, visits: list[Booking]) -> None:
    before = salon.rows()
    let_weeks_pass(*visits[:2])
    salon.sync()
    assert salon.rows() == before[2:]
    assert archive(salon) == [[*row, "Анна"] for row in before[:2]]
    assert SheetRow.objects.count() == 2
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 4


def archive(salon: SheetSalon, title: str = "Архів") -> list[list[str]]:
    values = salon.google.staff.rows("book", title)["values"]
    return [[str(cell) for cell in row[:7]] for row in values[1:] if any(row)]


def test_the_next_old_rows_are_put_below_and_nothing_is_read_there(
    salon: SheetSalon, visits: list[Booking]
) -> None:
    let_weeks_pass(visits[0])
    salon.sync()
    let_weeks_pass(visits[1])
    before = dict(salon.google.counters)
    salon.sync()
    assert [row[2] for row in archive(salon)] == ["10:00", "12:00"]
    assert salon.google.counters["read"] - before["read"] == 1
    assert salon.google.counters["write"] - before["write"] == 1
    asked = salon.google.log.find(path="batchGetByDataFilter")[-1]
    assert str(salon.link().archive_id) not in str(asked.body)


def test_the_blanked_row_is_taken_out_later_and_no_visit_is_cancelled(
    salon: SheetSalon, visits: list[Booking]
) -> None:
    let_weeks_pass(*visits[:3])
    for _ in range(4):
        salon.sync()
        salon.let_minutes_pass(2)
    sheet = salon.google.books["book"].by_title("Анна")
    assert sheet is not None
    assert sheet.last_row() == 2
    assert salon.rows() == [salon.cells(visits[3])]
    assert not Booking.objects.filter(status=Booking.Status.CANCELLED).exists()


def test_a_row_beside_which_staff_keep_something_stays(salon: SheetSalon, visits: list[Booking]) -> None:
    salon.edit("insert_column", column=9)
    salon.edit("set", cell="I2", value="450 paid")
    let_weeks_pass(*visits[:2])
    salon.sync()
    assert [row[2] for row in archive(salon)] == ["12:00"]
    assert salon.google.staff.rows("book", "Анна")["values"][1][8] == "450 paid"


def test_a_row_inserted_between_reading_and_writing_loses_nothing_to_the_archive(
    salon: SheetSalon, visits: list[Booking]
) -> None:
    before = salon.rows()
    let_weeks_pass(visits[0])
    salon.meanwhile({"action": "insert_row", "row": 2})
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)
    assert [row for row in salon.rows() if row != before[0]] == before[1:]
    assert archive(salon) == [[*before[0], "Анна"]]


@pytest.mark.parametrize("kind", ["cut_after", "cut_before"])
def test_a_lost_answer_puts_no_row_into_the_archive_twice(
    salon: SheetSalon, visits: list[Booking], kind: str
) -> None:
    let_weeks_pass(*visits[:2])
    salon.google.faults.set([{"kind": kind, "match": {"path": ":batchUpdate"}, "times": 1}])
    with pytest.raises(GoogleError):
        salon.sync()
    for _ in range(3):
        salon.sync()
        salon.forget_open_batches()
    assert [row[2] for row in archive(salon)] == ["10:00", "12:00"]
    assert len(salon.rows()) == 2


def test_a_deleted_archive_is_made_again(salon: SheetSalon, visits: list[Booking]) -> None:
    let_weeks_pass(visits[0])
    salon.sync()
    salon.google.staff.edit({"spreadsheet": "book", "sheet": "Архів", "action": "delete_sheet"})
    let_weeks_pass(visits[1])
    assert salon.sync().is_settled
    assert [row[2] for row in archive(salon)] == ["12:00"]


def test_a_tab_of_that_name_is_left_to_the_salon(salon: SheetSalon, visits: list[Booking]) -> None:
    salon.google.staff.edit({"spreadsheet": "book", "sheet": "Анна", "action": "add_sheet", "title": "архів"})
    let_weeks_pass(visits[0])
    salon.sync()
    assert archive(salon, "архів") == []
    assert [row[2] for row in archive(salon, "Архів 2")] == ["10:00"]
