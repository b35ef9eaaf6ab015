"""Does everything once more that an outage may do twice: webhooks, events, turns, deliveries."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from ai.models import Proposal, Turn
from bookings.models import Booking
from botbackend.outbox import api as outbox
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.evaluation.conversation import Conversation
from dialogues import topics
from dialogues.inbound.credentials import Presented
from dialogues.inbound.webhook import receive
from dialogues.models import Dialogue, InboundEvent, Message, StaffTask

_WATCHED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "bookings": (Booking, ("status", "start", "specialist_id", "service_id", "client_id", "guest_name")),
    "messages": (Message, ("direction", "state", "turn_id", "text_hash")),
    "proposals": (Proposal, ("state", "kind")),
    "turns": (Turn, ("outcome",)),
    "staff tasks": (StaffTask, ("kind", "state")),
    "dialogues": (Dialogue, ("mode", "channel_closed", "first_unanswered_at")),
}


def check_replay(talk: Conversation) -> Iterator[str]:
    """Replay in three ways; tells which rows or sends are other than before."""
    before = _state(talk)
    for way, replay in (("webhook", _post_again), ("event", _handle_again), ("task", _run_again)):
        replay(talk)
        after = _state(talk)
        for name, rows in before.items():
            if after[name] != rows:
                yield f"a replayed {way} changed the {name}"
        before = after


def _post_again(talk: Conversation) -> None:
    for body in talk.posted:
        receive(Presented(secrets=(talk.world.secret,), signature="", body=body))
    _run(talk)


def _handle_again(talk: Conversation) -> None:
    """As `replay_events` does."""
    InboundEvent.objects.filter(project=talk.world.project).update(state=InboundEvent.State.NEW, note="")
    contact = talk.world.contact.id
    project = talk.world.project
    outbox.put(topics.EVENT_RECEIVED, key=f"{project.pk}:{contact}", project=project)
    _run(talk)


def _run_again(talk: Conversation) -> None:
    dialogue = talk.dialogue
    if dialogue is not None:
        for topic in (topics.DIALOGUE_DUE, topics.MESSAGE_QUEUED):
            outbox.put(topic, key=str(dialogue.pk), project=talk.world.project)
    for pk in Booking.objects.filter(project=talk.world.project).values_list("pk", flat=True):
        outbox.put("booking.changed", key=str(pk), project=talk.world.project, payload={"booking": pk})
    _run(talk)


def _run(talk: Conversation) -> None:
    Task.objects.filter(project=talk.world.project, topic=topics.EVENT_RECEIVED).update(due_at=timezone.now())
    for topic in (topics.EVENT_RECEIVED, topics.DIALOGUE_DUE, "booking.changed", topics.MESSAGE_QUEUED):
        run_due(topic)


def _state(talk: Conversation) -> dict[str, list[Any]]:
    project = talk.world.project
    found: dict[str, list[Any]] = {
        name: list(model.objects.filter(project=project).order_by("pk").values_list("pk", *fields))
        for name, (model, fields) in _WATCHED.items()
    }
    found["texts that the client got"] = [
        message.id for message in talk.world.contact.messages if message.sender == "bot"
    ]
    return found
