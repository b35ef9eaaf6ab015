"""Everything that a reply of this turn may name, with the words that code will write for it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from ai.facts.client import ClientFacts, client_texts
from ai.facts.salon import SalonBriefing
from ai.language.numbers.finder import find_mentions
from ai.models import Proposal
from ai.references.book import Reference, ReferenceBook
from ai.references.builders import (
    asked_reference,
    hours_reference,
    length_reference,
    price_reference,
    proposal_reference,
    visit_reference,
)
from ai.references.speech import Speech
from ai.turn.drafts import TurnContext
from ai.understanding.resolved_wishes import ResolvedWish
from bookings.models import Booking, rules_of
from bookings.models.prices import Price, total_price
from botbackend.lib.clock import WEEKDAYS, minute_of_day

_MOST_ASKED = 12


def open_book(
    context: TurnContext, salon: SalonBriefing, facts: ClientFacts, wishes: Sequence[ResolvedWish]
) -> ReferenceBook:
    """Return the book of a turn; free times are added as they are looked up."""
    today = context.now.astimezone(salon.zone).date()
    speech = Speech(context.language, context.project.currency, salon.zone, today)
    book = ReferenceBook(
        speech, first=today, last=today + timedelta(days=rules_of(context.project).horizon_days)
    )
    book.add(*_prices(speech, salon), *_lengths(speech, salon), *_hours(speech, salon))
    book.add(*(_visit(speech, visit, today) for visit in (*facts.past, *facts.visits)))
    if facts.proposal is not None and facts.proposal.kind != Proposal.Kind.CANCEL:
        book.add(_open(speech, facts.proposal))
    book.add(*_asked(speech, wishes, client_texts(context, facts)))
    return book


def _prices(speech: Speech, salon: SalonBriefing) -> Iterator[Reference]:
    general = {service.id: service.price for service in salon.catalogue.services}
    for service_id, price in general.items():
        yield price_reference(speech, service_id, price)
    for offering in salon.catalogue.offerings:
        price = offering.price
        yield price_reference(speech, offering.service_id, price, specialist_id=offering.specialist_id)


def _lengths(speech: Speech, salon: SalonBriefing) -> Iterator[Reference]:
    for service in salon.catalogue.services:
        yield length_reference(speech, service.id, service.duration_minutes)
    for offering in salon.catalogue.offerings:
        yield length_reference(
            speech, offering.service_id, offering.duration_minutes, specialist_id=offering.specialist_id
        )


def _hours(speech: Speech, salon: SalonBriefing) -> Iterator[Reference]:
    """The salon's hours of each weekday, then each specialist's."""
    number = 0
    for day, opening in salon.opening().items():
        number += 1
        yield hours_reference(speech, number, opening, weekday=day)
    for specialist in sorted(salon.catalogue.specialists, key=lambda one: one.id):
        for day, spans in zip(WEEKDAYS, specialist.weekly, strict=True):
            number += 1
            ranges = [(_time(start), _time(end)) for start, end in spans]
            yield hours_reference(speech, number, ranges, weekday=day, specialist=specialist.id)


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60) if minute < 24 * 60 else time(23, 59)


def _visit(speech: Speech, visit: Booking, today: date) -> Reference:
    is_past = speech.local(visit.end).date() < today
    known: dict[str, Any] = {
        "id": visit.pk,
        "service_id": visit.service_id,
        "specialist_id": visit.specialist_id,
        "is_past": is_past,
    }
    return visit_reference(speech, visit, price=visit.full_price, facts=known)


def _open(speech: Speech, proposal: Proposal) -> Reference:
    shown = proposal.details.get("shown", [])
    whole = total_price(_shown_price(line) for line in shown)
    starts = [datetime.fromisoformat(str(line["start"])).replace(tzinfo=speech.zone) for line in shown]
    return proposal_reference(speech, starts, price=whole)


def _asked(speech: Speech, wishes: Sequence[ResolvedWish], said: Sequence[str]) -> Iterator[Reference]:
    """The days and hours that the client asked for, free or not."""
    named = _named_minutes(said) if any(one.when.time_from or one.when.time_to for one in wishes) else set()
    asked = [
        (day, *hours)
        for one in wishes
        for hours in (_hours_of(one, named),)
        for day in _days_of(one)
        if day or any(hours)
    ]
    for number, (day, moment, since, until) in enumerate(dict.fromkeys(asked[:_MOST_ASKED]), 1):
        yield asked_reference(speech, number, day=day, moment=moment, since=since, until=until)


def _named_minutes(said: Sequence[str]) -> set[int]:
    """Return the times of day that the client may have meant by what was written."""
    mentions = chain.from_iterable(map(find_mentions, said))
    return {minute for mention in mentions for reading in mention.readings() for minute in reading.minutes}


def _hours_of(one: ResolvedWish, named: set[int]) -> tuple[time | None, time | None, time | None]:
    """Return the hour, or the bounds that the client named: the hours of "in the evening" are our reading."""
    first, last = one.when.time_from, one.when.time_to
    if one.wish.exact and first:
        return first, None, None
    return (
        None,
        first if first and minute_of_day(first) in named else None,
        last if last and minute_of_day(last) in named else None,
    )


def _days_of(wish: ResolvedWish) -> list[date | None]:
    """Return the single days that were named; the ends of a range were not."""
    days = [first for first, last in wish.when.days if first == last]
    return [*dict.fromkeys(days)] or [None]


def _shown_price(line: dict[str, Any]) -> Price | None:
    """Return the price of a line as a card keeps it."""
    amount, to = line.get("price"), line.get("price_to")
    if amount is None:
        return None
    return Price(Decimal(str(amount)), bool(line.get("price_from")), None if to is None else Decimal(str(to)))
