"""Lists of names: what is new is made, what left is put aside with all its rows, what came back returns.

A name is found in whatever spelling, and takes the one that was given last.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Count, Manager, Min, Q
from django.utils import timezone

from bookings.engine.calendars import zone_named
from bookings.models import Booking, Service, Specialist, rules_of
from bookings.models.catalogue import key_of
from projects.bodies import path_text
from projects.models import Project

Row = TypeVar("Row", Specialist, Service)
LEFT = (
    "left the list with {count} visits ahead, the first at {first}; they stay with this name, which takes no"
    " new ones. If it only got another name, rename it in the admin."
)


def apply_specialists(project: Project, names: Sequence[str]) -> None:
    """Make `names` the active specialists, in this order."""
    known = _rows(Specialist.objects, project)
    active = [_take(known, Specialist(project=project, name=name), at) for at, name in enumerate(names)]
    _save(Specialist.objects, known, active, ["name", "name_key", "is_active", "position"])


def apply_services(project: Project, slots: Mapping[str, int]) -> None:
    """Make the names the active services, in this order, each of so many of the salon's slots."""
    slot_minutes = rules_of(project).slot_minutes
    known = _rows(Service.objects, project)
    active = []
    for at, (name, count) in enumerate(slots.items()):
        row = _take(known, Service(project=project, name=name), at)
        row.duration_minutes = count * slot_minutes
        active.append(row)
    _save(
        Service.objects,
        known,
        active,
        ["name", *Service.with_name, "is_active", "position", "duration_minutes"],
    )


def _rows(manager: Manager[Row], project: Project) -> list[Row]:
    """Return the salon's rows; of namesakes the active one, then the one with the key, comes first."""
    rows = manager.select_for_update().filter(project=project)
    return list(rows.order_by("-is_active", "name_key"))


def _take(known: Sequence[Row], wanted: Row, position: int) -> Row:
    """Return the row of the wanted name, in the wanted spelling."""
    row = next((row for row in known if row.key == key_of(wanted.name)), wanted)
    row.name, row.position, row.is_active = wanted.name, position, True
    return row


def _save(manager: Manager[Row], known: Collection[Row], active: Sequence[Row], fields: list[str]) -> None:
    for row in [*known, *active]:
        row.is_active = any(row is one for one in active)
        row.put_name()
    manager.bulk_create([row for row in active if row.pk is None])
    manager.bulk_update(known, fields)


def left_with_visits(project: Project) -> dict[str, list[str]]:
    """Return what to say of names that are put aside while visits are still booked with them, by path."""
    zone = zone_named(project.timezone)
    ahead = Q(bookings__status=Booking.Status.BOOKED, bookings__start__gte=timezone.now())
    said: dict[str, list[str]] = {}
    tables: tuple[tuple[str, Manager[Any]], ...] = (
        ("specialists", Specialist.objects),
        ("services", Service.objects),
    )
    for section, manager in tables:
        rows = manager.filter(project=project, is_active=False).order_by("name")
        for row in rows.annotate(
            count=Count("bookings", filter=ahead), first=Min("bookings__start", filter=ahead)
        ):
            if row.count:
                first = row.first.astimezone(zone).strftime("%Y-%m-%d %H:%M")
                said.setdefault(path_text((section, row.name)), []).append(
                    LEFT.format(count=row.count, first=first)
                )
    return said
