"""What a visit would cost, whether its time is free, and what is free near it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.catalogue import Catalogue
from bookings.engine.alternatives import alternatives
from bookings.engine.layout import lay_out, wishes_of
from bookings.errors import BookingError
from bookings.limits import MAX_ITEMS
from bookings.models import rules_of
from bookings.selectors import check_items, find_slots, find_visits
from bookings.values import Item, Slot
from botbackend.office.asked import clock_in, day_in, number_in
from botbackend.office.calendar import terms
from botbackend.office.calendar.choices import Choice, choices_of
from botbackend.office.calendar.clashes import clashes_of, clients_meant
from botbackend.office.calendar.conflicts import told_of, way_out
from botbackend.office.calendar.selectors import start_of
from botbackend.office.desk import Desk

_CHOICES = 4
_APART = timedelta(hours=1)
_A_WEEK = timedelta(days=6)


@dataclass(frozen=True)
class Offer:
    """`slots` is the visit as it would be, empty where it cannot be; `refused` says why.

    `way_out` is what may be done all the same, with a reason. `terms` are length and price in words.
    `clashes` name where else the client is booked then. `fill` is the first free time, for a form in which
    nobody has chosen one. `is_full`: that nothing is free was looked up.
    """

    has_services: bool = False
    slots: list[Slot] = field(default_factory=list)
    terms: str = ""
    refused: str = ""
    way_out: str = ""
    choices: list[Choice] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    fill: datetime | None = None
    is_full: bool = False

    @property
    def people(self) -> str:
        """Who does it, each named once."""
        return ", ".join(dict.fromkeys(slot.specialist for slot in self.slots))

    @property
    def end(self) -> datetime:
        """When the last service is over."""
        return max(slot.end for slot in self.slots)


@dataclass(frozen=True)
class _Wish:
    """The part of the form that says what is wanted, and of whom."""

    desk: Desk
    offered: Catalogue
    services: list[int]
    specialist: int | None

    @property
    def terms(self) -> terms.Terms:
        found = [terms.terms_of(self.offered, one, self.specialist) for one in self.services]
        return terms.sum_of(one for one in found if one is not None)

    def free(self, first: date) -> list[list[Slot]]:
        """Return the free visits of a week; of several services one for each start."""
        salon, last = self.desk.salon, first + _A_WEEK
        if len(self.services) == 1:
            slots = find_slots(
                project=salon,
                service_ids=self.services,
                specialist_id=self.specialist,
                date_from=first,
                date_to=last,
                at_desk=True,
            )
            return [[slot] for slot in slots]
        wishes = wishes_of(self.offered, self.services, self.specialist)
        return find_visits(project=salon, wishes=wishes, date_from=first, date_to=last, at_desk=True)


def offer_of(desk: Desk, offered: Catalogue, query: QueryDict) -> Offer:
    """Judge what the form says so far: the same rule as for booking, without locks or writes.

    As long as `auto` has the day from which somebody looks, no time was chosen: the first free one is.
    """
    wish = _Wish(desk, offered, _services(offered, query), number_in(query.get("specialist", "")))
    if not wish.services:
        return Offer()
    asked_from = day_in(query.get("auto", ""))
    start = None if asked_from else moment_of(desk, query)
    if start is None:
        found, choices = _near(wish, None, asked_from or day_in(query.get("day", "")))
        if asked_from is None or not found:
            return Offer(True, terms=terms.said(desk, wish.terms), choices=choices)
        start = found[0][0].start
        return _judged(wish, query, start, [one for one in choices if one.start != start], fill=start)
    return _judged(wish, query, start)


def _judged(
    wish: _Wish,
    query: QueryDict,
    start: datetime,
    choices: list[Choice] | None = None,
    fill: datetime | None = None,
) -> Offer:
    desk = wish.desk
    items: list[Item] = []
    slots: list[Slot] = []
    error: BookingError | None = None
    try:
        items = lay_out(
            project=desk.salon, service_ids=wish.services, specialist_id=wish.specialist, start=start
        )
        slots = check_items(project=desk.salon, items=items, origin=desk.origin)
    except BookingError as refusal:
        error = refusal
    if choices is None:
        choices = _near(wish, start)[1]
    return Offer(
        True,
        slots,
        terms.said(desk, terms.of_slots(slots) if slots else wish.terms),
        refused=told_of(desk, error, items) if error else "",
        way_out=way_out(error) if desk.is_full_staff else "",
        choices=choices,
        hints=hints_of(desk, start),
        clashes=clashes_of(desk, clients_meant(desk, query), items),
        fill=fill,
        is_full=not choices,
    )


def hints_of(desk: Desk, start: datetime) -> list[str]:
    """Return what is unusual about a time that staff may take all the same."""
    rules, local, now = rules_of(desk.salon), start.astimezone(desk.zone), timezone.now()
    hints = []
    if start < now:
        hints.append(_("This time has passed: the visit is written in afterwards, and nobody is told."))
    elif start < now + timedelta(minutes=rules.min_notice_minutes):
        hints.append(
            _("Clients must book %(count)s minutes ahead: this is sooner.")
            % {"count": rules.min_notice_minutes}
        )
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
    wish: _Wish, start: datetime | None, day: date | None = None
) -> tuple[list[list[Slot]], list[Choice]]:
    """Return what is free near the time, or from the day on where none is chosen; and a few to choose."""
    now, today, desk = timezone.now(), timezone.localdate(), wish.desk
    first = max(today, start.astimezone(desk.zone).date() if start is not None else day or today)
    found = wish.free(first)
    if not found:
        items = [Item(service, wish.specialist, start or now) for service in wish.services]
        found = [[slot] for slot in alternatives(project=desk.salon, items=items, now=now)]
    leads = [visit[0] for visit in found if visit[0].start != start]
    return found, choices_of(spread(leads, start), anyone=len(wish.services) > 1)


def spread(slots: Sequence[Slot], wished: datetime | None) -> list[Slot]:
    """Return a few that differ in time and people; of the first day only where no time is wished."""
    times = spread_times({slot.start for slot in slots}, wished)
    chosen: list[Slot] = []
    for start in times:
        free = [slot for slot in slots if slot.start == start]
        chosen.append(
            min(free, key=lambda slot: sum(one.specialist_id == slot.specialist_id for one in chosen))
        )
    return sorted(chosen, key=lambda slot: slot.start)


def spread_times(free: Collection[datetime], wished: datetime | None) -> list[datetime]:
    """Return a few moments an hour apart: the nearest to the wished one, else some of the first day."""
    starts = sorted(free)
    if wished is not None:
        starts.sort(key=lambda one: (abs(one - wished), one))
    elif starts:
        starts = [one for one in starts if one.date() == starts[0].date()]
        starts = [starts[at * (len(starts) - 1) // (_CHOICES - 1)] for at in range(_CHOICES)]
    times: list[datetime] = []
    for start in starts:
        if len(times) < _CHOICES and all(abs(start - other) >= _APART for other in times):
            times.append(start)
    return times


def services_of(
    desk: Desk, offered: Catalogue, chosen: Collection[str], specialist: int | None
) -> list[dict[str, Any]]:
    """Return the services to choose from, with length and price in words; last what only others do."""
    does = {one.service_id for one in offered.offerings if specialist in (None, one.specialist_id)}
    if not does:
        specialist = None
    found = []
    for place, one in enumerate(offered.services):
        by = terms.by_specialist(desk, offered, one.id)
        found.append({
            "id": one.id,
            "name": one.name,
            "place": place,
            "by_json": json.dumps(by, ensure_ascii=False),
            "terms": by.get(str(specialist or ""), by[""]),
            "is_chosen": str(one.id) in chosen,
            "is_others": specialist is not None and one.id not in does,
        })  # fmt: skip
    return sorted(found, key=lambda one: bool(one["is_others"]))


def _services(offered: Catalogue, query: QueryDict) -> list[int]:
    """Return the services that are ticked, in the order of the list; a foreign one is none."""
    asked = {number for number in map(number_in, query.getlist("services")) if number is not None}
    return [one.id for one in offered.services if one.id in asked][:MAX_ITEMS]


def moment_of(desk: Desk, query: Mapping[str, str]) -> datetime | None:
    """Return the moment that is typed so far; None for none."""
    day, clock = day_in(query.get("day", "")), clock_in(query.get("time", ""))
    if day is None or clock is None:
        return None
    try:
        return start_of(desk, datetime.combine(day, clock))
    except BookingError:
        return None
