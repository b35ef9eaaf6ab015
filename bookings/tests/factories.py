"""Rows for tests, made by hand so that a test says only what matters to it.

The default salon: Kyiv, 09:00-21:00 every day, grid of 30 minutes, no notice, 60 days ahead.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bookings.models import (
    Booking,
    Client,
    DateOverride,
    DayOff,
    Offering,
    Resource,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from bookings.operations import activate_booking
from bookings.values import Item, Origin, VisitRequest
from projects.models import Project
from projects.tests.factories import make_project as make_any_project

_numbers = count(1)
KYIV = ZoneInfo("Europe/Kyiv")
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)  # Sunday noon in Kyiv
STAFF = Origin(source=Booking.Source.API, actor="test", for_staff=True)
BOT = Origin(source=Booking.Source.BOT, actor="bot")


def make_project(**over: Any) -> Project:
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"hair_{number}",
        "name": f"Hair {number}",
        "timezone": "Europe/Kyiv",
        "work_start_minute": 9 * 60,
        "work_end_minute": 21 * 60,
    }
    return make_any_project(**values | over)


def make_specialist(project: Project, name: str = "", **over: Any) -> Specialist:
    number = next(_numbers)
    return Specialist.objects.create(project=project, name=name or f"Anna {number}", **over)


def make_service(project: Project, name: str = "", **over: Any) -> Service:
    number = next(_numbers)
    values: dict[str, Any] = {"price": Decimal("700.00"), "duration_minutes": 60}
    return Service.objects.create(project=project, name=name or f"Haircut {number}", **values | over)


def make_offering(specialist: Specialist, service: Service, **over: Any) -> Offering:
    return Offering.objects.create(project=specialist.project, specialist=specialist, service=service, **over)


def make_hours(specialist: Specialist, weekday: int, *ranges: tuple[str, str]) -> None:
    """Give the specialist own hours on a weekday; ("13:00", "24:00") is a range."""
    Specialist.objects.filter(pk=specialist.pk).update(has_own_hours=True)
    for start, end in ranges:
        WeeklyRange.objects.create(
            project=specialist.project,
            specialist=specialist,
            weekday=weekday,
            start_minute=minutes(start),
            end_minute=minutes(end),
        )


def make_break(
    project: Project, weekday: int, start: str, end: str, specialist: Specialist | None = None
) -> None:
    WeeklyBreak.objects.create(
        project=project,
        specialist=specialist,
        weekday=weekday,
        start_minute=minutes(start),
        end_minute=minutes(end),
    )


def make_day_off(project: Project, first: date, last: date, specialist: Specialist | None = None) -> DayOff:
    return DayOff.objects.create(project=project, specialist=specialist, date_from=first, date_to=last)


def make_override(
    project: Project, day: date, *ranges: tuple[str, str], specialist: Specialist | None = None
) -> DateOverride:
    """Other hours on one date; no range = closed."""
    return DateOverride.objects.create(
        project=project,
        specialist=specialist,
        date=day,
        ranges=[[minutes(start), minutes(end)] for start, end in ranges],
    )


def make_resource(project: Project, kind: str, name: str = "") -> Resource:
    return Resource.objects.create(project=project, kind=kind, name=name or f"{kind} {next(_numbers)}")


def make_client(project: Project, **over: Any) -> Client:
    values: dict[str, Any] = {"contact_id": f"contact{next(_numbers)}", "name": "Olena"}
    return Client.objects.create(project=project, **values | over)


def make_booking(
    specialist: Specialist,
    service: Service,
    start: datetime,
    *,
    client: Client | None = None,
    now: datetime | None = None,
    **over: Any,
) -> Booking:
    """Book through the operation, as staff, a day before."""
    project = specialist.project
    project.refresh_from_db()
    values: dict[str, Any] = {
        "project": project,
        "client": client or make_client(project),
        "items": [Item(service.pk, specialist.pk, start)],
        "origin": STAFF,
    }
    request = VisitRequest(**values | over)
    (booking,) = activate_booking(request=request, now=now or start - timedelta(days=1))
    return booking


def minutes(clock: str) -> int:
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def at(clock: str, day: date = MONDAY, zone: ZoneInfo = KYIV, *, fold: int = 0) -> datetime:
    """A local moment, aware."""
    return datetime.combine(day, time.fromisoformat(clock), zone).replace(fold=fold)


def clocks(slots: Any) -> list[str]:
    """The wall-clock starts of slots."""
    return [slot.start.strftime("%H:%M") for slot in slots]
