"""Reads of the room; each a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from bookings.engine.closures import visits_outside_hours
from bookings.limits import DAY
from bookings.models import (
    Booking,
    Offering,
    Resource,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
    rules_of,
)
from bookings.models.prices import Price
from bookings.operations import with_told
from bookings.operations.setup.catalogue import order_shown
from botbackend.lib.clock import clock_text
from botbackend.office.team.weeks import Clocks, week_order
from projects.models import Project
from projects.seen import digest

_NAMES_OF_VISIT = (
    "start", "end", "guest_name", "status", "specialist__name", "service__name", "client__name",
    "client__contact_id", "visit_id",
)  # fmt: skip
_CLOCKS = ("weekday", "start_minute", "end_minute")


@dataclass
class Person:
    """A specialist as the list shows one."""

    row: Specialist
    week: list[str]
    visits: int = 0

    @property
    def begins(self) -> date | None:
        """Return the first day of work of one who has not begun yet."""
        since = self.row.works_since
        return since if since and since > timezone.localdate() else None


def shown_visits(rows: QuerySet[Booking], *, limit: int = 100) -> list[Booking]:
    """Return visits with what their line says, and nothing else decrypted."""
    named = with_told(rows).select_related("specialist", "service", "client")
    return list(named.only(*_NAMES_OF_VISIT)[:limit])


def outside_hours(salon: Project, specialist_id: int | None = None) -> list[Booking]:
    """Return the visits ahead at which, as the week stands, nobody works."""
    return shown_visits(visits_outside_hours(project=salon, specialist_id=specialist_id))


def people(salon: Project) -> tuple[list[Person], list[Person]]:
    """Return the specialists in use with their weeks in short, and those put aside with the visits left."""
    rows = Specialist.objects.filter(project=salon).order_by("position", "name")
    hours: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    ranges = WeeklyRange.objects.filter(project=salon, specialist__is_active=True)
    for number, *clocks in ranges.order_by(*_CLOCKS).values_list("specialist_id", *_CLOCKS):
        hours[number].append((clocks[0], clocks[1], clocks[2]))
    visits = dict(_visits_of_those_aside(salon))
    found = [
        Person(row, summary(hours[row.pk]) if row.has_own_hours else [], visits.get(row.pk, 0))
        for row in rows
    ]
    return [one for one in found if one.row.is_active], [one for one in found if not one.row.is_active]


def _visits_of_those_aside(salon: Project) -> Iterable[tuple[int, int]]:
    now = timezone.now()
    ahead = Booking.objects.ahead(now).filter(project=salon, start__gte=now - timedelta(days=1))
    rows = ahead.filter(specialist__is_active=False).order_by().values("specialist")
    return rows.annotate(visits=Count("pk")).values_list("specialist", "visits")


def summary(clocks: Clocks) -> list[str]:
    """Return a week in short, days that are alike together: "Mon-Fri 09:00-18:00"."""
    days: dict[int, list[str]] = defaultdict(list)
    for day, start, end in clocks:
        days[day].append(clock_range(start, end))
    lines: list[tuple[list[int], str]] = []
    for day in week_order():
        text = ", ".join(days[day])
        if text and lines and lines[-1][1] == text and lines[-1][0][-1] == (day - 1) % 7:
            lines[-1][0].append(day)
        elif text:
            lines.append(([day], text))
    return [f"{_days(numbers)} {text}" for numbers, text in lines]


def clock_range(start: int, end: int) -> str:
    """Return "09:00-18:00"."""
    return f"{clock_text(start)}\u2013{clock_text(end)}"


def seen_order(rows: Sequence[Specialist | Service]) -> str:
    """Return the digest of an order that is shown."""
    return digest(order_shown(rows))


def _days(numbers: list[int]) -> str:
    first, last = str(WEEKDAYS_ABBR[numbers[0]]), str(WEEKDAYS_ABBR[numbers[-1]])
    return first if len(numbers) == 1 else f"{first}\u2013{last}"


def clocks_of(specialist: Specialist) -> tuple[Clocks, Clocks]:
    """Return own hours and breaks as (weekday, start, end)."""
    ranges = WeeklyRange.objects.filter(specialist=specialist).order_by(*_CLOCKS)
    breaks = WeeklyBreak.objects.filter(specialist=specialist).order_by(*_CLOCKS)
    return _listed(ranges), _listed(breaks)


def salon_breaks(salon: Project) -> Clocks:
    """Return the breaks that hold for everybody."""
    return _listed(WeeklyBreak.objects.filter(project=salon, specialist=None).order_by(*_CLOCKS))


def _listed(rows: Any) -> list[tuple[int, int, int]]:
    return list(rows.values_list(*_CLOCKS))


def opening_of(salon: Project) -> tuple[str, str]:
    """Return the salon's hours of a day."""
    rules = rules_of(salon)
    return clock_text(rules.work_start_minute), clock_text(rules.work_end_minute)


def days_in_words(numbers: Iterable[int]) -> str:
    """Return weekdays in the order of the person's language."""
    listed = set(numbers)
    return ", ".join(str(WEEKDAYS_ABBR[day]) for day in week_order() if day in listed)


def closed_days(breaks: Clocks) -> list[int]:
    """Return the weekdays on which the salon is closed."""
    return [day for day, start, end in breaks if (start, end) == (0, DAY)]


def visits_left(row: Specialist | Service | Resource, now: datetime | None = None) -> QuerySet[Booking]:
    """Return the booked visits ahead with a specialist, a service or a room."""
    name = type(row)._meta.model_name
    moment = now or timezone.now()
    ahead = Booking.objects.ahead(moment).filter(
        project=row.project_id, start__gte=moment - timedelta(days=1)
    )
    return ahead.filter(**{f"{name}": row}).order_by("start", "pk")


@dataclass
class TableCell:
    """Who does what, and how: own values are None where the service's hold."""

    service: Service
    specialist: Specialist | None  # None: the service itself
    cell: Offering | None = None

    @property
    def does(self) -> bool:
        """Is it done at all?"""
        if self.specialist is None:
            return True
        return self.cell is not None or self.specialist.does_every_service

    @property
    def minutes(self) -> int:
        """How long it takes here."""
        own = self.cell.duration_minutes if self.cell else None
        return self.service.duration_minutes if own is None else own

    @property
    def price(self) -> Price | None:
        """What it costs here."""
        own = self.cell.full_price if self.cell else None
        return own or self.service.full_price

    @property
    def is_own(self) -> bool:
        """Does it differ from the service?"""
        return bool(self.cell and (self.cell.duration_minutes is not None or self.cell.price is not None))


@dataclass
class Table:
    """The services in rows, the specialists in columns; before them what the service itself says."""

    specialists: list[Specialist]
    rows: list[tuple[Service, list[TableCell]]]


def table(salon: Project) -> Table:
    """Return the whole table of what is in use; three queries."""
    specialists = list(_in_use(Specialist.objects.filter(project=salon)))
    services = list(_in_use(Service.objects.filter(project=salon)))
    cells = {(one.specialist_id, one.service_id): one for one in Offering.objects.filter(project=salon)}
    columns: list[Specialist | None] = [None, *specialists]
    rows = [
        (
            service,
            [TableCell(service, one, cells.get((one.pk, service.pk)) if one else None) for one in columns],
        )
        for service in services
    ]
    return Table(specialists, rows)


def _in_use(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(is_active=True).order_by("position", "name")


def services(salon: Project) -> tuple[list[Service], list[Service]]:
    """Return the services in use in their order, and those put aside."""
    rows = list(Service.objects.filter(project=salon).order_by("position", "name"))
    return [row for row in rows if row.is_active], [row for row in rows if not row.is_active]


def rooms(salon: Project) -> tuple[list[Resource], list[Resource]]:
    """Return the rooms in use by kind, and those put aside."""
    rows = list(Resource.objects.filter(project=salon).order_by("kind", "name"))
    return [row for row in rows if row.is_active], [row for row in rows if not row.is_active]


def kinds_of_rooms(salon: Project) -> list[str]:
    """Return the kinds that rooms have, for somebody who types one."""
    rows = Resource.objects.filter(project=salon).order_by("kind")
    return list(rows.values_list("kind", flat=True).distinct())
