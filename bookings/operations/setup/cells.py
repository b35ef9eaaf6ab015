"""The table of who does what: a cell says what differs from the service, or only that it is done."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.contrib.admin.models import CHANGE
from django.db import transaction
from django.db.models import Q, QuerySet

from bookings.models import Offering, Service, Specialist
from bookings.operations.setup.saving import Editor, begin, checked, found, note
from projects.models import Project

_SAYS_NOTHING = Q(duration_minutes=None, price=None, buffer_before=None, buffer_after=None)


@dataclass(frozen=True, slots=True)
class CellValues:
    """Does the specialist do it, in how many minutes and for how much; None = as the service says."""

    does: bool
    duration_minutes: int | None = None
    price: Decimal | None = None
    price_from: bool = False
    price_to: Decimal | None = None

    @classmethod
    def of(cls, specialist: Specialist, cell: Offering | None) -> "CellValues":
        """Return what holds now."""
        if cell is None:
            return cls(does=specialist.does_every_service)
        return cls(True, cell.duration_minutes, cell.price, cell.price_from, cell.price_to)


def cell_shown(values: CellValues) -> Any:
    """Return what a page shows of a cell, for its digest."""
    return [getattr(values, column.name) for column in fields(values)]


@transaction.atomic
def set_cell(
    *, project: Project, specialist_id: int, service_id: int, values: CellValues, editor: Editor
) -> None:
    """Say whether a specialist does a service, and what differs there.

    Of one who did every service all others are listed when one is taken away. Raises InvalidRequest with all
    mistakes by fields, ChangedMeanwhile, RowNotFound.
    """
    begin(project, [specialist_id])
    specialist = found(Specialist.objects, project, specialist_id)
    service = found(Service.objects, project, service_id)
    cells = Offering.objects.filter(specialist=specialist)
    cell = cells.filter(service=service).first()
    editor.expect(cell_shown(CellValues.of(specialist, cell)))
    if values.does:
        _store(cell or Offering(project=project, specialist=specialist, service=service), values)
        drop_empty(cells)
    else:
        if specialist.does_every_service:
            _list_everything(specialist)
        cells.filter(service=service).delete()
    note(editor, specialist, CHANGE, "offerings")


@transaction.atomic
def set_does_every_service(
    *, project: Project, specialist_id: int, every: bool, editor: Editor
) -> Specialist:
    """Let somebody do every service, also those to come, or exactly the ones of today. Raises RowNotFound."""
    begin(project, [specialist_id])
    specialist = found(Specialist.objects, project, specialist_id)
    if every != specialist.does_every_service:
        if every:
            specialist.does_every_service = True
            specialist.save(update_fields=["does_every_service"])
            drop_empty(Offering.objects.filter(specialist=specialist))
        else:
            _list_everything(specialist)
        note(editor, specialist, CHANGE, "does_every_service")
    return specialist


def drop_empty(cells: QuerySet[Offering]) -> None:
    """Delete cells that say nothing: those of specialists who do every service only tell what differs."""
    cells.filter(_SAYS_NOTHING, specialist__does_every_service=True).delete()


def list_done(project: Project, wanted: Collection[tuple[Specialist, Service]]) -> None:
    """Make a cell for each pair that has none."""
    have = set(
        Offering.objects.filter(specialist__in={one for one, _ in wanted}).values_list(
            "specialist", "service"
        )
    )
    Offering.objects.bulk_create(
        Offering(project=project, specialist=specialist, service=service)
        for specialist, service in wanted
        if (specialist.pk, service.pk) not in have
    )


def _list_everything(specialist: Specialist) -> None:
    services = Service.objects.filter(project=specialist.project_id)
    list_done(specialist.project, [(specialist, service) for service in services])
    specialist.does_every_service = False
    specialist.save(update_fields=["does_every_service"])


def _store(cell: Offering, values: CellValues) -> None:
    for name in ("duration_minutes", "price", "price_from", "price_to"):
        setattr(cell, name, getattr(values, name))
    checked(cell, exclude=("project", "specialist", "service"))
    cell.save()
