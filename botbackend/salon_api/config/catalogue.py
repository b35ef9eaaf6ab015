"""Lists of names: what is new is made, what left is put aside with all its rows, what came back returns."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from django.db.models import Manager

from bookings.models import Service, Specialist
from projects.models import Project

Row = TypeVar("Row", Specialist, Service)


def apply_specialists(project: Project, names: Sequence[str]) -> None:
    """Make `names` the active specialists, in this order."""
    known = {row.name: row for row in Specialist.objects.select_for_update().filter(project=project)}
    for row in known.values():
        row.is_active = row.name in names
    for position, name in enumerate(names):
        row = known.setdefault(name, Specialist(project=project, name=name))
        row.position = position
    _save(Specialist.objects, known.values(), ["is_active", "position"])


def apply_services(project: Project, slots: Mapping[str, int]) -> None:
    """Make the names the active services, in this order, with so many slots each."""
    known = {row.name: row for row in Service.objects.select_for_update().filter(project=project)}
    for row in known.values():
        row.is_active = row.name in slots
    for position, (name, count) in enumerate(slots.items()):
        row = known.setdefault(name, Service(project=project, name=name))
        row.position, row.slots = position, count
    _save(Service.objects, known.values(), ["is_active", "position", "slots"])


def _save(manager: Manager[Row], rows: Collection[Row], fields: list[str]) -> None:
    manager.bulk_create([row for row in rows if row.pk is None])
    manager.bulk_update([row for row in rows if row.pk is not None], fields)
