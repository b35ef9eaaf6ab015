"""Lists of names: what is new is made, what left is put aside with all its rows, what came back returns.

A name is found in whatever spelling, and takes the one that was given last.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from django.db.models import Manager

from bookings.models import Service, Specialist, rules_of
from bookings.models.catalogue import key_of
from projects.models import Project

Row = TypeVar("Row", Specialist, Service)


def apply_specialists(project: Project, names: Sequence[str]) -> None:
    """Make `names` the active specialists, in this order."""
    known = _rows(Specialist.objects, project)
    active = [_take(known, Specialist(project=project, name=name), at) for at, name in enumerate(names)]
    _save(Specialist.objects, known, active, ["name", "name_key", "is_active", "position", "calendar_token"])


def apply_services(project: Project, slots: Mapping[str, int], *, is_new_size: bool) -> None:
    """Make the names the active services, in this order, each of so many of the salon's slots.

    A length that was cut beside every form counts as the slots that it begins: as long as those are not
    changed, it stays, so that what GET gave can be posted back.
    """
    slot_minutes = rules_of(project).slot_minutes
    known = _rows(Service.objects, project)
    cut = {} if is_new_size else {row.pk: row.duration_minutes for row in known if row.is_active}
    active = []
    for at, (name, count) in enumerate(slots.items()):
        row = _take(known, Service(project=project, name=name), at)
        if count != slots_begun(cut.get(row.pk, 0), slot_minutes):
            row.duration_minutes = count * slot_minutes
        active.append(row)
    _save(
        Service.objects,
        known,
        active,
        ["name", *Service.with_name, "is_active", "position", "duration_minutes"],
    )


def apply_names(rows: Sequence[Specialist | Service], names: Mapping[str, Mapping[str, str]]) -> None:
    """Give the rows these other names, by their keys; a row that is not named has none."""
    for row in rows:
        wanted = dict(names.get(row.key, {}))
        if row.names != wanted:
            row.names = wanted
            row.save(update_fields=["names"])


def slots_begun(minutes: int, slot_minutes: int) -> int:
    """Return how many slots a length takes, the last of them perhaps in part."""
    return -(-minutes // slot_minutes)


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
        was_active, row.is_active = row.is_active, any(row is one for one in active)
        if was_active and not row.is_active and isinstance(row, Specialist):
            row.close_feed()
        row.put_name()
    manager.bulk_create([row for row in active if row.pk is None])
    manager.bulk_update(known, fields)
