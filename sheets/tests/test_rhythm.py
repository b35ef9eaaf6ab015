"""A quiet spreadsheet costs no read: Drive is asked for news, seldom at night, and visits go first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from sheets import rhythm
from sheets.handlers import poll
from sheets.models import SheetLink
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
    rhythm.note_busy(salon.link(), datetime.now(UTC))
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


def test_it_is_read_where_drive_is_off_for_the_account(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    said = {"error": {"code": 403, "message": "Google Drive API has not been used", "errors": []}}
    salon.google.faults.set([{"kind": "status", "status": 403, "body": said, "match": {"path": "drive"}}])
    assert look(salon)[0] == 1


def test_it_waits_for_the_next_look_where_drive_does_not_answer(salon: SheetSalon) -> None:
    salon.sync()
    settle(salon)
    salon.google.faults.set([{"kind": "status", "status": 503, "match": {"path": "drive"}}])
    assert look(salon)[0] == 0


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
    [(11, "ok", 60), (18, "ok", 60), (7, "ok", 300), (23, "ok", 1800), (3, "ok", 1800), (11, "error", 600)],
)
def test_it_is_looked_at_by_the_clock_of_the_salon(
    salon: SheetSalon, clock: int, state: str, seconds: float
) -> None:
    link = salon.link()
    link.state = state
    now = datetime.now(KYIV).replace(hour=clock, minute=30)
    assert rhythm.seconds_until_next_look(link, now) == seconds
