"""Makes references of the values that a turn knows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from ai.references.book import Reference
from ai.references.speech import Speech
from bookings.models import Booking
from bookings.models.prices import Price
from bookings.values import Slot


def slot_references(speech: Speech, visits: Sequence[Sequence[Slot]], *, first: int = 1) -> list[Reference]:
    """Return s1, s2 ...: each a free start of one service, or a whole visit of several."""
    return [_visit_start(speech, number, slots) for number, slots in enumerate(visits, first) if slots]


def _visit_start(speech: Speech, number: int, slots: Sequence[Slot]) -> Reference:
    start, together = _begins(slots)
    people = [slot.specialist_in(speech.language) for slot in slots]
    parts = {**_moment(speech, start), "who": speech.joined(people)}
    if len(slots) > 1:  # with the pauses between its services, which a sum of lengths leaves out
        whole = max(slot.end for slot in slots) - min(slot.start for slot in slots)
        parts["length"] = speech.length(int(whole.total_seconds()) // 60)
    facts: dict[str, Any] = {
        "start": f"{speech.local(start):%Y-%m-%dT%H:%M}",
        "end": f"{speech.local(max(slot.end for slot in slots)):%H:%M}",
        "services": [slot.service_id for slot in slots],
        "specialists": [slot.specialist_id for slot in slots],
    }
    if 1 < together < len(slots):
        others = sorted(slot.start for slot in slots if slot.start != start)
        parts["then"] = speech.joined([speech.clock(other) for other in others])
        facts["together"] = together
        facts["starts"] = [f"{speech.local(slot.start):%H:%M}" for slot in slots]
    return Reference(f"s{number}", speech.when(start), parts, facts=facts)


def _begins(slots: Sequence[Slot]) -> tuple[datetime, int]:
    """Return the start that most of them have, the first of these, and how many begin then."""
    starts = [slot.start for slot in slots]
    start = min(starts, key=lambda one: (-starts.count(one), one))
    return start, starts.count(start)


def visit_reference(
    speech: Speech,
    booking: Booking,
    *,
    price: Price | None,
    facts: Mapping[str, Any] | None = None,
) -> Reference:
    """Return v<id> of a visit, past or ahead."""
    parts = {
        **_moment(speech, booking.start),
        "what": booking.service.name_in(speech.language),
        "who": booking.specialist.name_in(speech.language),
        "price": speech.price(price),
    }
    start = {"start": f"{speech.local(booking.start):%Y-%m-%dT%H:%M}"}
    return Reference(
        f"v{booking.pk}", speech.when(booking.start), parts, price, facts={**start, **(facts or {})}
    )


def proposal_reference(speech: Speech, starts: Sequence[datetime], *, price: Price | None) -> Reference:
    """Return `open`: what lies before the client. Several visits say all their moments."""
    days = [speech.local(start).date() for start in starts]
    parts = {
        "time": speech.joined([speech.clock(start) for start in starts]),
        "day": speech.joined([speech.day(day) for day in days]),
        "price": speech.price(price),
    }
    return Reference("open", speech.joined([speech.when(start) for start in starts]), parts, price)


def asked_reference(
    speech: Speech,
    number: int,
    *,
    day: date | None = None,
    moment: time | None = None,
    since: time | None = None,
    until: time | None = None,
    is_ours: bool = False,
    **facts: Any,
) -> Reference:
    """Return a1, a2 ...: a day, a time or the bounds of one that the client asked for, free or not.

    `is_ours`: the bounds are how we read "in the evening". They may be named, but beside a day the reference
    does not say them by itself.
    """
    parts = {"day": speech.day(day)} if day else {}
    parts |= {"time": speech.clock(moment)} if moment else {}
    parts |= {"from": speech.since(since)} if since else {}
    parts |= {"until": speech.until(until)} if until else {}
    says = [parts[name] for name in ("day", "time") if name in parts]
    if is_ours and says:
        pass
    elif since and until:
        says.append(speech.hours([(since, until)]))
    else:
        says += [parts[name] for name in ("from", "until") if name in parts]
    return Reference(f"a{number}", ", ".join(says), parts, facts=facts)


def price_reference(
    speech: Speech, service_id: int, price: Price | None, *, specialist_id: int | None = None, **facts: Any
) -> Reference:
    """Return p7, or p7.3 with a specialist. Without a price its words are that the salon will tell."""
    return Reference(
        _of_service("p", service_id, specialist_id), speech.price(price), amount=price, facts=facts
    )


def length_reference(
    speech: Speech, service_id: int, minutes: int, *, specialist_id: int | None = None, **facts: Any
) -> Reference:
    """Return l7, or l7.3 with a specialist."""
    says = speech.length(minutes)
    return Reference(_of_service("l", service_id, specialist_id), says, minutes=minutes, facts=facts)


def hours_reference(
    speech: Speech, number: int, ranges: Sequence[tuple[time, time]], **facts: Any
) -> Reference:
    """Return h1, h2 ...; `facts` say whose hours they are and on which weekday or date."""
    return Reference(f"h{number}", speech.hours(ranges), facts=facts)


def _moment(speech: Speech, start: datetime) -> dict[str, str]:
    return {"time": speech.clock(start), "day": speech.day(speech.local(start).date())}


def _of_service(letter: str, service_id: int, specialist_id: int | None) -> str:
    return f"{letter}{service_id}" if specialist_id is None else f"{letter}{service_id}.{specialist_id}"
