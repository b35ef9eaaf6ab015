"""What a new visit would cost, whether its time is free, and what is free near it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.catalogue import Catalogue
from bookings.engine.alternatives import alternatives
from bookings.engine.layout import lay_out
from bookings.errors import BookingError
from bookings.limits import MAX_ITEMS
from bookings.models import Service, rules_of
from bookings.operations import item_of
from bookings.selectors import check_items, find_slots
from bookings.values import Item, Slot
from botbackend.office.asked import clock_in, day_in, number_in
from botbackend.office.calendar import acts, words
from botbackend.office.calendar.choices import Choice, choices_of
from botbackend.office.calendar.conflicts import told_of
from botbackend.office.calendar.panels import Visit
from botbackend.office.calendar.selectors import start_of
from botbackend.office.desk import Desk

_CHOICES = 4
_APART = timedelta(hours=1)
_A_WEEK = timedelta(days=6)


@dataclass(frozen=True)
class Offer:
    """`slots` is the visit as it would be, empty where it cannot be; `refused` says why."""

    has_services: bool = False
    slots: list[Slot] = field(default_factory=list)
    price: str = ""
    refused: str = ""
    choices: list[Choice] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


def offer_of(desk: Desk, query: QueryDict) -> Offer:
    """Judge what the form says so far: the same rule as for booking, without locks or writes."""
    services = _services(desk, query)
    if not services:
        return Offer()
    specialist = number_in(query.get("specialist", ""))
    start = _start(desk, query)
    if start is None:
        day = day_in(query.get("day", ""))
        return Offer(has_services=True, choices=_near(desk, services, specialist, None, day))
    items, hints = [], hints_of(desk, start)
    try:
        items = lay_out(project=desk.salon, service_ids=services, specialist_id=specialist, start=start)
        slots = check_items(project=desk.salon, items=items, origin=desk.origin)
    except BookingError as error:
        return Offer(
            True, refused=told_of(desk, error, items), choices=choices_of(error.alternatives), hints=hints
        )
    price = words.price_of(desk.salon, (slot.price for slot in slots))
    return Offer(True, slots, price, choices=_near(desk, services, specialist, start), hints=hints)


def offer_of_move(visit: Visit, query: QueryDict) -> Offer:
    """Judge where a visit is to go: all of its services together, its own time counting as free."""
    desk, start = visit.desk, _start(visit.desk, query)
    if start is None:
        return Offer(has_services=True)
    own = desk.own_specialist is not None
    specialist = visit.row.specialist_id if own else number_in(query.get("specialist", ""))
    changes = acts.changes_of(visit, start=start, specialist=specialist)
    items = [item_of(changes[row.pk], row) for row in visit.live]
    slots, refused = [], ""
    try:
        slots = check_items(project=desk.salon, items=items, origin=desk.origin, ignore_booking_ids=visit.ids)
    except BookingError as error:
        refused = told_of(desk, error, items, visit.ids)
    found = alternatives(project=desk.salon, items=items, now=timezone.now(), ignore=visit.ids)
    near = [slot for slot in found if slot.start != start and (not own or slot.specialist_id == specialist)]
    choices = choices_of(near)
    if len(items) > 1:  # the opened service stays with whom the form says
        choices = [replace(one, specialist_id=specialist or visit.row.specialist_id) for one in choices]
    return Offer(True, slots, refused=refused, choices=choices, hints=hints_of(desk, start))


def hints_of(desk: Desk, start: datetime) -> list[str]:
    """Return what is unusual about a time that staff may take all the same."""
    rules, local = rules_of(desk.salon), start.astimezone(desk.zone)
    hints = []
    if (local.hour * 60 + local.minute) % rules.slot_minutes:
        hints.append(
            _("The salon's times are every %(count)s minutes: this one lies between.")
            % {"count": rules.slot_minutes}
        )
    if desk.is_full_staff and local.date() > timezone.localdate() + timedelta(days=rules.horizon_days):
        hints.append(
            _("The salon books %(count)s days ahead by itself: this is later.")
            % {"count": rules.horizon_days}
        )
    return hints


def _near(
    desk: Desk,
    services: list[int],
    specialist: int | None,
    start: datetime | None,
    day: date | None = None,
) -> list[Choice]:
    """Return what is free near the time, or from the day on where none is chosen."""
    now, today = timezone.now(), timezone.localdate()
    first = max(today, start.astimezone(desk.zone).date() if start is not None else day or today)
    found = find_slots(
        project=desk.salon,
        service_ids=services,
        specialist_id=specialist,
        date_from=first,
        date_to=first + _A_WEEK,
        now=now,
    )
    if not found:
        items = [Item(service, specialist, start or now) for service in services]
        found = alternatives(project=desk.salon, items=items, now=now)
    return choices_of(spread([slot for slot in found if slot.start != start], start))


def spread(slots: Sequence[Slot], wished: datetime | None) -> list[Slot]:
    """Return a few that differ in time and people; of the first day only where no time is wished."""
    starts = sorted({slot.start for slot in slots})
    if wished is not None:
        starts.sort(key=lambda one: (abs(one - wished), one))
    elif starts:
        starts = [one for one in starts if one.date() == starts[0].date()]
        starts = [starts[at * (len(starts) - 1) // (_CHOICES - 1)] for at in range(_CHOICES)]
    times: list[datetime] = []
    for start in starts:
        if len(times) < _CHOICES and all(abs(start - other) >= _APART for other in times):
            times.append(start)
    chosen: list[Slot] = []
    for start in times:
        free = [slot for slot in slots if slot.start == start]
        chosen.append(
            min(free, key=lambda slot: sum(one.specialist_id == slot.specialist_id for one in chosen))
        )
    return sorted(chosen, key=lambda slot: slot.start)


def services_of(desk: Desk, offered: Catalogue, chosen: Collection[str]) -> list[dict[str, Any]]:
    """Return the services to choose from, each with its length and its price in words."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "minutes": one.duration_minutes,
            "price": words.price_of(desk.salon, [one.price]),
            "is_chosen": str(one.id) in chosen,
        }
        for one in offered.services
    ]


def _services(desk: Desk, query: QueryDict) -> list[int]:
    """Return the services that are ticked, in the order of the list; a foreign one is none."""
    asked = {number for number in map(number_in, query.getlist("services")) if number is not None}
    known = Service.objects.filter(project=desk.salon, is_active=True, pk__in=asked)
    return list(known.values_list("pk", flat=True)[:MAX_ITEMS])


def _start(desk: Desk, query: Mapping[str, str]) -> datetime | None:
    day, clock = day_in(query.get("day", "")), clock_in(query.get("time", ""))
    if day is None or clock is None:
        return None
    try:
        return start_of(desk, datetime.combine(day, clock))
    except BookingError:
        return None
