"""What can be saved and yet is hardly meant: told by the forms of the admin and by the configuration alike.

All by the path that the configuration has for it, such as `services.Haircut`.
"""

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


def doubts_about(project: Project) -> dict[str, list[str]]:
    """Return everything that the salon's owner should know of what is stored."""
    said = left_with_visits(project)
    for path, messages in services_in_doubt(project).items():
        said.setdefault(path, []).extend(messages)
    return said


def services_in_doubt(project: Project) -> dict[str, list[str]]:
    """Return what to say of services in use: no room of the kind that they need, a length that is cut."""
    kinds = set(Resource.objects.filter(project=project, is_active=True).values_list("kind", flat=True))
    slot = rules_of(project).slot_minutes
    said: dict[str, list[str]] = {}
    for row in Service.objects.filter(project=project, is_active=True).order_by("position", "name"):
        messages = said.setdefault(path_text(("services", row.name)), [])
        if row.resource_kind and row.resource_kind not in kinds:
            messages.append(NO_ROOM.format(kind=row.resource_kind))
        if row.duration_minutes % slot:
            messages.append(CUT.format(minutes=row.duration_minutes, slot=slot))
    return {path: messages for path, messages in said.items() if messages}


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
