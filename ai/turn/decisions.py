"""What code decides once a message is understood: no second call, and nothing that could be invented.

Code decides alone only what is whole: one wish, one service each, one start, no remark, nothing to answer.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from ai.facts.client import ClientFacts
from ai.facts.search import SearchedItem, exact_visits, free_times
from ai.facts.wish import Visit
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import DayRef, Kind, Mention
from ai.models import assistant_of
from ai.turn.drafts import Accept, BookNow, Decline, Draft, Propose, TurnContext
from ai.turn.refused import was_refused
from ai.turn.shortcuts import text_of, words_of
from ai.understanding.resolved_wishes import ResolvedTime, ResolvedWish, search_of
from ai.understanding.understood import Understood
from bookings.models import rules_of
from bookings.values import Item, Slot
from botbackend.lib.clock import WEEKDAYS, minute_of_day
from botbackend.lib.stopped_clock import current_time
from dialogues.models import Message

CLOSED = "question_closed"
_MOST_NEAR = 6
CLIENT_ASKS = "the client asks for a person"


def decide_without_model(turn: Understood) -> Draft | None:
    """Return the draft for what needs no phrasing; None when the model has to answer."""
    return _led(turn) or _answered(turn) or _asked_back(turn) or _clear(turn)


def _led(turn: Understood) -> Draft | None:
    """Who asks for a person gets one, whatever else was said; the rest only if it was all."""
    context, wants = turn.context, turn.form.wants
    if wants == "human":
        text = text_of(context, "handoff")
        return Draft(text, accept=turn.accepted, handoff=CLIENT_ASKS, language=context.language)
    if turn.wishes or turn.answer == "yes" or not turn.is_whole:
        return None
    if wants == "stop":
        return Draft(text_of(context, "stopped"), language=context.language)
    if wants == "my_bookings":
        return my_visits(context, turn.facts)
    return None


def _answered(turn: Understood) -> Draft | None:
    """An answer to the card and nothing that has to be answered itself; a remark goes onto the booking."""
    if turn.other_wishes or turn.form.to_answer or turn.form.wants not in ("none", "smalltalk", "unclear"):
        return None
    if turn.accepted is not None and turn.form.remark.kind in ("none", "request", "other"):
        return _accepting(turn, turn.accepted)
    proposal = turn.facts.proposal
    if proposal is not None and turn.answer == "no" and turn.form.remark.kind == "none":
        return Draft("", Decline(proposal.pk), language=turn.context.language)
    return None


def _accepting(turn: Understood, accept: Accept) -> Draft:
    number = turn.form.client_phone or turn.form.guest_phone
    text = text_of(turn.context, "phone_saved") if number else ""
    return Draft(text, accept=accept, language=turn.context.language)


def my_visits(context: TurnContext, facts: ClientFacts) -> Draft:
    """Return the list of the client's visits ahead."""
    if not facts.visits:
        return Draft(text_of(context, "no_visits"), language=context.language)
    text = text_of(context, "my_visits", bookings=list(facts.visits))
    return Draft(text, language=context.language)


def _asked_back(turn: Understood) -> Draft | None:
    """A day or an hour that cannot be, or may be two: asked before anything is looked up."""
    wish = turn.wishes[0] if len(turn.wishes) == 1 else None
    if wish is None or wish.when.question is None or turn.accepted is not None or not turn.is_whole:
        return None
    question = wish.when.question
    text = text_of(turn.context, question.key, **question.values)
    if question.key == CLOSED and (near := _nearest(turn, wish)):
        text = text_of(turn.context, "question_closed_near", slots=near, **question.values)
    return Draft(text, language=turn.context.language, asks=True)


def _nearest(turn: Understood, one: ResolvedWish) -> list[Slot]:
    """Return what is free next to an hour at which the salon is closed, on all days that were named."""
    said = one.wish
    days = tuple((day.first, day.last) for day in said.days if day.first and day.last)
    if said.kind != "book" or not said.names_services or not (days or said.weekdays):
        return []
    when = ResolvedTime(days, frozenset(map(WEEKDAYS.index, said.weekdays)), said.time_from)
    found = free_times(
        project=turn.context.project,
        zone=turn.salon.zone,
        now=current_time(),
        horizon=turn.today + timedelta(days=rules_of(turn.context.project).horizon_days),
        search=search_of(said, said.items, when),
        ignore=turn.free_holds,
    )
    return [visit[0] for visit in found.visits[:_MOST_NEAR]]


def _clear(turn: Understood) -> Draft | None:
    """A wish that leaves nothing open goes straight to its card: one call, and no words to check."""
    wishes = turn.other_wishes
    if len(wishes) != 1 or not turn.is_whole or turn.form.wants == "question" or turn.answer == "early":
        return None
    draft = _clear_of(turn, wishes[0])
    if draft is None or (isinstance(draft.action, Propose) and was_refused(turn, draft.action)):
        return None
    return replace(draft, accept=turn.accepted)


def _clear_of(turn: Understood, wish: ResolvedWish) -> Draft | None:
    kind = wish.wish.kind
    if kind == "book":
        return _clear_booking(turn, wish)
    if kind == "change":
        return _clear_change(turn, wish)
    if wish.wish.visits:
        action = Propose(kind="cancel", booking_ids=wish.wish.visits)
        return Draft("", action, language=turn.context.language)
    return None


def _clear_booking(turn: Understood, wish: ResolvedWish) -> Draft | None:
    """Where the salon switched the question off, a visit that the client named is booked at once."""
    visit = wished_visit(turn, wish)
    if not visit:
        return None
    is_asked = assistant_of(turn.context.project).confirm_before_booking or "?" in words_of(turn.context)
    if is_asked or turn.accepted is not None or not named_by_client(turn, visit[0].start):
        return proposed(turn, wish, visit)
    action = BookNow((items_of(visit, wish),), guest_phone=turn.form.guest_phone)
    return Draft("", action, language=turn.context.language)


def _clear_change(turn: Understood, wish: ResolvedWish) -> Draft | None:
    start, said = wish.when.start, wish.wish
    visit = turn.facts.visit(said.visits[0]) if len(said.visits) == 1 else None
    if visit is None or start is None or len(said.items) > 1 or (said.items and not said.service_ids):
        return None
    item = said.items[0] if said.items else None
    if item is not None and item.not_specialists:
        return None
    service = item.services[0] if item else visit.service_id
    same = service == visit.service_id
    wanted = item.specialist if item else 0
    found = free_at(turn, (SearchedItem((service,), wanted or visit.specialist_id),), start, moving=visit.pk)
    if not found and not wanted and not same:
        found = free_at(turn, (SearchedItem((service,)),), start, moving=visit.pk)
    if not found or not has_one_price(turn, found):
        return None
    slot = found[0][0]
    if same and (slot.specialist_id, start) == (visit.specialist_id, visit.start):
        return None
    action = Propose(
        kind="change",
        booking_ids=(visit.pk,),
        start=start,
        service_id=None if same else service,
        specialist_id=slot.specialist_id,
    )
    return Draft("", action, language=turn.context.language)


def wished_visit(turn: Understood, wish: ResolvedWish) -> Visit:
    """Return the free visit that is meant when services, people and start leave nothing open; () otherwise.

    Among specialists with unequal prices none is picked for the client.
    """
    said, start = wish.wish, wish.when.start
    if start is None or not said.service_ids or said.at_once or said.times > 1:
        return ()
    found = free_at(turn, wish.search.items, start)
    if not found or not has_one_price(turn, found) or _needs_words(turn, found[0]):
        return ()
    return found[0]


def _needs_words(turn: Understood, visit: Visit) -> bool:
    """Say whether a note may tell more of a price than where it begins."""
    return bool(turn.salon.notes) and any(slot.price and slot.price.is_from for slot in visit)


def free_at(
    turn: Understood, items: Sequence[SearchedItem], start: datetime, *, moving: int | None = None
) -> tuple[Visit, ...]:
    """Return every free visit that begins at the aware moment; a visit that moves frees its own time."""
    ignore = (*turn.free_holds, *((moving,) if moving is not None else ()))
    return exact_visits(
        project=turn.context.project, now=current_time(), items=items, start=start, ignore=ignore
    )


def has_one_price(turn: Understood, visits: Sequence[Visit]) -> bool:
    """Say whether it costs the same whoever does it."""
    prices = {
        tuple(turn.salon.price_of(slot.service_id, slot.specialist_id) for slot in visit) for visit in visits
    }
    return len(prices) == 1


def proposed(turn: Understood, wish: ResolvedWish, visit: Visit) -> Draft:
    """Return the draft that shows the visit and asks."""
    action = Propose(
        kind="book",
        visits=(items_of(visit, wish),),
        guest_phone=turn.form.guest_phone,
        note=turn.note,
    )
    return Draft("", action, language=turn.context.language)


def items_of(visit: Visit, wish: ResolvedWish) -> tuple[Item, ...]:
    """Return the slots as items of an operation, each with the guest it is for."""
    guests = [item.guest for item in wish.wish.items] + [""] * len(visit)
    return tuple(
        Item(slot.service_id, slot.specialist_id, slot.start, guest_name=guest)
        for slot, guest in zip(visit, guests, strict=False)
    )


def named_by_client(turn: Understood, start: datetime) -> bool:
    """Say whether the client's own words hold this day and this time: a model's word alone books nothing."""
    zone = start.tzinfo
    said = [(message.text, message.created_at) for message in turn.context.burst.messages]
    said += [(line.text, line.at) for line in turn.facts.lines if line.author == Message.Author.CLIENT]
    found = [(mention, at.astimezone(zone).date()) for text, at in said for mention in find_mentions(text)]
    minute = minute_of_day(start)
    has_time = any(minute in reading.minutes for mention, _ in found for reading in mention.readings())
    return has_time and any(_means_day(mention, start.date(), said_on) for mention, said_on in found)


def _means_day(mention: Mention, day: date, said_on: date) -> bool:
    """Tell whether a date, a weekday or a word like tomorrow, said on `said_on`, may be `day`."""
    for reading in mention.readings():
        if isinstance(reading.value, DayRef):
            fits = reading.value.fits(day)
        elif reading.kind == Kind.WEEKDAY:
            fits = day.weekday() == int(reading.number)
        else:
            in_days = reading.kind == Kind.RELATIVE or (reading.kind == Kind.SPAN and reading.bound == "in")
            fits = in_days and said_on + timedelta(days=int(reading.number)) == day
        if fits:
            return True
    return False
