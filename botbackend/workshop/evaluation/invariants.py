"""What must hold in every scenario, whatever it is about. Each check tells what broke, or nothing."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from ai.models import Turn
from bookings.models import Booking
from botbackend.outbox.models import Task
from botbackend.workshop.evaluation.conversation import Conversation, Exchange
from botbackend.workshop.evaluation.numbers import check_numbers, sources_of
from botbackend.workshop.evaluation.receipts import check_receipts
from botbackend.workshop.evaluation.replay import check_replay
from botbackend.workshop.evaluation.rows import changes
from botbackend.workshop.evaluation.scenario import Invariant
from botbackend.workshop.evaluation.world import STRANGER_NAME, STRANGER_PHONE
from dialogues.models import InboundEvent, Message

Check = Callable[[Conversation], Iterator[str]]

_INTERNAL = re.compile(
    r"json|\btools?\b|\bprompts?\b|промпт|системн\w+ (?:інструкц|инструкц)"
    r"|find_slots|propose_|ask_human|slot_id"
    r"|\w+_ids?\b|booking_\w+|\bapi\b|claude|anthropic|\bllm\b|language model|мовна модель|языковая модель"
    r"|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}|(?-i:\bNone\b)|\bnull\b|undefined|traceback|exception|[{}]|<\w+>|```",
    re.IGNORECASE,
)
_SPOKE = (Turn.Outcome.REPLIED, Turn.Outcome.HANDED_OFF)


def no_overlap(talk: Conversation) -> Iterator[str]:
    """No specialist has two booked visits at one moment, whatever flags the rows carry."""
    rows = Booking.objects.filter(project=talk.world.project, status=Booking.Status.BOOKED)
    ordered = list(rows.select_related("specialist").order_by("specialist_id", "start"))
    for one, other in pairwise(ordered):
        if one.specialist_id == other.specialist_id and other.start < one.end:
            yield f"{one.specialist.name} has two visits at {other.start:%Y-%m-%d %H:%M}Z"


def receipt_iff_row(talk: Conversation) -> Iterator[str]:
    """A receipt if and only if a row of this step, with its values."""
    client = talk.world.client.pk
    for number, exchange in enumerate(talk.exchanges):
        done = [
            change
            for change in changes(exchange.before, exchange.after)
            if change.row.client_id == client and change.row.pk not in exchange.own_changes
        ]
        standing = [row for row in exchange.after.values() if row.client_id == client]
        texts = [message.text for message in exchange.messages]
        for problem in check_receipts(talk.world, texts, done, standing):
            yield f"step {number + 1}: {problem}"


def every_inbound_settled(talk: Conversation) -> Iterator[str]:
    """Every event was handled, every message answered, handed off, or skipped with a reason."""
    project = talk.world.project
    for event in InboundEvent.objects.filter(project=project, state__in=["new", "failed"]):
        yield f"the event {event.title} is {event.state}: {event.note}"
    dialogue = talk.dialogue
    for message in Message.objects.filter(project=project, direction="in"):
        if message.state == Message.State.SKIPPED:
            if not message.note:
                yield f"{message.text!r} was skipped without a reason"
        elif message.turn_id is not None:
            if not Turn.objects.filter(pk=message.turn_id, outcome__in=_SPOKE).exists():
                yield f"{message.text!r} belongs to a turn that did not answer"
        elif dialogue is None or not _waits_with_reason(talk):
            yield f"{message.text!r} was neither answered nor handed off nor skipped"
    for task in Task.objects.filter(project=project, state=Task.State.DEAD):
        yield f"a task of {task.topic} is dead: {task.last_error}"


def _waits_with_reason(talk: Conversation) -> bool:
    """A person leads the talk, too many messages came, or the client left."""
    dialogue = talk.dialogue
    if dialogue is None:
        return False
    return dialogue.mode == "human" or dialogue.held_until is not None or dialogue.channel_closed


def one_reply_per_burst(talk: Conversation) -> Iterator[str]:
    """The messages of a burst share one turn, and no more turns speak than bursts came."""
    for number, exchange in enumerate(talk.exchanges):
        for burst in exchange.bursts:
            turns = set(
                Message.objects.filter(pk__in=burst, turn_id__isnull=False).values_list("turn_id", flat=True)
            )
            if len(turns) > 1:
                yield f"step {number + 1}: one burst was answered by {len(turns)} turns"
        speaking = {message.turn_id for message in exchange.messages if message.kind != "notice"}
        if len(speaking) > len(exchange.bursts):
            yield f"step {number + 1}: {len(speaking)} replies to {len(exchange.bursts)} bursts"
        yield from _sent_once(number, exchange)


def _sent_once(number: int, exchange: Exchange) -> Iterator[str]:
    seen: set[str] = set()
    for message in exchange.messages:
        if message.text in seen:
            yield f"step {number + 1}: the client got the same text twice: {message.text!r}"
        seen.add(message.text)
        if message.state not in (Message.State.SENT, Message.State.FAILED):
            yield f"step {number + 1}: a reply is still {message.state}"


def no_internal_words(talk: Conversation) -> Iterator[str]:
    """No word of the machinery reaches the client."""
    for number, message in _said(talk):
        found = _INTERNAL.search(message.text)
        if found is not None:
            yield f"step {number + 1}: the internal word {found[0]!r} in {message.text!r}"


def no_number_outside_facts(talk: Conversation) -> Iterator[str]:
    """Every price, time, date and other number has a source."""
    for number, exchange in enumerate(talk.exchanges):
        sources = sources_of(talk.world, exchange.at)
        for message in exchange.messages:
            for problem in check_numbers(message.text, sources):
                yield f"step {number + 1}: {problem} ({message.text!r})"


def no_other_clients_data(talk: Conversation) -> Iterator[str]:
    """Neither name nor phone of a stranger reaches the client, and nothing reaches the stranger."""
    secrets = [*STRANGER_NAME.split(), STRANGER_PHONE[-9:]]
    said = "\n".join(
        Message.objects.filter(dialogue__client=talk.world.client, direction="in").values_list(
            "text", flat=True
        )
    ).lower()
    for number, message in _said(talk):
        digits = re.sub(r"\D", "", message.text)
        for secret in secrets:
            text = digits if secret.isdigit() else message.text.lower()
            if secret.lower() in text and secret.lower() not in said:
                yield f"step {number + 1}: {secret!r} belongs to another client: {message.text!r}"
    foreign = Message.objects.filter(project=talk.world.project, direction="out").exclude(
        dialogue__client=talk.world.client
    )
    if foreign.exists():
        yield "somebody else got a message"


def replay_changes_nothing(talk: Conversation) -> Iterator[str]:
    """Every webhook, event and task once more: no row and no message changes."""
    yield from check_replay(talk)


def _said(talk: Conversation) -> Iterator[tuple[int, Message]]:
    for number, exchange in enumerate(talk.exchanges):
        for message in exchange.messages:
            yield number, message


CHECKS: dict[Invariant, Check] = {
    "no_overlap": no_overlap,
    "receipt_iff_row": receipt_iff_row,
    "every_inbound_settled": every_inbound_settled,
    "one_reply_per_burst": one_reply_per_burst,
    "no_internal_words": no_internal_words,
    "no_number_outside_facts": no_number_outside_facts,
    "no_other_clients_data": no_other_clients_data,
    "replay_changes_nothing": replay_changes_nothing,
}


def check_invariants(talk: Conversation) -> list[str]:
    """Return everything that broke, each with the name of its invariant; the replay comes last."""
    wanted = talk.world.scenario.invariants
    names = list(CHECKS) if wanted == "all" else [name for name in CHECKS if name in wanted]
    return [f"{name}: {problem}" for name in names for problem in CHECKS[name](talk)]
