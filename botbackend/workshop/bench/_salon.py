"""The salon that benchmarks of the booking engine speak about: the same visits for every contestant.

Ten specialists, 09:00-21:00 every day on a grid of 30 minutes, eight visits of 30, 60 or 90 minutes each
per day that never overlap, drawn from a fixed seed. The question is a service of 60 minutes.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from bookings.models import Booking, BookingRules, Client, Service, Specialist
from projects.models import Project

ZONE = ZoneInfo("Europe/Kyiv")
PEOPLE, VISITS_A_DAY, DAYS_AHEAD, GRID = 10, 8, 60, 30
OPENS, CLOSES = 9 * 60, 21 * 60
LENGTHS = (30, 60, 90)


@dataclass(frozen=True)
class DrawnVisit:
    """Wall-clock minutes of one local date; `who` counts the specialists from 0."""

    who: int
    day: date
    start: int
    length: int


@dataclass(frozen=True)
class BenchSalon:
    """The rows of the salon; `services` by length in minutes, 60 first."""

    project: Project
    people: list[Specialist]
    services: dict[int, Service]
    client: Client


def tomorrow() -> date:
    """The first date of every question: nothing of it has passed."""
    return timezone.now().astimezone(ZONE).date() + timedelta(days=1)


def draw_visits(first: date, days: int) -> Iterator[DrawnVisit]:
    """Eight visits per specialist and date; the free half hours fall between them at random."""
    source = random.Random(days)  # noqa: S311 - a plan of work, not a secret
    slots = (CLOSES - OPENS) // GRID
    for number in range(days):
        for who in range(PEOPLE):
            lengths = [source.choice(LENGTHS) for _ in range(VISITS_A_DAY)]
            spare = slots - sum(lengths) // GRID
            pauses = sorted(source.randint(0, spare) for _ in lengths)
            begins = OPENS
            for pause, length in zip(pauses, lengths, strict=True):
                yield DrawnVisit(who, first + timedelta(days=number), begins + pause * GRID, length)
                begins += length


def make_salon(slug: str = "bench") -> BenchSalon:
    """Write the salon without any visit."""
    project = Project.objects.create(
        slug=slug,
        name="Bench",
        timezone=str(ZONE),
    )
    BookingRules.objects.create(
        project=project,
        slot_minutes=GRID,
        work_start_minute=OPENS,
        work_end_minute=CLOSES,
        max_active_visits=0,
    )
    names = [f"Specialist {number:02d}" for number in range(PEOPLE)]
    people = [Specialist.objects.create(project=project, name=name) for name in names]
    services = [
        Service.objects.create(project=project, name=f"{length} minutes", duration_minutes=length)
        for length in (60, 30, 90)
    ]
    client = Client.objects.create(project=project, contact_id="bench")
    return BenchSalon(project, people, {one.duration_minutes: one for one in services}, client)


def write_visits(salon: BenchSalon, visits: Iterator[DrawnVisit]) -> int:
    """Store visits as the engine would have; returns how many."""
    rows = [_row(salon, visit) for visit in visits]
    Booking.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _row(salon: BenchSalon, visit: DrawnVisit) -> Booking:
    start = datetime.combine(visit.day, time(visit.start // 60, visit.start % 60), ZONE)
    end = start + timedelta(minutes=visit.length)
    return Booking(
        project=salon.project,
        client=salon.client,
        specialist=salon.people[visit.who],
        service=salon.services[visit.length],
        start=start,
        end=end,
        busy_from=start,
        busy_until=end,
        source=Booking.Source.API,
    )
