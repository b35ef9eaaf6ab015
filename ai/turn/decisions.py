"""What code decides once a message is understood: no second call, and nothing that could be invented."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ai.facts.client import ClientFacts
from ai.facts.flat_search import exact_visit
from ai.facts.media import picture_urls
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import DayRef, Kind, Mention
from ai.models import assistant_of
from ai.proposals.answers import check_reading
from ai.turn.drafts import Accept, BookNow, Decline, Draft, Propose, TurnContext
from ai.turn.resolved_dates import ResolvedDates
from ai.turn.shortcuts import text_of, words_of
from bookings.values import Item, Slot
from botbackend.lib.clock import minute_of_day
from dialogues.models import Message

CLIENT_ASKS = "the client asks for a person"
MOST_WORDS = 25


@dataclass(frozen=True)
class Understood:
    """A turn whose message was read. `own_holds` are the open proposal's rows: free for this client."""

    context: TurnContext
    facts: ClientFacts
    dates: ResolvedDates
    own_holds: tuple[int, ...] = ()


def decide_without_model(turn: Understood) -> Draft | None:
    """Return the draft for what needs no phrasing; None when the model has to answer."""
    return _answered(turn) or _led(turn) or _clear(turn)


def _answered(turn: Understood) -> Draft | None:
    """An answer to the card. A no that comes with another wish is left to that wish."""
    proposal, wish = turn.facts.proposal, turn.dates.understanding
    if proposal is None:
        return None
    answer = check_reading(proposal, wish.answer, turn.context.burst.messages)
    if answer == "yes":
        return Draft("", Accept(proposal.pk), language=turn.context.language)
    if answer != "no":
        return None
    if wish.intent in ("book", "change") and (wish.service_ids or wish.date_from or wish.time_from):
        return None
    if wish.intent in ("question", "human", "my_bookings"):
        return None
    return Draft("", Decline(proposal.pk), language=turn.context.language)


def _led(turn: Understood) -> Draft | None:
    context, wish, question = turn.context, turn.dates.understanding, turn.dates.question
    if wish.intent == "human":
        return Draft(text_of(context, "handoff"), handoff=CLIENT_ASKS, language=context.language)
    if wish.intent == "stop":
        return Draft(text_of(context, "stopped"), language=context.language)
    if wish.intent == "my_bookings":
        return my_visits(context, turn.facts)
    if question is not None:
        return Draft(text_of(context, question.key, **question.values), language=context.language)
    return None


def my_visits(context: TurnContext, facts: ClientFacts) -> Draft:
    """Return the list of the client's visits ahead."""
    if not facts.visits:
        return Draft(text_of(context, "no_visits"), language=context.language)
    text = text_of(context, "my_visits", bookings=list(facts.visits))
    return Draft(text, language=context.language)


def _clear(turn: Understood) -> Draft | None:
    """A wish that leaves nothing open goes straight to its card: one call, and no words to check.

    Whoever asks something besides, says much or shows a picture gets an answer of the model.
    """
    words = words_of(turn.context)
    if "?" in words or len(words.split()) > MOST_WORDS or picture_urls(turn.context.burst.messages):
        return None
    wish = turn.dates.understanding
    if wish.intent == "book":
        return _clear_booking(turn)
    if wish.intent == "change":
        return _clear_change(turn)
    if wish.intent == "cancel" and wish.booking_ids:
        action = Propose(kind="cancel", booking_ids=tuple(wish.booking_ids))
        return Draft("", action, language=turn.context.language)
    return None


def _clear_booking(turn: Understood) -> Draft | None:
    """Where the salon switched the question off, a visit that the client named is booked at once."""
    visit = wished_visit(turn)
    if not visit:
        return None
    if assistant_of(turn.context.project).confirm_before_booking or not named_by_client(turn, visit[0].start):
        return proposed(turn, visit)
    wish = turn.dates.understanding
    action = BookNow(items_of(visit), wish.guest_name or "", wish.guest_phone or "")
    return Draft("", action, language=turn.context.language)


def _clear_change(turn: Understood) -> Draft | None:
    wish, start = turn.dates.understanding, turn.dates.resolved.start
    visit = turn.facts.visit(wish.booking_ids[0]) if len(wish.booking_ids) == 1 else None
    if visit is None or start is None or len(wish.service_ids) > 1:
        return None
    service = wish.service_ids[0] if wish.service_ids else visit.service_id
    same = service == visit.service_id
    found = exact_visit(
        context=turn.context,
        service_ids=[service],
        specialist_id=wish.specialist_id or (visit.specialist_id if same else None),
        start=start,
        ignore=(visit.pk, *turn.own_holds),
    )
    if not found or (same and (found[0].specialist_id, start) == (visit.specialist_id, visit.start)):
        return None
    action = Propose(
        kind="change",
        booking_ids=(visit.pk,),
        start=start,
        service_id=None if same else service,
        specialist_id=found[0].specialist_id,
    )
    return Draft("", action, language=turn.context.language)


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


def wished_visit(turn: Understood) -> list[Slot]:
    """Return the free visit that is meant when services and start leave nothing open; [] otherwise."""
    wish, start = turn.dates.understanding, turn.dates.resolved.start
    if start is None or not wish.service_ids:
        return []
    return exact_visit(
        context=turn.context,
        service_ids=wish.service_ids,
        specialist_id=wish.specialist_id,
        start=start,
        ignore=turn.own_holds,
    )


def proposed(turn: Understood, visit: list[Slot]) -> Draft:
    """Return the draft that shows the visit and asks."""
    wish = turn.dates.understanding
    action = Propose(
        kind="book",
        items=items_of(visit),
        guest_name=wish.guest_name or "",
        guest_phone=wish.guest_phone or "",
    )
    return Draft("", action, language=turn.context.language)


def items_of(visit: list[Slot]) -> tuple[Item, ...]:
    """Return the slots as items of an operation."""
    return tuple(Item(slot.service_id, slot.specialist_id, slot.start) for slot in visit)
