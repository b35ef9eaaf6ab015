"""Specialists, services and rooms: added, changed, put in order, put aside and brought back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.admin.models import ADDITION, CHANGE
from django.db import transaction
from django.db.models import Manager, Max

from bookings.models import Resource, Service, Specialist, new_calendar_token
from bookings.operations.setup.saving import Editor, begin, checked, found, note, tell_others
from projects.models import Project

Entry = Specialist | Service | Resource
Placed = TypeVar("Placed", Specialist, Service)
Any_ = TypeVar("Any_", Specialist, Service, Resource)
_EXCLUDED = ("project", "user", "calendar_token")


@dataclass(frozen=True, slots=True)
class SpecialistValues:
    """What people call a specialist, what clients of which language do, and the first day of work."""

    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    works_since: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceValues:
    """Everything of a service that its owner sets."""

    name: str
    duration_minutes: int
    names: Mapping[str, str] = field(default_factory=dict)
    price: Decimal | None = None
    price_from: bool = False
    price_to: Decimal | None = None
    buffer_before: int = 0
    buffer_after: int = 0
    gap_start: int = 0
    gap_minutes: int = 0
    resource_kind: str = ""


@dataclass(frozen=True, slots=True)
class RoomValues:
    """A room or chair, and what services ask for it by."""

    name: str
    kind: str


Values = SpecialistValues | ServiceValues | RoomValues
_SHOWN: dict[type[Any], type[Any]] = {
    Specialist: SpecialistValues,
    Service: ServiceValues,
    Resource: RoomValues,
}


def entry_shown(row: Entry) -> Any:
    """Return what a page shows of an entry, for its digest."""
    return [getattr(row, column.name) for column in fields(_SHOWN[type(row)])]


def values_of(row: Service) -> ServiceValues:
    """Return a service as it is stored."""
    return ServiceValues(**{column.name: getattr(row, column.name) for column in fields(ServiceValues)})


def order_shown(rows: Sequence[Entry]) -> Any:
    """Return what a page shows of an order, for its digest."""
    return [row.pk for row in rows]


def save_specialist(
    *, project: Project, specialist_id: int | None, values: SpecialistValues, editor: Editor
) -> Specialist:
    """Add a specialist at the end, or rename one, whose tab then follows.

    Raises InvalidRequest with all mistakes by fields, ChangedMeanwhile, RowNotFound.
    """
    return _save(Specialist.objects, project, specialist_id, values, editor)


def save_service(
    *, project: Project, service_id: int | None, values: ServiceValues, editor: Editor
) -> Service:
    """Add a service at the end, or change one; raises what `save_specialist` does.

    Who does not do every service does not do a new one.
    """
    return _save(Service.objects, project, service_id, values, editor)


def save_room(*, project: Project, room_id: int | None, values: RoomValues, editor: Editor) -> Resource:
    """Add a room or chair, or change one; raises what `save_specialist` does."""
    return _save(Resource.objects, project, room_id, values, editor)


@transaction.atomic
def set_in_use(*, project: Project, model: type[Any_], pk: int, in_use: bool, editor: Editor) -> Any_:
    """Put an entry aside with all that belongs to it, or bring it back at its old place.

    Visits that are booked with it stay; the feed of a specialist ends, and gets another address. Raises
    InvalidRequest where what came back does not go with the rest any more, RowNotFound.
    """
    begin(project)
    manager: Manager[Any_] = model._default_manager
    row = found(manager, project, pk)
    row.is_active = in_use
    columns = ["is_active"]
    if in_use:
        checked(row, exclude=_EXCLUDED)
    else:
        columns += _feed_closed(row)
    row.save(update_fields=columns)
    note(editor, row, CHANGE, "is_active")
    tell_others(project)
    return row


def _feed_closed(row: Entry) -> list[str]:
    """Return the columns that change with it."""
    if not isinstance(row, Specialist):
        return []
    row.close_feed()
    return ["calendar_token"]


@transaction.atomic
def renew_calendar_address(*, project: Project, specialist_id: int, editor: Editor) -> Specialist:
    """Give a specialist's calendar feed another address; the one of before shows nothing from now on.

    Raises RowNotFound.
    """
    begin(project, [])
    row = found(Specialist.objects, project, specialist_id)
    row.calendar_token = new_calendar_token()
    row.save(update_fields=["calendar_token"])
    note(editor, row, CHANGE, "calendar_token")
    return row


@transaction.atomic
def reorder(*, project: Project, model: type[Placed], order: Sequence[int], editor: Editor) -> None:
    """Put those in use in this order; one that the order leaves out goes to the end.

    Raises ChangedMeanwhile.
    """
    begin(project, [])
    manager: Manager[Placed] = model._default_manager
    rows = list(manager.filter(project=project, is_active=True).order_by("position", "name"))
    editor.expect(order_shown(rows))
    places = {pk: place for place, pk in enumerate(order)}
    rows.sort(key=lambda row: places.get(row.pk, len(places)))
    for place, row in enumerate(rows):
        row.position = place
    manager.bulk_update(rows, ["position"])
    for row in rows[:1]:
        note(editor, row, CHANGE, "position")
    tell_others(project)


@transaction.atomic
def _save(manager: Manager[Any_], project: Project, pk: int | None, values: Values, editor: Editor) -> Any_:
    begin(project)
    row = manager.model(project=project) if pk is None else found(manager, project, pk)
    if pk is not None:
        editor.expect(entry_shown(row))
    elif not isinstance(row, Resource):
        last = manager.filter(project=project).aggregate(last=Max("position"))["last"]
        row.position = 0 if last is None else last + 1
    names = [column.name for column in fields(values)]
    changed = [name for name in names if getattr(row, name) != getattr(values, name)]
    for name in changed:
        setattr(row, name, getattr(values, name))
    checked(row, exclude=_EXCLUDED)
    row.save()
    note(editor, row, ADDITION if pk is None else CHANGE, *changed)
    tell_others(project)
    return row
