"""What is booked stands in the spreadsheet, in one read and one write."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from bookings.models import Booking
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.wire import Reply, Request
from sheets import google as client
from sheets.cycle.outcome import CycleResult
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.rhythm.lane import BusySheet
from sheets.tests.salon import SheetSalon


@pytest.fixture
def _untouched_formulas(salon: SheetSalon) -> Iterator[None]:
    yield
    assert salon.google.formula_writes == []


def spent(salon: SheetSalon) -> tuple[int, int]:
    return salon.google.counters["read"], salon.google.counters["write"]


@pytest.mark.usefixtures("_untouched_formulas")
class TestMirror:
    def test_a_visit_stands_in_the_tab_of_its_specialist(self, salon: SheetSalon) -> None:
        booking = salon.book("10:00")
        salon.sync()
        assert salon.rows("Анна") == [salon.cells(booking)]
        assert salon.rows("Марія") == []

    def test_many_changes_over_all_tabs_are_one_read_and_one_write(self, salon: SheetSalon) -> None:
        moved = [salon.book(f"{hour}:00") for hour in (10, 12, 14)]
        salon.sync()
        before = spent(salon)
        for booking in moved[:2]:
            salon.cancel(booking)
        added = [salon.book("16:00"), salon.book("11:00", specialist=salon.maria, service=salon.haircut)]
        salon.sync()
        assert (spent(salon)[0] - before[0], spent(salon)[1] - before[1]) == (1, 1)
        assert salon.rows("Анна") == [salon.cells(moved[2]), salon.cells(added[0])]
        assert salon.rows("Марія") == [salon.cells(added[1])]

    def test_nothing_to_do_is_one_read_and_no_write(self, salon: SheetSalon) -> None:
        salon.book()
        salon.sync()
        before = spent(salon)
        salon.sync()
        assert (spent(salon)[0] - before[0], spent(salon)[1] - before[1]) == (1, 0)

    def test_rows_stand_in_order_of_time_whatever_the_order_of_booking(self, salon: SheetSalon) -> None:
        late, early = salon.book("15:00", ahead=9), salon.book("10:00", ahead=8)
        salon.sync()
        middle = salon.book("10:00", ahead=9)
        salon.sync()
        assert salon.rows() == [salon.cells(early), salon.cells(middle), salon.cells(late)]

    def test_a_name_like_a_formula_stays_text(self, salon: SheetSalon) -> None:
        salon.book(name='=IMPORTXML("http://127.0.0.1/"&B2)')
        salon.sync()
        assert salon.rows()[0][4] == '=IMPORTXML("http://127.0.0.1/"&B2)'
        assert salon.google.formula_cells() == []

    def test_the_id_column_is_hidden(self, salon: SheetSalon) -> None:
        salon.book()
        salon.sync()
        sheet = salon.google.books["book"].by_title("Анна")
        assert sheet is not None
        assert 6 in sheet.hidden_columns

    def test_a_deleted_tab_is_made_again_and_no_visit_is_cancelled(self, salon: SheetSalon) -> None:
        booking = salon.book()
        salon.sync()
        salon.edit("delete_sheet")
        salon.sync()
        assert salon.rows() == [salon.cells(booking)]
        booking.refresh_from_db()
        assert booking.status == Booking.Status.BOOKED

    def test_a_renamed_tab_is_still_the_same_specialist(self, salon: SheetSalon) -> None:
        salon.book()
        salon.sync()
        salon.edit("rename", title="Anna K")
        added = salon.book("12:00")
        salon.sync()
        assert salon.rows("Anna K")[1] == salon.cells(added)

    def test_a_changed_header_freezes_the_tab_and_no_other(self, salon: SheetSalon) -> None:
        salon.book()
        salon.sync()
        salon.edit("set", cell="B1", value="Something else")
        salon.sync()
        tab = SheetTab.objects.get(specialist=salon.anna)
        assert tab.state == SheetTab.State.FROZEN
        assert "there is no column Full Date" in tab.reason


class TestFailures:
    def test_an_answer_lost_after_the_write_does_not_double_a_row(self, salon: SheetSalon) -> None:
        salon.book()
        salon.sync()
        added = salon.book("12:00")
        salon.google.faults.set([{"kind": "cut_after", "match": {"path": ":batchUpdate"}, "times": 1}])
        with pytest.raises(client.GoogleError) as failed:
            salon.sync()
        assert not failed.value.permanent
        salon.sync()
        assert salon.rows()[1:] == [salon.cells(added)]

    @pytest.mark.parametrize(
        ("status", "permanent"), [(429, False), (500, False), (503, False), (403, True), (404, True)]
    )
    def test_refusals_are_sorted_by_what_to_do(self, salon: SheetSalon, status: int, permanent: bool) -> None:
        salon.book()
        salon.google.faults.set([{"kind": "status", "status": status, "match": {"path": "spreadsheets"}}])
        with pytest.raises(client.GoogleError) as failed:
            salon.sync()
        assert (failed.value.status, failed.value.permanent) == (status, permanent)

    def test_an_html_page_instead_of_json_is_tried_again(self, salon: SheetSalon) -> None:
        salon.google.faults.set([{"kind": "html", "status": 502, "match": {"path": "spreadsheets"}}])
        with pytest.raises(client.GoogleError) as failed:
            salon.sync()
        assert not failed.value.permanent

    def test_google_down_leaves_the_booking_and_its_row_follows_later(self, salon: SheetSalon) -> None:
        booking = salon.book()
        salon.google.faults.set(
            [{"kind": "status", "status": 503, "match": {"path": "spreadsheets"}, "times": 1}]
        )
        run_due(ignore_due=False)
        Task.objects.update(due_at=booking.created_at)
        run_due()
        link = SheetLink.objects.get()
        assert link.failures == 1
        Task.objects.filter(topic="sheet.dirty").update(due_at=booking.created_at)
        run_due()
        assert salon.rows() == [salon.cells(booking)]
        link.refresh_from_db()
        assert (link.state, link.failures) == (SheetLink.State.OK, 0)


class TestResync:
    def test_it_repairs_what_was_broken_and_says_so(
        self, salon: SheetSalon, capsys: pytest.CaptureFixture[str]
    ) -> None:
        booking = salon.book()
        salon.sync()
        SheetRow.objects.all().delete()
        call_command("resync_sheets", project=salon.project.slug)
        assert salon.cells(booking) in salon.rows()
        assert "1 spreadsheets, 1 in line, 0 failed" in capsys.readouterr().out

    def test_a_dry_run_writes_nothing(self, salon: SheetSalon, capsys: pytest.CaptureFixture[str]) -> None:
        salon.sync()
        salon.book()
        before = spent(salon)[1]
        call_command("resync_sheets", dry_run=True)
        assert spent(salon)[1] == before
        assert "would be added 1" in capsys.readouterr().out

    def test_a_failure_is_an_exit_code(self, salon: SheetSalon) -> None:
        salon.google.faults.set([{"kind": "status", "status": 403, "match": {"path": "spreadsheets"}}])
        with pytest.raises(CommandError) as failed:
            call_command("resync_sheets")
        assert failed.value.returncode == 1


@pytest.mark.django_db(transaction=True)
def test_no_second_cycle_runs_beside_one_that_waits_for_google(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on, answer = threading.Event(), threading.Event(), salon.google.answer

    def slow(request: Request) -> Reply:
        if not asked.is_set():
            asked.set()
            go_on.wait(60)
        return answer(request)

    def cycle() -> CycleResult:
        try:
            return salon.sync()
        finally:
            connections.close_all()

    salon.book()
    monkeypatch.setattr(salon.google, "answer", slow)
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(cycle)
        assert asked.wait(60)
        with pytest.raises(BusySheet):
            salon.sync()
        go_on.set()
        assert first.result().added == 1
    assert salon.sync().changes == 0
