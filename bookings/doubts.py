"""What can be saved and yet is hardly meant: told by the forms of the admin and by the configuration alike.

All by the path that the configuration has for it, such as `services.Haircut`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Manager, Min, Q
from django.utils import timezone

from bookings.engine.calendars import zone_named
from bookings.models import Booking, Resource, Service, Specialist, rules_of
from projects.bodies import path_text
from projects.models import Project

LEFT = (
    "left the list with {count} visits ahead, the first at {first}; they stay with this name, which takes no"
    " new ones. If it only got another name, rename it in the admin."
)
NO_ROOM = "nothing in use is a {kind!r}, which this needs: it cannot be booked"
CUT = "lasts {minutes} minutes, which is no whole number of the salon's slots of {slot}"
_WORDS = {"left": LEFT, "room": NO_ROOM, "cut": CUT}


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to say of an entry: `kind` is "left", "room" or "cut", `values` go into its words."""

    section: str
    name: str
    kind: str
    values: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Where a configuration has it."""
        return path_text((self.section, self.name))

    def __str__(self) -> str:
        return _WORDS[self.kind].format(**self.values)


def doubts_about(project: Project) -> dict[str, list[str]]:
    """Return everything that the salon's owner should know of what is stored, by path."""
    return _by_path(doubts_found(project))


def services_in_doubt(project: Project) -> dict[str, list[str]]:
    """Return what to say of services in use, by path."""
    return _by_path(_services_in_doubt(project))


def doubts_found(project: Project) -> list[Doubt]:
    """Return every doubt there is."""
    return [*_left_with_visits(project), *_services_in_doubt(project)]


def _by_path(doubts: Iterable[Doubt]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for doubt in doubts:
        said.setdefault(doubt.path, []).append(str(doubt))
    return said


def _services_in_doubt(project: Project) -> Iterator[Doubt]:
    """Yield services without a room of the kind that they need, and those with a length that is cut."""
    kinds = set(Resource.objects.filter(project=project, is_active=True).values_list("kind", flat=True))
    slot = rules_of(project).slot_minutes
    for row in Service.objects.filter(project=project, is_active=True).order_by("position", "name"):
        if row.resource_kind and row.resource_kind not in kinds:
            yield Doubt("services", row.name, "room", {"kind": row.resource_kind})
        if row.duration_minutes % slot:
            yield Doubt("services", row.name, "cut", {"minutes": row.duration_minutes, "slot": slot})


def _left_with_visits(project: Project) -> Iterator[Doubt]:
    """Yield names that are put aside while visits are still booked with them."""
    zone = zone_named(project.timezone)
    ahead = Q(bookings__status=Booking.Status.BOOKED, bookings__start__gte=timezone.now())
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
                values = {"count": row.count, "first": first, "moment": row.first}
                yield Doubt(section, row.name, "left", values)
