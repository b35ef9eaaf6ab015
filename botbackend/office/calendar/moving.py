"""The panel in which a visit gets another time or other people; a drag asks for the same form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bookings.engine.alternatives import alternatives
from bookings.engine.moves import free_moves
from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.errors import BookingError, WrongStatus
from bookings.models import Booking, rules_of
from bookings.models.prices import Price
from bookings.selectors import check_items
from bookings.values import Item, Slot
from botbackend.office import answers, telling
from botbackend.office.asked import moment_in, number_in
from botbackend.office.calendar import acts, terms
from botbackend.office.calendar.choices import Choice, choices_of
from botbackend.office.calendar.clashes import clashes_of
from botbackend.office.calendar.conflicts import told_now, told_of, way_out
from botbackend.office.calendar.forms import MoveForm, name_of, specialists_of
from botbackend.office.calendar.offers import Offer, hints_of, moment_of, spread_times
from botbackend.office.calendar.panels import Visit, visit_of
from botbackend.office.calendar.saying import said_after, where_it_stands
from botbackend.office.calendar.visits import panel
from botbackend.office.desk import EVERYBODY, OfficeRequest, office_page
from botbackend.office.refusals import told

_NEAR = timedelta(days=3)


@require_http_methods(["GET", "POST"])
@office_page(EVERYBODY)
def move(request: OfficeRequest, booking: int) -> HttpResponse:
    """Another time or specialist: the form, and what comes of it."""
    shown = visit_of(request.desk, booking)
    if shown.has_others or not shown.is_booked:
        status = 200 if request.method == "GET" else answers.CONFLICT
        return panel(request, shown, status=status, refused=_why_it_stays(shown))
    people = Candidates(shown)
    if request.method == "GET":
        return _form_part(request, people, MoveForm(shown, people.all, initial=_as_asked(request, shown)))
    form = MoveForm(shown, people.all, request.POST)
    if not form.is_valid():
        return _form_part(request, people, form, status=answers.REFUSED)
    try:
        done = acts.move(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        now = visit_of(request.desk, booking)
        if not now.is_booked:
            return panel(request, now, status=answers.CONFLICT, refused=told_now(now, error))
        return _form_part(request, Candidates(now), form, status=answers.CONFLICT, error=error)
    there = where_it_stands(request.desk, done.bookings[0])
    return answers.done(said_after("moved", told=done.told), changed="bookings-changed", link=there)


@require_GET
@office_page(EVERYBODY)
def move_times(request: OfficeRequest, booking: int) -> HttpResponse:
    """Is the visit free to go there, and what is free near it?"""
    shown = visit_of(request.desk, booking)
    can_move = shown.is_booked and not shown.has_others
    offer = _offer(shown, request.GET) if can_move else Offer(has_services=True)
    return answers.part(request, "office/calendar/times_part.html", offer=offer, asked=request.GET)


@dataclass(frozen=True)
class Candidates:
    """Who may be asked to do what of a visit."""

    visit: Visit

    @cached_property
    def rules(self) -> Rules:
        """Who does which of the services: one statement."""
        day = self.visit.lead.start.astimezone(self.visit.desk.zone).date()
        services = {row.service_id for row in self.visit.live}
        return read_rules(self.visit.desk.salon, first=day, last=day, service_ids=services)

    @property
    def all(self) -> list[tuple[int, str]]:
        """Everybody at work, whatever they do, and those who have the visit; of a specialist the own name."""
        if self.visit.desk.own_specialist is not None:
            return [(self.visit.lead.specialist_id, self.visit.lead.specialist.name)]
        mine = {row.specialist_id for row in self.visit.live}
        found = self.rules.specialists.items()
        return [(number, one.name) for number, one in found if one.is_active or number in mine]

    def of(self, row: Booking, chosen: str) -> list[tuple[int, str]]:
        """Who does this service, who has it, and who was chosen for it."""
        kept = {str(row.specialist_id), chosen}
        return [
            (number, name)
            for number, name in self.all
            if str(number) in kept or self.rules.offers(number, row.service_id)
        ]


def _offer(visit: Visit, query: Mapping[str, str]) -> Offer:
    """Judge where a visit is to go: all of its services together, its own time counting as free."""
    desk, start = visit.desk, moment_of(visit.desk, query)
    if start is None:
        return Offer(has_services=True)
    chosen = {name: number_in(value) for name, value in query.items()}
    specialists = {} if desk.own_specialist is not None else specialists_of(visit, chosen)
    items = acts.items_after(visit, start=start, specialists=specialists)
    ordered = [items[row.pk] for row in visit.live]
    slots: list[Slot] = []
    error: BookingError | None = None
    try:
        slots = check_items(
            project=desk.salon, items=ordered, origin=desk.origin, ignore_booking_ids=visit.ids
        )
    except BookingError as refusal:
        error = refusal
    mine = [items[row.pk] for row in visit.live if not row.guest_name]
    choices = _near(visit, items, start)
    rules = Candidates(visit).rules
    can_all = all(rules.offers(item.specialist_id or 0, item.service_id) for item in ordered)
    return Offer(
        True,
        slots,
        terms.said(desk, terms.of_slots(slots, _prices(visit, slots))) if slots else "",
        refused=told_of(desk, error, ordered, visit.ids) if error else "",
        way_out=way_out(error) if can_all and desk.is_full_staff else "",
        choices=choices,
        hints=hints_of(desk, start),
        clashes=clashes_of(desk, [visit.client.pk], mine, visit.ids),
        is_full=not choices and can_all,
    )


def _near(visit: Visit, items: Mapping[int, Item], start: datetime) -> list[Choice]:
    """Return the nearest times at which all of it is free with the people who are chosen.

    Where there is none, and the visit is one service, with others. Where the visit stands is no choice.
    """
    lead = items[visit.lead.pk]
    ordered = [lead, *(item for pk, item in items.items() if pk != visit.lead.pk)]
    has_same_people = all(items[row.pk].specialist_id == row.specialist_id for row in visit.live)
    passed = {start, visit.lead.start} if has_same_people else {start}
    now, day, salon = timezone.now(), start.astimezone(visit.desk.zone).date(), visit.desk.salon
    furthest = timezone.localdate() + timedelta(days=rules_of(salon).horizon_days)
    for first, last in ((day - _NEAR, day + _NEAR), (timezone.localdate(), furthest)):
        found = free_moves(
            project=salon,
            items=ordered,
            date_from=first,
            date_to=last,
            now=now,
            ignore=visit.ids,
            at_desk=True,
        )
        if times := spread_times(set(found) - passed, start):
            name = dict(Candidates(visit).all).get(lead.specialist_id or 0, "") if len(ordered) == 1 else ""
            return [Choice(one, lead.specialist_id if name else None, name) for one in sorted(times)]
    if len(ordered) > 1 or visit.desk.own_specialist is not None:
        return []
    others = alternatives(project=salon, items=ordered, now=now, ignore=visit.ids)
    present = (visit.lead.specialist_id, visit.lead.start)
    return choices_of(slot for slot in others if (slot.specialist_id, slot.start) != present)


def _prices(visit: Visit, slots: Sequence[Slot]) -> list[Price | None]:
    """Return what each service costs: one that stays with whom it is keeps what was agreed on."""
    return [
        row.full_price if row.specialist_id == slot.specialist_id else slot.price
        for row, slot in zip(visit.live, slots, strict=True)
    ]


def _form_part(
    request: OfficeRequest,
    people: Candidates,
    form: MoveForm,
    *,
    status: int = 200,
    error: BookingError | None = None,
) -> HttpResponse:
    shown = people.visit
    asked = {name: form[name].value() for name in form.fields}
    query = {name: _text(value) for name, value in asked.items() if value}
    offer = _offer(shown, query)
    names = {row.pk: name_of(row.pk) if len(shown.live) > 1 else "specialist" for row in shown.live}
    context = {
        "visit": shown,
        "form": form,
        "offer": offer,
        "asked": query,
        "refused": _why_not(shown, error, offer),
        "lines": [
            {"row": row, "name": names[row.pk], "chosen": query.get(names[row.pk], ""),
             "people": people.of(row, query.get(names[row.pk], ""))}
            for row in shown.live
        ],
        "can_tell": telling.open_dialogue(shown.client) is not None,
        "has_moved_on": _has_moved_on(request, shown),
    }  # fmt: skip
    return answers.part(request, "office/calendar/move.html", status=status, **context)


def _why_not(shown: Visit, error: BookingError | None, offer: Offer) -> str:
    if error is None:
        return ""
    return told_now(shown, error) if isinstance(error, WrongStatus) else offer.refused or told(error)


def _text(value: Any) -> str:
    return "1" if value is True else str(value)


def _as_asked(request: OfficeRequest, shown: Visit) -> dict[str, Any]:
    """Return what the form begins with: where the visit was dragged to, or where it is."""
    start = shown.lead.start.astimezone(request.desk.zone)
    asked = moment_in(request.GET.get("start", ""), request.desk.zone)
    whose = number_in(request.GET.get("specialist", "")) or shown.lead.specialist_id
    people = specialists_of(shown, {"specialist": whose})
    return {
        "edition": shown.edition,
        "day": (asked or start).date(),
        "time": f"{asked or start:%H:%M}",
        "specialist": whose,
        **{name_of(pk): who for pk, who in people.items()},
    }


def _has_moved_on(request: OfficeRequest, shown: Visit) -> bool:
    """Was the visit elsewhere in the calendar that it was dragged in?"""
    seen = request.GET.get("from", "")
    start = shown.lead.start.astimezone(request.desk.zone)
    return bool(seen) and seen != start.strftime("%Y-%m-%dT%H:%M:%S")


def _why_it_stays(shown: Visit) -> str:
    if shown.has_others:
        return _("A colleague has a part of this visit: ask the front desk to move it.")
    return _("Only a booked visit can be moved. Put it back first.")
