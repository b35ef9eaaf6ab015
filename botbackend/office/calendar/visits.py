"""The panel of a visit, and what is done in it."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.errors import BookingError
from bookings.models import Specialist
from botbackend.office import answers, telling
from botbackend.office.asked import moment_in
from botbackend.office.calendar import acts
from botbackend.office.calendar.choices import choices_of
from botbackend.office.calendar.forms import ActForm, CancelForm, MoveForm, NoteForm, StaffNoteForm
from botbackend.office.calendar.history import history_of
from botbackend.office.calendar.panels import Visit, dialogue_of, visit_of
from botbackend.office.calendar.saying import said_after
from botbackend.office.desk import EVERYBODY, FULL_STAFF, Desk, OfficeRequest, office_page
from botbackend.office.refusals import told

CONFLICT = 409


@require_GET
@office_page(EVERYBODY)
def visit(request: OfficeRequest, booking: int) -> HttpResponse:
    """The visit as it is now."""
    return _panel(request, visit_of(request.desk, booking))


@require_POST
@office_page(EVERYBODY)
def act(request: OfficeRequest, booking: int) -> HttpResponse:
    """One tap: arrived, done, no-show, or any of it taken back."""
    shown, form = visit_of(request.desk, booking), ActForm(request.POST)
    if not form.is_valid():
        return _panel(request, shown, status=answers.REFUSED, refused=_("Tap one of the buttons."))
    name = form.cleaned_data["act"]
    try:
        acts.act(desk=request.desk, visit=shown, name=name, edition=form.cleaned_data["edition"])
    except BookingError as error:
        return _panel(request, visit_of(request.desk, booking), status=CONFLICT, refused=told(error))
    return _changed(_panel(request, visit_of(request.desk, booking), said=said_after(name)))


@require_POST
@office_page(EVERYBODY)
def note(request: OfficeRequest, booking: int) -> HttpResponse:
    """Put a remark on the visit."""
    shown, form = visit_of(request.desk, booking), NoteForm(request.POST)
    if not form.is_valid():
        return _panel(request, shown, status=answers.REFUSED, note_form=form)
    try:
        acts.note(desk=request.desk, visit=shown, text=form.cleaned_data["note"])
    except BookingError as error:
        return _panel(request, shown, status=CONFLICT, refused=told(error), note_form=form)
    return _changed(_panel(request, visit_of(request.desk, booking), said=_("The note is saved.")))


@require_POST
@office_page(EVERYBODY)
def staff_note(request: OfficeRequest, booking: int) -> HttpResponse:
    """Leave a note for colleagues, or take it away."""
    shown, form = visit_of(request.desk, booking), StaffNoteForm(request.POST)
    if not form.is_valid():
        return _panel(request, shown, status=answers.REFUSED, staff_form=form)
    try:
        acts.staff_note(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        now = visit_of(request.desk, booking)
        return _panel(request, now, status=CONFLICT, refused=told(error), staff_form=form)
    said = _("The note for your team is saved.")
    return _changed(_panel(request, visit_of(request.desk, booking), said=said))


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
        return _panel(request, visit_of(request.desk, booking), status=CONFLICT, refused=told(error))
    said = said_after("cancelled", told=done.told)
    return _changed(_panel(request, visit_of(request.desk, booking), said=said))


@require_http_methods(["GET", "POST"])
@office_page(EVERYBODY)
def move(request: OfficeRequest, booking: int) -> HttpResponse:
    """Another time or specialist; a drag in the calendar asks for the same form."""
    shown = visit_of(request.desk, booking)
    if shown.has_others or not shown.is_booked:
        status = 200 if request.method == "GET" else CONFLICT
        return _panel(request, shown, status=status, refused=_why_it_stays(shown))
    people = _people(request.desk)
    if request.method == "GET":
        return _move_part(request, shown, MoveForm(request.desk, people, initial=_as_asked(request, shown)))
    form = MoveForm(request.desk, people, request.POST)
    if not form.is_valid():
        return _move_part(request, shown, form, status=answers.REFUSED)
    try:
        done = acts.move(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        now = visit_of(request.desk, booking)
        if not now.is_booked:
            return _panel(request, now, status=CONFLICT, refused=told(error))
        return _move_part(request, now, form, status=CONFLICT, error=error)
    return answers.done(said_after("moved", told=done.told), changed="bookings-changed")


def _panel(request: OfficeRequest, shown: Visit, *, status: int = 200, **context: Any) -> HttpResponse:
    dialogue = dialogue_of(shown.client)
    history = history_of(project=request.desk.salon, bookings=shown.rows)
    context = {"visit": shown, "dialogue": dialogue, "history": history, "now": timezone.now()} | context
    return answers.part(request, "office/calendar/visit.html", status=status, **context)


def _changed(response: HttpResponse) -> HttpResponse:
    """Keep the panel open, where the act can be taken back, and let the calendar look again."""
    response["HX-Trigger"] = "bookings-changed"
    return response


def _cancel_part(request: OfficeRequest, shown: Visit, form: CancelForm, *, status: int) -> HttpResponse:
    can_tell = telling.open_dialogue(shown.client) is not None
    context = {"visit": shown, "form": form, "can_tell": can_tell}
    return answers.part(request, "office/calendar/cancel.html", status=status, **context)


def _move_part(
    request: OfficeRequest,
    shown: Visit,
    form: MoveForm,
    *,
    status: int = 200,
    error: BookingError | None = None,
) -> HttpResponse:
    context = {
        "visit": shown,
        "form": form,
        "refused": "" if error is None else told(error),
        "choices": [] if error is None else choices_of(error.alternatives),
        "may_overbook": error is not None and error.code == "slot_taken" and request.desk.is_full_staff,
        "can_tell": telling.open_dialogue(shown.client) is not None,
        "has_moved_on": _has_moved_on(request, shown),
    }
    return answers.part(request, "office/calendar/move.html", status=status, **context)


def _as_asked(request: OfficeRequest, shown: Visit) -> dict[str, Any]:
    """Return what the form begins with: where the visit was dragged to, or where it is."""
    start = shown.row.start.astimezone(request.desk.zone)
    asked = moment_in(request.GET.get("start", ""), request.desk.zone)
    return {
        "edition": shown.edition,
        "day": (asked or start).date(),
        "time": f"{asked or start:%H:%M}",
        "specialist": request.GET.get("specialist") or shown.row.specialist_id,
    }


def _has_moved_on(request: OfficeRequest, shown: Visit) -> bool:
    """Was the visit elsewhere in the calendar that it was dragged in?"""
    seen = request.GET.get("from", "")
    return bool(seen) and seen != shown.row.start.astimezone(request.desk.zone).strftime("%Y-%m-%dT%H:%M:%S")


def _why_it_stays(shown: Visit) -> str:
    if shown.has_others:
        return _("A colleague has a part of this visit: ask the front desk to move it.")
    return _("Only a booked visit can be moved. Put it back first.")


def _people(desk: Desk) -> list[tuple[int, str]]:
    rows = Specialist.objects.filter(project=desk.salon, is_active=True)
    if desk.own_specialist is not None:
        rows = rows.filter(pk=desk.own_specialist)
    return list(rows.values_list("pk", "name"))
