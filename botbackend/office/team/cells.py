"""The table of who does what, in how many minutes and for how much; each cell is changed in its place."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.models import Offering, Service, Specialist
from bookings.operations.setup import (
    CellValues,
    Editor,
    ServiceValues,
    save_service,
    set_cell,
    set_does_every_service,
)
from bookings.operations.setup.catalogue import entry_shown, values_of
from bookings.operations.setup.cells import cell_shown
from botbackend.lib.errors import DomainError
from botbackend.office import answers
from botbackend.office.desk import FULL_STAFF, OWNERS, OfficeRequest, office_page
from botbackend.office.refusals import told
from botbackend.office.team import selectors
from botbackend.office.team.forms import CellForm
from botbackend.office.team.saving import REFUSED, attempt, editor_of, seen_after, typed_in
from botbackend.office.team.selectors import TableCell

READ_OR_SAVE = ["GET", "HEAD", "POST"]
CHANGED = "team-changed"


@require_GET
@office_page(FULL_STAFF)
def prices(request: OfficeRequest) -> HttpResponse:
    """The table; a phone shows the column of one specialist."""
    return answers.page(request, "office/team/prices.html", room="team", tab="services", **_table(request))


@require_GET
@office_page(FULL_STAFF)
def table(request: OfficeRequest) -> HttpResponse:
    """The table alone, after something changed."""
    return answers.part(request, "office/team/table.html", **_table(request))


def _table(request: OfficeRequest) -> dict[str, Any]:
    found = selectors.table(request.desk.salon)
    asked = request.GET.get("specialist", "")
    chosen = next((one.pk for one in found.specialists if str(one.pk) == asked), 0)
    return {"table": found, "chosen": chosen, "view": "prices"}


@require_GET
@office_page(FULL_STAFF)
def cell(request: OfficeRequest, service: int, specialist: int) -> HttpResponse:
    """A cell as it is."""
    return _shown(request, _cell(request, service, specialist))


@require_http_methods(READ_OR_SAVE)
@office_page(OWNERS)
def edit_cell(request: OfficeRequest, service: int, specialist: int) -> HttpResponse:
    """A cell in its place: its form, and what becomes of it."""
    return _edit(request, _cell(request, service, specialist))


@require_GET
@office_page(FULL_STAFF)
def own_cell(request: OfficeRequest, service: int) -> HttpResponse:
    """What the service itself says, for whoever has nothing else."""
    return _shown(request, _own_cell(request, service))


@require_http_methods(READ_OR_SAVE)
@office_page(OWNERS)
def edit_own_cell(request: OfficeRequest, service: int) -> HttpResponse:
    """The service's own minutes and price, in their place."""
    return _edit(request, _own_cell(request, service))


def _own_cell(request: OfficeRequest, service: int) -> TableCell:
    return TableCell(get_object_or_404(Service, pk=service, project=request.desk.salon), None)


def _cell(request: OfficeRequest, service: int, specialist: int) -> TableCell:
    salon = request.desk.salon
    row = get_object_or_404(Service, pk=service, project=salon)
    person = get_object_or_404(Specialist, pk=specialist, project=salon)
    return TableCell(row, person, Offering.objects.filter(service=row, specialist=person).first())


def _shown(request: OfficeRequest, found: TableCell) -> HttpResponse:
    return answers.part(request, "office/team/cell.html", cell=found)


def _edit(request: OfficeRequest, found: TableCell) -> HttpResponse:
    form = CellForm(typed_in(request), initial=_initial(found))
    if found.specialist is None:
        form.fields["does"].disabled = True
        form.fields["duration_minutes"].required = True
    status = 200
    if request.method == "POST":
        status = _save(request, found, form)
        if status == 200:
            return _saved(request, found)
        found = _again(request, found)
    seen = seen_after(request, status, lambda: _stored(found))
    return answers.part(
        request, "office/team/cell_form.html", status=status, cell=found, form=form, seen=seen
    )


def _values(found: TableCell) -> CellValues:
    if found.specialist is None:
        row = found.service
        return CellValues(True, row.duration_minutes, row.price, row.price_from, row.price_to)
    return CellValues.of(found.specialist, found.cell)


def _stored(found: TableCell) -> Any:
    return entry_shown(found.service) if found.specialist is None else cell_shown(_values(found))


def _initial(found: TableCell) -> dict[str, Any]:
    values = _values(found)
    names = ("does", "duration_minutes", "price", "price_from", "price_to")
    return {name: getattr(values, name) for name in names}


def _save(request: OfficeRequest, found: TableCell, form: CellForm) -> int:
    if not form.is_valid():
        form.probe(_blank(request, found))
        return REFUSED
    values = form.values()
    if found.specialist is None:
        return attempt(form, lambda: _save_own(request, found.service, values))
    return attempt(form, lambda: _save_cell(request, found, values))


def _blank(request: OfficeRequest, found: TableCell) -> Service | Offering:
    if found.specialist is None:
        return found.service
    return Offering(project=request.desk.salon, service=found.service, specialist=found.specialist)


def _save_own(request: OfficeRequest, row: Service, typed: CellValues) -> None:
    whole: ServiceValues = values_of(row)
    values = replace(
        whole,
        duration_minutes=typed.duration_minutes or 0,
        price=typed.price,
        price_from=typed.price_from,
        price_to=typed.price_to,
    )
    save_service(project=request.desk.salon, service_id=row.pk, values=values, editor=editor_of(request))


def _save_cell(request: OfficeRequest, found: TableCell, values: CellValues) -> None:
    if found.specialist is not None:
        set_cell(
            project=request.desk.salon,
            specialist_id=found.specialist.pk,
            service_id=found.service.pk,
            values=values,
            editor=editor_of(request),
        )


def _again(request: OfficeRequest, found: TableCell) -> TableCell:
    """Return the cell as it is stored now."""
    if found.specialist is None:
        return _own_cell(request, found.service.pk)
    return _cell(request, found.service.pk, found.specialist.pk)


def _saved(request: OfficeRequest, before: TableCell) -> HttpResponse:
    """Answer the cell; where others changed with it, the whole table looks again."""
    now = _again(request, before)
    every = before.specialist and before.specialist.does_every_service
    is_wide = now.specialist is None or now.specialist.does_every_service != every
    said = _("%(service)s is saved.") % {"service": now.service.name}
    return answers.saying(_shown(request, now), said, changed=CHANGED if is_wide else "")


@require_POST
@office_page(OWNERS)
def every_service(request: OfficeRequest, specialist: int) -> HttpResponse:
    """Let a specialist do every service, or only those that are ticked."""
    salon = request.desk.salon
    row = get_object_or_404(Specialist, pk=specialist, project=salon)
    every = request.POST.get("every") == "yes"
    editor = Editor(user_id=request.desk.user.pk)
    try:
        set_does_every_service(project=salon, specialist_id=row.pk, every=every, editor=editor)
    except DomainError as error:
        return answers.done(told(error), changed=CHANGED, warning=True)
    said = _("%(name)s does every service, new ones too.") if every else _("%(name)s does what is ticked.")
    return answers.done(said % {"name": row.name}, changed=CHANGED)
