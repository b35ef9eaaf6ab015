"""Holds a talk against what its scenario expects: properties of each reply, and the end state."""

import re
from collections.abc import Iterator, Sequence

from ai.language.detect import detect_language
from ai.models import Proposal
from bookings.models import Booking, BookingEvent
from botbackend.workshop.evaluation.conversation import Conversation, Exchange
from botbackend.workshop.evaluation.receipts import claimed_kinds
from botbackend.workshop.evaluation.rows import Row, booked_rows, changes, row_of
from botbackend.workshop.evaluation.scenario import Reply, Visit
from dialogues.models import StaffTask


def check_replies(talk: Conversation) -> Iterator[str]:
    """Hold every step's texts against the step's wishes."""
    for number, exchange in enumerate(talk.exchanges):
        for problem in _reply(talk, exchange, exchange.step.reply):
            yield f"step {number + 1}: {problem} (got {exchange.text!r})"


def _reply(talk: Conversation, exchange: Exchange, wanted: Reply) -> Iterator[str]:
    text = exchange.text.lower()
    if wanted.silent and text:
        yield "should have said nothing"
    if not wanted.silent and not text and exchange.step.happens is None:
        yield "said nothing"
    for part in wanted.all_of:
        if part.lower() not in text:
            yield f"lacks {part!r}"
    if wanted.any_of and not any(part.lower() in text for part in wanted.any_of):
        yield f"has none of {wanted.any_of}"
    for part in wanted.none_of:
        if part.lower() in text:
            yield f"has {part!r}"
    for pattern in wanted.matches:
        if not re.search(pattern, exchange.text, re.IGNORECASE):
            yield f"does not match {pattern!r}"
    if wanted.asks and "?" not in text:
        yield "asks nothing"
    if wanted.language and detect_language(exchange.text, wanted.language) != wanted.language:
        yield f"is not in {wanted.language}"
    yield from _acts(talk, exchange, wanted)


def _acts(talk: Conversation, exchange: Exchange, wanted: Reply) -> Iterator[str]:
    turns = [turn.pk for turn in exchange.turns]
    shown = set(Proposal.objects.filter(turn_id__in=turns).values_list("kind", flat=True))
    if wanted.card is not None and shown != ({wanted.card} - {"none"}):
        yield f"showed {sorted(shown) or 'no card'}, not {wanted.card}"
    if wanted.receipt is None:
        return
    done = {
        change.kind
        for change in changes(exchange.before, exchange.after)
        if change.row.client_id == talk.world.client.pk and change.row.pk not in exchange.own_changes
    }
    expected = {wanted.receipt} - {"none"}
    if done != expected:
        yield f"did {sorted(done) or 'nothing'}, not {wanted.receipt}"
    if expected and not expected <= claimed_kinds(exchange.text):
        yield f"gave no receipt of {wanted.receipt}"


def check_end(talk: Conversation) -> Iterator[str]:
    """Hold the database against the end state."""
    world, end = talk.world, talk.world.scenario.end
    booked = booked_rows(world.project).values()
    own = [row for row in booked if row.client_id == world.client.pk]
    yield from _visits(talk, "booked", own, end.visits)
    yield from _visits(talk, "cancelled", _cancelled(talk), end.cancelled)
    strangers = sum(row.client_id == world.stranger.pk for row in booked)
    expected = _strangers(talk) if end.strangers is None else end.strangers
    if strangers != expected:
        yield f"others have {strangers} visits, not {expected}"
    yield from _dialogue(talk)


def _strangers(talk: Conversation) -> int:
    """What was set up for others, and what they booked on the way."""
    scenario = talk.world.scenario
    beside = [happening for step in scenario.steps for happening in (step.happens, step.during) if happening]
    booked = [happening.books for happening in beside if happening.books]
    return sum(visit.of == "stranger" for visit in [*scenario.before, *booked])


def _cancelled(talk: Conversation) -> list[Row]:
    """The client's cancelled rows that were visits; a hold that was let go never was one."""
    rows = Booking.objects.filter(client=talk.world.client, status=Booking.Status.CANCELLED)
    cancelled = BookingEvent.objects.filter(booking__in=rows, action="cancelled").values("booking_id")
    return [row_of(row) for row in rows.filter(pk__in=cancelled).select_related("service", "specialist")]


def _visits(talk: Conversation, what: str, rows: Sequence[Row], wanted: Sequence[Visit]) -> Iterator[str]:
    left = list(rows)
    for visit in wanted:
        fitting = [row for row in left if _fits(talk, row, visit)]
        if fitting:
            left.remove(fitting[0])
        else:
            yield f"no {what} visit {visit.service} at {visit.start:%Y-%m-%d %H:%M}"
    for row in left:
        start = row.start.astimezone(talk.world.zone)
        yield f"an unexpected {what} visit {row.service} with {row.specialist} at {start:%Y-%m-%d %H:%M}"


def _fits(talk: Conversation, row: Row, visit: Visit) -> bool:
    return (
        row.service == visit.service
        and row.specialist in visit.specialist
        and row.start == talk.world.moment(visit.start)
        and row.guest.lower().startswith(visit.guest.lower())
        and (visit.price is None or row.price is None or float(row.price) == visit.price)
    )


def _dialogue(talk: Conversation) -> Iterator[str]:
    world, end, dialogue = talk.world, talk.world.scenario.end, talk.dialogue
    mode = dialogue.mode if dialogue else "bot"
    if end.mode is not None and mode != end.mode:
        yield f"the dialogue is led by {mode}, not {end.mode}"
    kinds = set(StaffTask.objects.filter(project=world.project).values_list("kind", flat=True))
    for kind in end.tasks:
        if kind not in kinds:
            yield f"staff have no task {kind}, only {sorted(kinds) or 'none'}"
    world.client.refresh_from_db()
    if end.client_name is not None and world.client.name != end.client_name:
        yield f"the client is called {world.client.name!r}"
    if end.client_phone is not None and world.client.phone != end.client_phone:
        yield f"the client's phone is {world.client.phone!r}"
    if end.open_proposal is not None:
        is_open = Proposal.objects.filter(dialogue=dialogue, state=Proposal.State.OPEN).exists()
        if is_open != end.open_proposal:
            yield f"a proposal is {'open' if is_open else 'not open'}"
