"""What a new visit would cost, whether its time is free, and what is free near it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from bookings.catalogue import Catalogue
from bookings.engine.alternatives import alternatives
from bookings.engine.layout import lay_out
from bookings.errors import BookingError
from bookings.limits import MAX_ITEMS
from bookings.models import Service
from bookings.selectors import check_items
from bookings.values import Item, Slot
from botbackend.office.asked import clock_in, day_in, number_in
from botbackend.office.calendar import words
from botbackend.office.calendar.choices import Choice, choices_of
from botbackend.office.calendar.selectors import start_of
from botbackend.office.desk import Desk
from botbackend.office.refusals import told


@dataclass(frozen=True)
class Offer:
    """`slots` is the visit as it would be, empty where it cannot be; `refused` says why."""

    has_services: bool = False
    slots: list[Slot] = field(default_factory=list)
    price: str = ""
    refused: str = ""
    choices: list[Choice] = field(default_factory=list)


def offer_of(desk: Desk, query: QueryDict) -> Offer:
    """Judge what the form says so far: the same rule as for booking, without locks or writes."""
    services = _services(desk, query)
    if not services:
        return Offer()
    specialist = number_in(query.get("specialist", ""))
    start = _start(desk, query)
    if start is None:
        return Offer(has_services=True, choices=_near(desk, services, specialist, None))
    try:
        items = lay_out(project=desk.salon, service_ids=services, specialist_id=specialist, start=start)
        slots = check_items(project=desk.salon, items=items, origin=desk.origin)
    except BookingError as error:
        return Offer(True, refused=told(error), choices=choices_of(error.alternatives))
    price = words.price_of(desk.salon, (slot.price for slot in slots))
    return Offer(True, slots, price, choices=_near(desk, services, specialist, start))


def _near(desk: Desk, services: list[int], specialist: int | None, start: datetime | None) -> list[Choice]:
    """Return what is free near the time, or soon where none is chosen."""
    now = timezone.now()
    items = [Item(service, specialist, start or now) for service in services]
    found = alternatives(project=desk.salon, items=items, now=now)
    return choices_of([slot for slot in found if slot.start != start])


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
