"""From raw events to clients, messages and due lanes; every step may be repeated."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from bookings.operations import remember_source
from botbackend.lib import request_ids
from botbackend.lib.text import canonical
from botbackend.outbox.claims import Claim
from botbackend.outbox.execution import describe
from dialogues import flow, lanes
from dialogues.inbound import echoes, events, flood, people, subscription_changes
from dialogues.inbound.events import Event, EventKind, Said
from dialogues.media import attachments
from dialogues.models import Dialogue, InboundEvent, Message
from dialogues.outbound.texts import text_hash
from projects.models import Project

BATCH = 100
# The same words may come twice by different ways: through a flow's request and as an event, or as the last
# message of a new subscriber and as an event. Within this time they are the same message.
SAME_WORDS_WITHIN = timedelta(seconds=120)
AHEAD = timedelta(minutes=1)  # of what the channel says may lie after its arrival
_log = logging.getLogger(__name__)


def handle_contact(claim: Claim) -> None:
    """Handle the new events of one contact in the order they came; the task's key is "project:contact"."""
    project_id, _, contact_id = claim.key.partition(":")
    new = InboundEvent.objects.filter(
        project_id=int(project_id), contact_id=contact_id, state=InboundEvent.State.NEW
    ).order_by("received_at", "position", "id")
    while True:
        ids = list(new.values_list("pk", flat=True)[:BATCH])
        for event_id in ids:
            handle(event_id)
        if len(ids) < BATCH:
            return  # what came meanwhile brought a task of its own


def handle(event_id: int) -> InboundEvent.State:
    """Draw the consequences of one event in one transaction; returns its new state.

    A bug or odd content makes the event failed, to be replayed after the fix; trouble with the database is
    raised and the event stays new.
    """
    try:
        return _handle(event_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _log.exception("an event could not be handled")
        note = describe(error)
        InboundEvent.objects.filter(pk=event_id).update(state=InboundEvent.State.FAILED, note=note[:500])
        return InboundEvent.State.FAILED


def _handle(event_id: int) -> InboundEvent.State:
    with transaction.atomic():
        row = InboundEvent.objects.select_related("project").get(pk=event_id)
        if row.state != InboundEvent.State.NEW:
            return InboundEvent.State(row.state)
        with request_ids.following(*request_ids.of_event(row.payload)):
            return _conclude(row)


def _conclude(row: InboundEvent) -> InboundEvent.State:
    if row.project is None:
        raise ValueError("an event is of no project")
    state, note = _consequences(row, row.project)
    row.state, row.note = state, note
    row.save(update_fields=["state", "note"])
    _log.info("event handled", extra={"event": row.pk, "project": row.project_id, "reason": note})
    return state


def _consequences(row: InboundEvent, project: Project) -> tuple[InboundEvent.State, str]:
    if row.title == events.FLOW_REQUEST:
        event = flow.event_of(row.payload, ZoneInfo(project.timezone))
    else:
        event = events.parse(row.payload)
    if not event.person.contact_id:
        return InboundEvent.State.IGNORED, "no contact"
    dialogue = people.locked_dialogue(project=project, person=event.person)
    # A clock that is ahead must not put a message behind all that follow.
    at = min(event.at or row.received_at, row.received_at + AHEAD)
    if event.kind is EventKind.INCOMING:
        note = _incoming(dialogue, event.said or Said(), row, at)
    elif event.kind is EventKind.OUTGOING:
        note = echoes.take(
            dialogue=dialogue, said=event.said or Said(), event_id=row.pk, at=at, received_at=row.received_at
        )
    elif event.kind is EventKind.SUBSCRIBED:
        subscription_changes.reopen(dialogue=dialogue, at=at)
        note = _first_words(dialogue, event, row, at)
    elif event.kind is EventKind.CLOSED:
        note = "closed" if subscription_changes.close(dialogue=dialogue, at=at) else "old news"
    else:
        note = "noted"
    return InboundEvent.State.DONE, note


def _incoming(dialogue: Dialogue, said: Said, row: InboundEvent, at: datetime) -> str:
    # Before the words are known: the same /start may come with and without payload.
    if payload := (said.media or {}).get("payload"):
        remember_source(client=dialogue.client, payload=str(payload))
    if said.edited_at is not None and (before := _before_edit(dialogue, said)) is not None:
        return _edit(dialogue, before, said, row)
    if _is_known(dialogue, said, row.pk):
        return "known"
    twin = _twin(dialogue, said, row)
    if twin is not None:
        _join(dialogue, twin, said, row)
        return "joined with the same words that came another way"
    subscription_changes.reopen(dialogue=dialogue, at=at)
    message = Message(
        project_id=dialogue.project_id,
        dialogue=dialogue,
        direction=Message.Direction.IN,
        author=Message.Author.CLIENT,
        kind=said.kind,
        text=said.text,
        text_hash=text_hash(said.text),
        media=said.media,
        external_id=said.external_id,
        channel_message_id=said.channel_message_id,
        event_id=row.pk,
        via_flow=row.title == events.FLOW_REQUEST,
        state=Message.State.RECEIVED,
        channel_date=at,
        created_at=row.received_at,
    )
    if dialogue.client.is_blocked:
        message.state, message.note = Message.State.SKIPPED, "the client is blocked"
    message.save(force_insert=True)
    _enter_lane(dialogue, message)
    return "message"


def _before_edit(dialogue: Dialogue, said: Said) -> Message | None:
    """The message that this is a new text of; None if it never reached us."""
    if not said.channel_message_id:
        return None
    incoming = dialogue.messages.filter(direction=Message.Direction.IN)
    return incoming.filter(channel_message_id=said.channel_message_id).first()


def _edit(dialogue: Dialogue, before: Message, said: Said, row: InboundEvent) -> str:
    """While nobody has answered, the new message is what was said; later its text is kept for staff.

    What nobody can read takes nothing back.
    """
    if said.kind == events.UNKNOWN:
        return "an edit that nobody can read"
    # Of edits of one second the one that arrives later is the newer; a repeat is no event of its own.
    if said.edited_at is None or (before.edited_at is not None and before.edited_at > said.edited_at):
        return "known"
    if said.text == (before.edited_text or before.text):
        return "known"
    before.edited_at = said.edited_at
    if before.state != Message.State.RECEIVED or before.turn_id is not None:
        before.edited_text = said.text
        before.save(update_fields=["edited_text", "edited_at"])
        return "edited after it was answered"
    before.kind, before.media = said.kind, said.media
    before.text, before.text_hash = said.text, text_hash(said.text)
    before.save(update_fields=["kind", "media", "text", "text_hash", "edited_at"])
    lanes.make_due(dialogue=dialogue, received_at=row.received_at)
    return "edited before it was answered"


def _is_known(dialogue: Dialogue, said: Said, event_id: int) -> bool:
    """Was this message stored before: same event replayed, same id, or same number in the chat?"""
    same = Q(event_id=event_id)
    if said.external_id:
        same |= Q(dialogue=dialogue, external_id=said.external_id)
    if said.channel_message_id:
        same |= Q(
            dialogue=dialogue,
            direction=Message.Direction.IN,
            channel_message_id=said.channel_message_id,
        )
    return Message.objects.filter(same).exists()


def _twin(dialogue: Dialogue, said: Said, row: InboundEvent) -> Message | None:
    """The same words that came by another way a moment ago."""
    words = text_hash(said.text)
    if not words:
        return None
    same = dialogue.messages.filter(
        direction=Message.Direction.IN,
        text_hash=words,
        created_at__range=(row.received_at - SAME_WORDS_WITHIN, row.received_at + SAME_WORDS_WITHIN),
    )
    if row.title == events.FLOW_REQUEST:
        same = same.filter(via_flow=False)
    else:
        same = same.filter(external_id="", channel_message_id="")
    return same.defer("text", "media").order_by("pk").first()


def _join(dialogue: Dialogue, twin: Message, said: Said, row: InboundEvent) -> None:
    if row.title == events.FLOW_REQUEST:
        twin.via_flow = True
        flow.expect(dialogue=dialogue)
    else:
        twin.external_id, twin.channel_message_id = said.external_id, said.channel_message_id
    twin.save(update_fields=["via_flow", "external_id", "channel_message_id"])


def _enter_lane(dialogue: Dialogue, message: Message) -> None:
    """Count the message and push the lane's due time, unless nobody is to answer it."""
    at = message.created_at
    dialogue.last_message_at, dialogue.is_archived = at, False
    if message.via_flow:
        flow.expect(dialogue=dialogue)
    if message.state == Message.State.RECEIVED:
        dialogue.first_unanswered_at = dialogue.first_unanswered_at or at
        flood.count_message(dialogue=dialogue, at=at)
        if not dialogue.is_held(at):  # a flood is not fetched
            attachments.expect(dialogue=dialogue, message=message)
        lanes.make_due(dialogue=dialogue, received_at=at)
    dialogue.save(
        update_fields=[
            "last_message_at",
            "is_archived",
            "first_unanswered_at",
            "window_started_at",
            "window_count",
            "held_until",
            "awaits_media_until",
            "told_held_at",
        ]
    )
    if message.state != Message.State.RECEIVED or dialogue.is_silenced(at) or dialogue.is_held(at):
        flow.release(dialogue=dialogue)


def _first_words(dialogue: Dialogue, event: Event, row: InboundEvent, at: datetime) -> str:
    """Take the last message of a new subscriber as said, if nothing else is known of this client.

    SendPulse was seen to send no event for a first text within a second of subscribing. If one comes all the
    same, it joins this message. A link is a medium's address, not words.
    """
    text = event.last_text
    if not canonical(text) or "://" in text.split(maxsplit=1)[0] or dialogue.messages.exists():
        return "noted"
    return _incoming(dialogue, events.tell_start(Said(text=text)), row, at)
