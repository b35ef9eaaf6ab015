"""The panel of a visit, and what is done in it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.errors import BookingError, WrongStatus
from bookings.values import Item
from botbackend.office import answers, telling
from botbackend.office.calendar import acts
from botbackend.office.calendar.absence import absence_of
from botbackend.office.calendar.conflicts import told_now, told_of
from botbackend.office.calendar.forms import (
    ActForm,
    CancelForm,
    NoteForm,
    RestoreForm,
    StaffNoteForm,
)
from botbackend.office.calendar.heeding import heed_of
from botbackend.office.calendar.history import history_of
from botbackend.office.calendar.panels import Visit, dialogue_of, visit_of
from botbackend.office.calendar.saying import said_after
from botbackend.office.desk import EVERYBODY, FULL_STAFF, OfficeRequest, office_page


@require_GET
@office_page(EVERYBODY)
def visit(request: OfficeRequest, booking: int) -> HttpResponse:
    """The visit as it is now."""
    return panel(request, visit_of(request.desk, booking))


@require_POST
@office_page(EVERYBODY)
def act(request: OfficeRequest, booking: int) -> HttpResponse:
    """One tap: arrived, done, no-show, or any of it taken back."""
    shown, form = visit_of(request.desk, booking), ActForm(request.POST)
    if not form.is_valid():
        return panel(request, shown, status=answers.REFUSED, refused=_("Tap one of the buttons."))
    name = form.cleaned_data["act"]
    if name == "restored" and not shown.has_ended:
        raise PermissionDenied  # what was cancelled is put back by `restore`, with its own roles and words
    try:
        acts.act(desk=request.desk, visit=shown, name=name, edition=form.cleaned_data["edition"])
    except BookingError as error:
        return _not_done(request, booking, error)
    return changed(panel(request, visit_of(request.desk, booking), said=said_after(name)))


@require_POST
@office_page(EVERYBODY)
def note(request: OfficeRequest, booking: int) -> HttpResponse:
    """Correct what the client asks for, or take it away."""
    shown, form = visit_of(request.desk, booking), NoteForm(request.POST)
    if not form.is_valid():
        return panel(request, shown, status=answers.REFUSED, note_form=form)
    try:
        acts.note(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        return _not_done(request, booking, error, note_form=form)
    return changed(panel(request, visit_of(request.desk, booking), said=_("The note is saved.")))


@require_POST
@office_page(EVERYBODY)
def staff_note(request: OfficeRequest, booking: int) -> HttpResponse:
    """Leave a note for colleagues, or take it away."""
    shown, form = visit_of(request.desk, booking), StaffNoteForm(request.POST)
    if not form.is_valid():
        return panel(request, shown, status=answers.REFUSED, staff_form=form)
    try:
        acts.staff_note(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        return _not_done(request, booking, error, staff_form=form)
    said = _("The note for your team is saved.")
    return changed(panel(request, visit_of(request.desk, booking), said=said))


@require_http_methods(["GET", "POST"])
@office_page(FULL_STAFF)
def cancel(request: OfficeRequest, booking: int) -> HttpResponse:
    """Ask why and whether the client is told; then cancel."""
    shown = visit_of(request.desk, booking)
    form = CancelForm(request.POST or None, initial={"edition": shown.edition})
    if request.method == "GET" or not form.is_valid():
        return _cancel_part(request, shown, form, status=200 if request.method == "GET" else answers.REFUSED)
    try:
        done = acts.cancel(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        return _not_done(request, booking, error)
    said = said_after("cancelled", told=done.told)
    return changed(panel(request, visit_of(request.desk, booking), said=said))


@require_http_methods(["GET", "POST"])
@office_page(FULL_STAFF)
def restore(request: OfficeRequest, booking: int) -> HttpResponse:
    """Ask whether the client is told; then put a cancelled visit back."""
    shown = visit_of(request.desk, booking)
    form = RestoreForm(request.POST or None, initial={"edition": shown.edition, "tell": shown.was_told})
    if request.method == "GET" or not form.is_valid():
        return _restore_part(request, shown, form, status=200 if request.method == "GET" else answers.REFUSED)
    try:
        done = acts.restore(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        now = visit_of(request.desk, booking)
        if isinstance(error, WrongStatus):
            return panel(request, now, status=answers.CONFLICT, refused=told_now(now, error))
        items = [Item(row.service_id, row.specialist_id, row.start) for row in shown.live]
        refused = told_of(request.desk, error, items, shown.ids)
        return panel(request, now, status=answers.CONFLICT, refused=refused)
    said = said_after("restored", told=done.told)
    return changed(panel(request, visit_of(request.desk, booking), said=said))


def panel(request: OfficeRequest, shown: Visit, *, status: int = 200, **context: Any) -> HttpResponse:
    dialogue = dialogue_of(shown.client)
    history = history_of(project=request.desk.salon, bookings=shown.rows)
    absence = absence_of(request.desk, shown.live)
    away = dict.fromkeys((row.specialist.name, absence.of(row)) for row in shown.live if absence.of(row))
    context = {
        "visit": shown,
        "dialogue": dialogue,
        "heed": heed_of(shown.client),
        "history": history,
        "away": away,
        "now": timezone.now(),
    } | context
    return answers.part(request, "office/calendar/visit.html", status=status, **context)


def _not_done(request: OfficeRequest, booking: int, error: BookingError, **context: Any) -> HttpResponse:
    """The panel as the visit is by now, with why nothing was done and what was typed."""
    now = visit_of(request.desk, booking)
    return panel(request, now, status=answers.CONFLICT, refused=told_now(now, error), **context)


def changed(response: HttpResponse) -> HttpResponse:
    """Keep the panel open, where the act can be taken back, and let the calendar look again."""
    response["HX-Trigger"] = "bookings-changed"
    return response


def _cancel_part(request: OfficeRequest, shown: Visit, form: CancelForm, *, status: int) -> HttpResponse:
    can_tell = telling.open_dialogue(shown.client) is not None
    context = {"visit": shown, "form": form, "can_tell": can_tell}
    return answers.part(request, "office/calendar/cancel.html", status=status, **context)


def _restore_part(request: OfficeRequest, shown: Visit, form: RestoreForm, *, status: int) -> HttpResponse:
    can_tell = telling.open_dialogue(shown.client) is not None
    context = {"visit": shown, "form": form, "can_tell": can_tell}
    return answers.part(request, "office/calendar/restore.html", status=status, **context)
