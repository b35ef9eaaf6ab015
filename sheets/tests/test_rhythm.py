"""A quiet spreadsheet costs no read: Drive is asked for news, seldom at night, and visits go first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from bookings.models import Booking
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from sheets.google import GoogleError
from sheets.handlers import poll
from sheets.models import SheetLink, SheetTab
from sheets.rhythm import looks
from sheets.tests.salon import KYIV, SheetSalon


def look(salon: SheetSalon) -> tuple[int, int]:
    """Everybody's time has come: the reads and the questions to Drive that this costs."""
    before = salon.google.counters["read"], salon.google.counters["drive"]
    SheetLink.objects.update(look_at=timezone.now())
    run_poll()
    return salon.google.counters["read"] - before[0], salon.google.counters["drive"] - before[1]


def run_poll() -> None:
    poll(None)  # type: ignore[arg-type]  # the clock's claim says nothing
    run_due()


def settle(salon: SheetSalon) -> None:
    """The echo of our own writes is read, and nobody has been at the sheet for long."""
    Task.objects.all().delete()
    look(salon)
    SheetLink.objects.update(busy_until=None)


def typed(salon: SheetSalon) -> list[str]:
    """A-F of a walk-in."""
    day = salon.day()
    return [f"{day:%d.%m}", f"{day:%d.%m.%Y}", "15:00", "", "Ірина", "Манікюр"]


def seconds_until_reading() -> float:
    due = SheetLink.objects.get().read_due_at
    assert due is not None
    return (due - timezone.now()).total_seconds()


def test_a_quiet_sheet_costs_one_question_to_drive_and_no_read(salon: SheetSalon) -> None:
    salon.book()
    salon.sync()
    settle(salon)
    assert look(salon) == (0, 1)
    assert look(salon) == (0, 1)


def test_an_edit_is_read_with_the_next_look_and_once(salon: SheetSalon) -> None:
    salon.book()
    salon.sync()
    settle(salon)
    salon.edit("set", cell="E2", value="Ira")
    assert look(salon) == (1, 1)
    assert salon.rows()[0][4] == "Ira"


def test_while_somebody_works_in_it_it_is_read_without_asking_drive(salon: SheetSalon) -> None:
    salon.google.drive.lag = 180
    salon.book()
    salon.sync()
    settle(salon)
    looks.note_busy(salon.link(), datetime.now(UTC))
    salon.edit("set", cell="E2", value="Ira")  # Drive knows nothing of it yet
    assert look(salon) == (1, 0)


def test_a_missing_row_is_looked_for_again_though_nothing_changed(salon: SheetSalon) -> None:
    booking = salon.book()
    salon.sync()
    settle(salon)
    salon.edit("delete_row", row=2)
    assert look(salon)[0] == 1
    due = SheetLink.objects.get().read_due_at
    assert due is not None
    assert timedelta(seconds=55) < due - timezone.now() < timedelta(seconds=62)
    settled = timezone.now() - timedelta(seconds=90)
    salon.link().own_rows().update(missing_since=settled)
    SheetLink.objects.update(
        read_due_at=timezone.now(), busy_until=None, look_at=timezone.now() + timedelta(1)
    )
    run_poll()
    booking.refresh_from_db()
    assert booking.status == booking.Status.CANCELLED
    assert SheetLink.objects.get().read_due_at is None


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "Google Drive API has not been used"), (503, "Backend Error"), (429, "Rate Limit Exceeded")],
)
def test_it_is_read_where_drive_does_not_tell(salon: SheetSalon, status: int, words: str) -> None:
    salon.sync()
    settle(salon)
    said = {"error": {"code": status, "message": words, "errors": []}}
    salon.google.faults.set([{"kind": "status", "status": status, "body": said, "match": {"path": "drive"}}])
    salon.edit("set_row", row=2, values=typed(salon))
    assert look(salon)[0] == 1
    assert Booking.objects.count() == 1
    assert salon.link().failing_since is None


def test_our_own_write_is_read_once_more_and_then_it_is_quiet(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    salon.book()
    run_due()
    Task.objects.update(due_at=timezone.now())
    run_due()
    assert [look(salon) for _ in range(4)] == [(1, 1), (0, 1), (0, 1), (0, 1)]


def test_late_news_of_drive_lets_no_edit_be_missed(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    salon.google.drive.lag = 180
    look(salon)
    salon.edit("set_row", row=2, values=typed(salon))
    assert look(salon) == (0, 1)
    salon.google.drive.lag = 0  # three minutes later
    assert look(salon) == (1, 1)
    assert Booking.objects.count() == 1


def test_whoever_has_only_begun_a_row_is_not_left_alone_for_long(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    salon.edit("set_row", row=2, values=typed(salon)[:5])  # the service is still to come

    look(salon)
    salon.google.drive.lag = 180
    SheetLink.objects.update(look_at=timezone.now() + timedelta(hours=1))  # night
    link = SheetLink.objects.get()
    assert looks.is_busy(link, timezone.now())
    salon.edit("set_row", row=2, values=typed(salon))
    SheetLink.objects.update(last_read_at=timezone.now() - timedelta(seconds=looks.OPEN))
    run_poll()
    assert Booking.objects.count() == 1


def test_a_batch_without_an_answer_is_read_again_within_a_minute(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    salon.google.faults.set([{"kind": "status", "status": 503, "times": 1, "match": {"path": "batchUpdate"}}])
    salon.book()
    with pytest.raises(GoogleError):
        salon.sync()
    salon.sync()
    due = SheetLink.objects.get().read_due_at
    assert due is not None
    assert due - timezone.now() < timedelta(seconds=62)


def test_rows_that_wait_for_an_answer_need_no_look(salon: SheetSalon) -> None:
    for clock in ("10:00", "11:00", "12:00", "13:00", "14:00"):
        salon.book(clock)
    salon.sync()
    settle(salon)
    for _ in range(4):
        salon.edit("delete_row", row=2)
    assert look(salon)[0] == 1
    assert SheetLink.objects.get().read_due_at is None
    SheetTab.objects.update(state="ok")  # the answers are still missing
    assert looks.read_due(salon.link(), timezone.now(), is_unanswered=False) is None


def test_a_blanked_row_goes_and_a_refused_cell_is_put_back_unasked(salon: SheetSalon) -> None:
    booking, kept = salon.book("10:00"), salon.book("12:00")
    salon.sync()
    settle(salon)
    salon.cancel(booking)
    salon.sync()
    assert seconds_until_reading() == pytest.approx(61, abs=2)
    SheetTab.objects.update(blanks=[])
    salon.edit("set", cell="C3", value="03:00")
    salon.sync()
    assert seconds_until_reading() == pytest.approx(601, abs=2)
    salon.let_minutes_pass(11)
    salon.sync()
    assert salon.cells(kept) in salon.rows()
    assert SheetLink.objects.get().read_due_at is None


def test_a_change_whose_task_died_is_written_all_the_same(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    booking = salon.book()
    run_due("booking.changed")
    Task.objects.all().delete()
    SheetLink.objects.update(waiting_since=timezone.now() - timedelta(minutes=2))
    look(salon)
    assert salon.rows() == [salon.cells(booking)]


def test_drive_is_not_believed_for_ever(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    SheetLink.objects.update(last_read_at=timezone.now() - timedelta(hours=1))
    assert look(salon) == (1, 0)


def test_a_mirror_set_going_again_is_read_at_once_and_one_that_waits_is_not(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    reads = salon.google.counters["read"]
    for state, more in (("frozen", 0), ("plan", 0), ("new", 1)):
        SheetLink.objects.update(state=state, look_at=timezone.now() + timedelta(hours=1))
        run_poll()
        assert salon.google.counters["read"] - reads == more


def test_the_last_reads_of_a_minute_are_kept_for_visits(salon: SheetSalon, settings: Settings) -> None:
    salon.book()
    salon.sync()
    settle(salon)
    settings.GOOGLE_REQUESTS_PER_MINUTE = salon.google.counters["read"] + 1
    salon.edit("set", cell="E2", value="Ira")
    assert look(salon) == (0, 1)
    booking = salon.book("12:00")
    run_due()
    Task.objects.update(due_at=timezone.now())
    run_due()
    assert salon.cells(booking) in salon.rows()


def test_a_worker_out_of_quota_does_something_else_meanwhile(salon: SheetSalon, settings: Settings) -> None:
    salon.sync()
    settings.GOOGLE_REQUESTS_PER_MINUTE = 1
    salon.book()
    run_due()
    Task.objects.update(due_at=timezone.now())
    asked = salon.google.counters["read"]
    run_due()
    task = Task.objects.get(topic="sheet.dirty")
    assert timedelta(0) < task.due_at - timezone.now() <= timedelta(seconds=60)
    assert (salon.google.counters["read"], SheetLink.objects.get().failures) == (asked, 0)


def test_a_spreadsheet_that_was_shared_again_heals_by_itself(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    salon.google.books["book"].shared = False
    salon.book()
    for _ in range(7):
        run_due()
        Task.objects.filter(state="waiting").update(due_at=timezone.now())
    link = SheetLink.objects.get()
    assert link.state == SheetLink.State.ERROR
    assert "The caller does not have permission" in link.reason
    assert link.account in link.reason
    salon.google.books["book"].shared = True
    look(salon)
    assert SheetLink.objects.get().state == SheetLink.State.OK
    assert len(salon.rows()) == 1


@pytest.mark.parametrize(
    ("clock", "state", "seconds"),
    [(11, "ok", 45), (18, "ok", 45), (7, "ok", 120), (23, "ok", 600), (3, "ok", 600), (11, "error", 600)],
)
def test_it_is_looked_at_by_the_clock_of_the_salon(
    salon: SheetSalon, clock: int, state: str, seconds: float
) -> None:
    link = salon.link()
    link.state = state
    now = datetime.now(KYIV).replace(hour=clock, minute=30)
    assert looks.seconds_until_next_look(link, now) == seconds
