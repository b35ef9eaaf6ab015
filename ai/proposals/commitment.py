"""What a yes makes of a card: all of it, or a refusal and nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, repeat
from typing import Any

from django.db import transaction
from django.utils import timezone

from ai.models import Proposal
from ai.proposals.details import cancelled_ids, changed_ids, visits_of, with_guests
from ai.turn.drafts import Accept, BookNow, Propose, TurnContext
from bookings.engine.alternatives import with_alternatives
from bookings.models import Booking
from bookings.operations import (
    activate_visits,
    change_booking,
    change_bookings,
    note_on_booking,
    reject_booking,
)
from bookings.values import Item, Origin, VisitChange, VisitRequest


def commit(
    context: TurnContext, proposal: Proposal, before: Sequence[Booking], action: Accept
) -> list[Booking]:
    """Do what the card asks for, with what was said together with the yes. Raises BookingError."""
    action = replace(action, note="\n".join([proposal.details.get("note", ""), action.note]).strip())
    if proposal.kind == Proposal.Kind.BOOK:
        return _book_card(context, proposal, action)
    if proposal.kind == Proposal.Kind.CHANGE:
        return _change_all(context, proposal, {visit.pk: visit for visit in before}, action)
    with transaction.atomic():
        return [
            _cancel(context, visit, action.note, index)
            for index, visit in enumerate(sorted(before, key=lambda one: one.pk))
        ]


def book(context: TurnContext, wish: BookNow, *, holds: Sequence[Sequence[int]]) -> list[Booking]:
    """Book all visits or none; `holds` are the client's, by visit. Raises BookingError."""
    made = activate_visits(requests=requests_of(context, wish, holds=holds))
    return [row for one in made for row in one.bookings]


def requests_of(
    context: TurnContext, wish: Propose | BookNow, *, holds: Sequence[Sequence[int]]
) -> list[VisitRequest]:
    """Return a request for each visit; `holds` are by visit. A guest's phone goes with the guests."""
    has_guests = any(item.guest_name for visit in wish.visits for item in visit)
    return [
        VisitRequest(
            project=context.project,
            client=context.client,
            items=visit,
            origin=origin_of(context),
            idempotency_key=_key(context, index) if isinstance(wish, BookNow) else "",
            guest_phone=wish.guest_phone if any(i.guest_name for i in visit) or not has_guests else "",
            note=wish.note,
            photo_url=wish.photo_url,
            hold_ids=held,
        )
        for index, (visit, held) in enumerate(zip(wish.visits, chain(holds, repeat(())), strict=False))
    ]


def origin_of(context: TurnContext) -> Origin:
    """Return who acts: the bot, in this turn."""
    return Origin(source=Booking.Source.BOT, actor=f"turn {context.turn.pk}")


def _key(context: TurnContext, index: int) -> str:
    return f"turn:{context.turn.pk}:{index}"


def _book_card(context: TurnContext, proposal: Proposal, action: Accept) -> list[Booking]:
    details = proposal.details
    visits = with_guests(visits_of(details), action.guests)
    held = {_place(row): row.pk for row in proposal.holds.all()}
    wish = BookNow(
        visits,
        guest_phone=action.guest_phone or details["guest_phone"],
        note=action.note,
        photo_url=details["photo_url"],
    )
    return book(
        context,
        wish,
        holds=[[held[place] for item in visit if (place := _place(item)) in held] for visit in visits],
    )


def _place(one: Item | Booking) -> tuple[int, int | None, datetime]:
    return one.service_id, one.specialist_id, one.start


def holds_by_visit(proposal: Proposal, held: Iterable[Booking]) -> dict[int, Booking]:
    """Return what a card holds for each visit that is to change, by the visit's id."""
    by_place = {_place(row): row for row in held}
    items = [item for visit in visits_of(proposal.details) for item in visit]
    pairs = zip(changed_ids(proposal.details), items, strict=True)
    return {number: by_place[place] for number, item in pairs if (place := _place(item)) in by_place}


def _change_all(
    context: TurnContext, proposal: Proposal, before: Mapping[int, Booking], action: Accept
) -> list[Booking]:
    """Change and cancel every visit of the card, or none of them; the changed ones come first."""
    changes = _changes_of(proposal, before, action)
    gone = cancelled_ids(proposal.details)
    who: dict[str, Any] = {
        "project": context.project,
        "origin": origin_of(context),
        "client": context.client,
        "idempotency_key": _key(context, 0),
    }
    if len(changes) == 1 and not gone:
        (number,) = changes
        return [change_booking(booking_id=number, change=changes[number], **who)]
    items = [item for visit in visits_of(proposal.details) for item in visit]
    ignore = [*changes, *gone, *(pk for one in changes.values() for pk in one.hold_ids)]
    with with_alternatives(project=context.project, items=items, now=timezone.now(), ignore=ignore):
        return change_bookings(changes=changes, cancelled=gone, **who)


def _changes_of(proposal: Proposal, before: Mapping[int, Booking], action: Accept) -> dict[int, VisitChange]:
    """Return what becomes of each visit, by its id; a guest's phone goes with the guests, if any."""
    details = proposal.details
    held = holds_by_visit(proposal, proposal.holds.all())
    services = details.get("service_ids") or [details["service_id"]]  # a card of before it showed several
    items = [item for visit in visits_of(details) for item in visit]
    numbers = changed_ids(details)
    guests = {one for at, one in enumerate(numbers) if at in action.guests or before[one].guest_name}
    return {
        number: VisitChange(
            start=item.start,
            service_id=service,
            specialist_id=item.specialist_id,
            guest_name=action.guests.get(index),
            guest_phone=(action.guest_phone or None) if number in guests or not guests else None,
            note=action.note,
            hold_ids=[held[number].pk] if number in held else [],
        )
        for index, (number, item, service) in enumerate(zip(numbers, items, services, strict=True))
    }


def _cancel(context: TurnContext, visit: Booking, note: str, index: int) -> Booking:
    who: dict[str, Any] = {
        "project": context.project,
        "booking_id": visit.pk,
        "origin": origin_of(context),
        "client": context.client,
    }
    if note:
        note_on_booking(**who, note=note)
    return reject_booking(**who, idempotency_key=_key(context, index))
