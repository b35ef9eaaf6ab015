"""Specialists, services and rooms: added, changed, ordered, put aside, brought back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.models import Service, Specialist, rules_of
from bookings.operations.setup import Editor, reorder, set_in_use
from bookings.operations.setup.catalogue import entry_shown
from botbackend.lib.errors import DomainError
from botbackend.office import answers
from botbackend.office.asked import numbers_in
from botbackend.office.desk import FULL_STAFF, OWNERS, OfficeRequest, office_page
from botbackend.office.refusals import told
from botbackend.office.team import selectors
from botbackend.office.team.hours import people_shown
from botbackend.office.team.kinds import KINDS, Entry, Kind
from botbackend.office.team.saving import CONFLICT, REFUSED, attempt, editor_of, seen_after, typed_in
from botbackend.office.team.sentences import doubts_in_words

READ_OR_SAVE = ["GET", "HEAD", "POST"]
CHANGED = "team-changed"


@require_GET
@office_page(FULL_STAFF)
def services(request: OfficeRequest) -> HttpResponse:
    """The services in their order, and those put aside."""
    return answers.page(
        request, "office/team/services.html", room="team", tab="services", **_services(request)
    )


@require_GET
@office_page(FULL_STAFF)
def service_list(request: OfficeRequest) -> HttpResponse:
    """The list alone, after something changed."""
    return answers.part(request, "office/team/service_list.html", **_services(request))


def _services(request: OfficeRequest) -> dict[str, Any]:
    active, aside = selectors.services(request.desk.salon)
    seen = selectors.seen_order(active)
    return {"active": active, "aside": aside, "seen": seen, "kind": "service", "view": "list"}


@require_GET
@office_page(FULL_STAFF)
def rooms(request: OfficeRequest) -> HttpResponse:
    """Rooms and chairs."""
    return answers.page(request, "office/team/rooms.html", room="team", tab="rooms", **_rooms(request))


@require_GET
@office_page(FULL_STAFF)
def room_list(request: OfficeRequest) -> HttpResponse:
    """The list alone, after something changed."""
    return answers.part(request, "office/team/room_list.html", **_rooms(request))


def _rooms(request: OfficeRequest) -> dict[str, Any]:
    active, aside = selectors.rooms(request.desk.salon)
    return {"active": active, "aside": aside, "kind": "room"}


def _found(request: OfficeRequest, kind: Kind, numbers: dict[str, int]) -> Entry:
    """Return the salon's entry that the address names by its kind."""
    model: Any = kind.model
    found: Entry = get_object_or_404(model, pk=numbers[kind.name], project=request.desk.salon)
    return found


@require_http_methods(READ_OR_SAVE)
@office_page(OWNERS)
def new_entry(request: OfficeRequest, kind: str) -> HttpResponse:
    """Add one."""
    return _panel(request, KINDS[kind], None)


@require_http_methods(READ_OR_SAVE)
@office_page(OWNERS)
def change_entry(request: OfficeRequest, /, kind: str, **numbers: int) -> HttpResponse:
    """Change one."""
    return _panel(request, KINDS[kind], _found(request, KINDS[kind], numbers))


def _panel(request: OfficeRequest, kind: Kind, row: Entry | None) -> HttpResponse:
    salon = request.desk.salon
    initial = kind.form.initial_of(row) if row else {}  # type: ignore[attr-defined]  # each form has it
    form = kind.form(typed_in(request), salon=salon, initial=initial)
    status = 200
    if request.method == "POST":
        status = _save(request, kind, row, form)
        if status == 200:
            return _saved(request, kind, kind.saved if row else kind.added, form.cleaned_data["name"])
    if status == CONFLICT and row is not None:
        row.refresh_from_db()
        form.stored = _differences(form, kind.form.initial_of(row))  # type: ignore[attr-defined]  # as above
    seen = seen_after(request, status, lambda: entry_shown(row) if row else "")
    shown = {"form": form, "kind": kind, "row": row, "seen": seen, "slot": rules_of(salon).slot_minutes}
    shown["room_kinds"] = selectors.kinds_of_rooms(salon)
    return answers.part(request, "office/team/entry.html", status=status, **shown)


def _save(request: OfficeRequest, kind: Kind, row: Entry | None, form: Any) -> int:
    if not form.is_valid():
        form.probe(row or kind.blank(request.desk.salon))
        return REFUSED
    salon, editor = request.desk.salon, editor_of(request)
    return attempt(form, lambda: kind.store(salon, row.pk if row else None, form.values(), editor))


def _differences(form: Any, stored: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if form.cleaned_data.get(name) != value}


def _saved(request: OfficeRequest, kind: Kind, said: Any, name: str) -> HttpResponse:
    """Say that it is saved, and what can hardly be meant."""
    doubts = doubts_in_words(request.desk.salon, name, of_room=kind.name == "room")
    text = " ".join([str(said) % {"name": name}, *doubts])
    return answers.done(text, changed=CHANGED, warning=bool(doubts))


@require_http_methods(READ_OR_SAVE)
@office_page(OWNERS)
def put_aside(request: OfficeRequest, /, kind: str, **numbers: int) -> HttpResponse:
    """Put one aside; the visits that remain with it are shown first."""
    row = _found(request, KINDS[kind], numbers)
    if request.method != "POST":
        visits = selectors.shown_visits(selectors.visits_left(row))
        return answers.part(request, "office/team/aside.html", row=row, kind=KINDS[kind], visits=visits)
    return _set_in_use(request, KINDS[kind], row, in_use=False)


@require_POST
@office_page(OWNERS)
def bring_back(request: OfficeRequest, /, kind: str, **numbers: int) -> HttpResponse:
    """Use one again that was put aside."""
    return _set_in_use(request, KINDS[kind], _found(request, KINDS[kind], numbers), in_use=True)


def _set_in_use(request: OfficeRequest, kind: Kind, row: Entry, *, in_use: bool) -> HttpResponse:
    salon, editor = request.desk.salon, Editor(user_id=request.desk.user.pk)
    model: Any = kind.model
    try:
        set_in_use(project=salon, model=model, pk=row.pk, in_use=in_use, editor=editor)
    except DomainError as error:
        messages = [_(message) for listed in error.fields.values() for message in listed]
        return answers.done(" ".join(messages) or told(error), warning=True)
    return _saved(request, kind, kind.back if in_use else kind.aside, row.name)


@require_POST
@office_page(OWNERS)
def order(request: OfficeRequest, kind: str) -> HttpResponse:
    """Keep the order that somebody dragged; the list answers as it is stored."""
    model: Any = {"specialist": Specialist, "service": Service}[kind]
    numbers = numbers_in(request.POST.getlist("order"))
    said = _("The order is saved.")
    status = 200
    try:
        reorder(project=request.desk.salon, model=model, order=numbers, editor=editor_of(request))
    except DomainError as error:
        said, status = told(error), CONFLICT
    return _list_again(request, kind, said, status)


def _list_again(request: OfficeRequest, kind: str, said: str, status: int) -> HttpResponse:
    shown = people_shown(request.desk.salon) if kind == "specialist" else _services(request)
    template = "office/team/people.html" if kind == "specialist" else "office/team/service_list.html"
    answer = answers.part(request, template, status=status, **shown)
    return answers.saying(answer, said, warning=status != 200)
