"""Everything that a reply of this turn may name, with the words that code will write for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from django.utils import timezone

from ai.facts.client import ClientFacts, client_texts
from ai.facts.salon import SalonBriefing
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import Kind, Mention
from ai.models import Proposal
from ai.proposals.otherwise import shown_price
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
from ai.wording.near import read_on
from bookings.models import Booking, rules_of
from bookings.models.prices import total_price
from botbackend.lib.clock import WEEKDAYS, minute_of_day

_MOST_ASKED = 12


def open_book(
    context: TurnContext, salon: SalonBriefing, facts: ClientFacts, wishes: Sequence[ResolvedWish]
) -> ReferenceBook:
    """Return the book of a turn; free times are added as they are looked up."""
    today = context.now.astimezone(salon.zone).date()
    near = read_on(timezone.now(), salon.zone)
    speech = Speech(context.language, context.project.currency, salon.zone, today, near)
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
    whole = total_price(shown_price(line) for line in shown)
    starts = [datetime.fromisoformat(str(line["start"])).replace(tzinfo=speech.zone) for line in shown]
    return proposal_reference(speech, starts, price=whole)


def _asked(speech: Speech, wishes: Sequence[ResolvedWish], said: Sequence[str]) -> Iterator[Reference]:
    """The days and hours that the client asked for, free or not."""
    has_hours = any(one.when.time_from or one.when.time_to for one in wishes)
    mentions = list(chain.from_iterable(map(find_mentions, said))) if has_hours else []
    asked = [
        (day, hours)
        for one in wishes
        for hours in (_hours_of(one, mentions),)
        for day in _days_of(one)
        if day or hours != _Hours()
    ]
    for number, (day, hours) in enumerate(dict.fromkeys(asked[:_MOST_ASKED]), 1):
        known: dict[str, Any] = {"start": f"{day}T{hours.moment:%H:%M}"} if day and hours.moment else {}
        yield asked_reference(speech, number, day=day, **vars(hours), **known)


@dataclass(frozen=True)
class _Hours:
    """The hour of a wish, or its bounds; `is_ours` if these are our reading of a part of the day."""

    moment: time | None = None
    since: time | None = None
    until: time | None = None
    is_ours: bool = False


def _hours_of(one: ResolvedWish, mentions: Sequence[Mention]) -> _Hours:
    """Return the hour, or the bounds that the client named, be it as "in the evening"."""
    first, last = one.when.time_from, one.when.time_to
    if one.wish.exact and first:
        return _Hours(first)
    named = {minute for mention in mentions for reading in mention.readings() for minute in reading.minutes}
    since = first if first and minute_of_day(first) in named else None
    until = last if last and minute_of_day(last) in named else None
    if since or until or not any(mention.kind == Kind.PART for mention in mentions):
        return _Hours(None, since, until)
    return _Hours(None, first, last, is_ours=True)


def _days_of(wish: ResolvedWish) -> list[date | None]:
    """Return the single days that were named, or the one that an hour on a weekday comes to first."""
    days = [first for first, last in wish.when.days if first == last]
    if not wish.when.days and wish.when.start:
        days = [wish.when.start.date()]
    return [*dict.fromkeys(days)] or [None]
