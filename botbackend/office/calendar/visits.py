"""The panel of a visit, and what is done in it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.engine.reading import read_rules
from bookings.errors import BookingError, WrongStatus
from bookings.operations import item_of
from bookings.values import Item
from botbackend.office import answers, telling
from botbackend.office.asked import moment_in
from botbackend.office.calendar import acts
from botbackend.office.calendar.choices import choices_of
from botbackend.office.calendar.conflicts import told_now, told_of
from botbackend.office.calendar.forms import (
    ActForm,
    CancelForm,
    MoveForm,
    NoteForm,
    RestoreForm,
    StaffNoteForm,
)
from botbackend.office.calendar.history import history_of
from botbackend.office.calendar.offers import Offer, offer_of_move
from botbackend.office.calendar.panels import Visit, dialogue_of, visit_of
from botbackend.office.calendar.saying import said_after, where_it_stands
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


@require_http_methods(["GET", "POST"])
@office_page(EVERYBODY)
def move(request: OfficeRequest, booking: int) -> HttpResponse:
    """Another time or specialist; a drag in the calendar asks for the same form."""
    shown = visit_of(request.desk, booking)
    if shown.has_others or not shown.is_booked:
        status = 200 if request.method == "GET" else answers.CONFLICT
        return panel(request, shown, status=status, refused=_why_it_stays(shown))
    people = people_for(shown)
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
            return panel(request, now, status=answers.CONFLICT, refused=told_now(now, error))
        return _move_part(request, now, form, status=answers.CONFLICT, error=error)
    there = where_it_stands(request.desk, done.bookings[0])
    return answers.done(said_after("moved", told=done.told), changed="bookings-changed", link=there)


@require_GET
@office_page(EVERYBODY)
def move_times(request: OfficeRequest, booking: int) -> HttpResponse:
    """Is the visit free to go there, and what is free near it?"""
    shown = visit_of(request.desk, booking)
    offer = offer_of_move(shown, request.GET) if shown.is_booked and not shown.has_others else None
    return answers.part(request, "office/calendar/times.html", offer=offer or Offer(has_services=True))


def panel(request: OfficeRequest, shown: Visit, *, status: int = 200, **context: Any) -> HttpResponse:
    dialogue = dialogue_of(shown.client)
    history = history_of(project=request.desk.salon, bookings=shown.rows)
    context = {"visit": shown, "dialogue": dialogue, "history": history, "now": timezone.now()} | context
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
        "refused": _why_not(shown, form, error),
        "choices": [] if error is None else choices_of(error.alternatives),
        "may_overbook": error is not None and error.code == "slot_taken" and request.desk.is_full_staff,
        "can_tell": telling.open_dialogue(shown.client) is not None,
        "has_moved_on": _has_moved_on(request, shown),
    }
    return answers.part(request, "office/calendar/move.html", status=status, **context)


def _why_not(shown: Visit, form: MoveForm, error: BookingError | None) -> str:
    if error is None or isinstance(error, WrongStatus):
        return "" if error is None else told_now(shown, error)
    wish = form.cleaned_data
    changes = acts.changes_of(shown, start=wish["start"], specialist=wish["specialist"])
    items = [item_of(changes[row.pk], row) for row in shown.live]
    return told_of(shown.desk, error, items, shown.ids)


def _restore_part(request: OfficeRequest, shown: Visit, form: RestoreForm, *, status: int) -> HttpResponse:
    can_tell = telling.open_dialogue(shown.client) is not None
    context = {"visit": shown, "form": form, "can_tell": can_tell}
    return answers.part(request, "office/calendar/restore.html", status=status, **context)


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


def people_for(shown: Visit) -> list[tuple[int, str]]:
    """Return who may take the part of the visit that is with the opened row's specialist."""
    salon, whose = shown.desk.salon, shown.row.specialist_id
    if shown.desk.own_specialist is not None:
        return [(whose, shown.row.specialist.name)]
    services = {row.service_id for row in shown.live if row.specialist_id == whose}
    day = shown.row.start.astimezone(shown.desk.zone).date()
    rules = read_rules(salon, first=day, last=day, service_ids=services)
    return [
        (number, one.name)
        for number, one in rules.specialists.items()
        if number == whose or all(rules.offers(number, service) for service in services)
    ]
