"""Daily jobs by the clock: once a night, whatever summer time, absences and clocks that differ do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from botbackend.outbox import execution, leases, registry
from botbackend.outbox.claims import Claim
from botbackend.outbox.models import Task
from botbackend.outbox.processes import clock
from botbackend.outbox.testing import run_due

pytestmark = pytest.mark.django_db

HALF_HOUR = timedelta(minutes=30)


def make_nightly() -> list[datetime]:
    """Register a job of 03:30; returns the moments at which it runs, on the clock of TIME_ZONE."""
    seen: list[datetime] = []

    def note(claim: Claim) -> None:
        seen.append(timezone.localtime(timezone.now(), timezone.get_default_timezone()))

    registry.every(name="nightly", seconds=86400, at_local="03:30", handler=note)
    return seen


def live(start: datetime, stop: datetime, step: timedelta = HALF_HOUR) -> None:
    """Let the clock go from start to stop; at each step a dispatcher looks and a worker runs what is due."""
    moment = start
    while moment <= stop:
        with time_machine.travel(moment, tick=False):
            clock.ensure_jobs()
            run_due()
            clock.ensure_jobs()
        moment += step


@pytest.mark.parametrize(
    ("zone", "day", "unusual"),
    [
        ("UTC", date(2026, 3, 29), ""),
        ("Europe/Kyiv", date(2026, 3, 29), "04:30"),  # 03:00 becomes 04:00: there is no 03:30
        ("Europe/Kyiv", date(2026, 10, 25), ""),  # 04:00 becomes 03:00: there are two
        ("America/New_York", date(2026, 3, 8), ""),
        ("America/New_York", date(2026, 11, 1), ""),
        ("Australia/Lord_Howe", date(2026, 4, 5), ""),  # half an hour only
        ("Asia/Kathmandu", date(2026, 5, 1), ""),
    ],
)
def test_it_runs_once_every_local_night(settings: Settings, zone: str, day: date, unusual: str) -> None:
    settings.TIME_ZONE = zone
    seen = make_nightly()
    nights = [day + timedelta(days=ahead) for ahead in (-1, 0, 1, 2)]
    midnight = datetime.combine(nights[0], datetime.min.time(), ZoneInfo(zone))
    start = midnight.astimezone(UTC)
    live(start, start + timedelta(days=4) - HALF_HOUR, timedelta(minutes=15))
    assert [moment.date() for moment in seen] == nights
    clocks = [f"{moment:%H:%M}" for moment in seen]
    assert clocks == ["03:30", unusual or "03:30", "03:30", "03:30"]
    assert all(moment.fold == 0 for moment in seen)


def test_a_dispatcher_that_was_away_at_its_hour_makes_up_for_it_once() -> None:
    seen = make_nightly()
    live(datetime(2026, 5, 1, 1, tzinfo=UTC), datetime(2026, 5, 1, 3, tzinfo=UTC))
    live(datetime(2026, 5, 1, 11, 7, tzinfo=UTC), datetime(2026, 5, 2, 3, tzinfo=UTC))
    assert seen == [datetime(2026, 5, 1, 11, 7, tzinfo=UTC)]
    live(datetime(2026, 5, 2, 3, 30, tzinfo=UTC), datetime(2026, 5, 2, 23, tzinfo=UTC))
    assert seen[1:] == [datetime(2026, 5, 2, 3, 30, tzinfo=UTC)]


def test_nights_that_everybody_was_away_are_made_up_for_by_one_run() -> None:
    seen = make_nightly()
    live(datetime(2026, 5, 1, 1, tzinfo=UTC), datetime(2026, 5, 1, 3, tzinfo=UTC))
    live(datetime(2026, 5, 5, 2, tzinfo=UTC), datetime(2026, 5, 5, 20, tzinfo=UTC))
    assert seen == [datetime(2026, 5, 5, 2, tzinfo=UTC), datetime(2026, 5, 5, 3, 30, tzinfo=UTC)]


def test_an_installation_that_begins_by_day_waits_for_the_night() -> None:
    seen = make_nightly()
    live(datetime(2026, 5, 1, 9, tzinfo=UTC), datetime(2026, 5, 2, 3, tzinfo=UTC))
    assert seen == []
    assert Task.objects.get().due_at == datetime(2026, 5, 2, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize("behind", [0.4, 5, 50])
def test_a_clock_behind_that_of_the_database_does_not_run_it_twice(behind: float) -> None:
    seen = make_nightly()
    hour = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
    live(hour - timedelta(hours=3), hour - HALF_HOUR)
    with time_machine.travel(hour - timedelta(seconds=behind), tick=False):
        for claim in leases.claim_due(None, 5, now=hour, lease=300):
            execution.execute(claim)
        clock.ensure_jobs()
    live(hour, hour + timedelta(hours=12))
    assert len(seen) == 1
    assert Task.objects.get().due_at == hour + timedelta(days=1)


def test_the_zone_of_a_visitor_moves_no_job(settings: Settings) -> None:
    nightly = registry.Clockwork(86400, datetime(2026, 1, 1, 3, 30).time())  # noqa: DTZ001 - only its time
    with timezone.override("America/New_York"):
        found = nightly.next_run(datetime(2026, 5, 1, 3, tzinfo=UTC))
    assert found == datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
