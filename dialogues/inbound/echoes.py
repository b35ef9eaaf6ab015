"""Outgoing messages that the channel reports: our own, a flow's, a person's."""

from datetime import datetime, timedelta

from django.utils import timezone

from botbackend.outbox import api as outbox
from dialogues import topics
from dialogues.inbound.events import Said
from dialogues.models import Dialogue, Message
from dialogues.outbound.texts import text_hash
from dialogues.staff import handoff

MATCH_WITHIN = timedelta(hours=24)
SEEN_IN_ECHO = "seen in the channel's echo"
_LEFT_US = (Message.State.SENDING, Message.State.UNCERTAIN, Message.State.SENT)


def take(*, dialogue: Dialogue, said: Said, event_id: int, at: datetime, received_at: datetime) -> str:
    """Enter a reported message into the dialogue, its row locked; returns what it was taken for."""
    same_id = Message.objects.filter(dialogue=dialogue, external_id=said.external_id)
    if said.external_id and same_id.exists():
        return "known"
    if said.sent_by is None:
        if not said.text and not said.media:
            return "nothing to see"
        ours = _oldest_unmatched(dialogue, said.text)
        if ours is not None:
            confirm(ours, external_id=said.external_id or f"event:{event_id}", how=SEEN_IN_ECHO)
            return "ours"
        _enter(dialogue, said, Message.Author.BOT, event_id, at, received_at)
        return "a flow's"
    _enter(dialogue, said, Message.Author.STAFF, event_id, at, received_at)
    handoff.take_over(dialogue=dialogue, who=said.sent_by)
    return "a person's"


def _oldest_unmatched(dialogue: Dialogue, text: str) -> Message | None:
    """The first of our messages with this text that no echo has been seen of."""
    unmatched = dialogue.messages.filter(
        state__in=_LEFT_US,
        direction=Message.Direction.OUT,
        external_id="",
        text_hash=text_hash(text),
        created_at__gt=timezone.now() - MATCH_WITHIN,
    )
    return unmatched.defer("text", "media").order_by("pk").first()


def confirm(message: Message, *, external_id: str, how: str) -> None:
    """The channel shows this message of ours: it was sent, whatever we believed.

    While it is being sent only the channel's id is noted; its sender, or the next one, draws the conclusion.
    """
    changed = ["external_id"]
    message.external_id = external_id
    if message.state == Message.State.UNCERTAIN:
        message.state, message.note, message.sent_at = Message.State.SENT, how, timezone.now()
        message.is_settled = False
        changed += ["state", "note", "sent_at", "is_settled"]
        outbox.put(topics.MESSAGE_QUEUED, key=str(message.dialogue_id), project=message.project)
    message.save(update_fields=changed)


def _enter(
    dialogue: Dialogue, said: Said, author: Message.Author, event_id: int, at: datetime, received_at: datetime
) -> None:
    is_plain = author == Message.Author.BOT and said.kind == "text"
    Message.objects.create(
        project_id=dialogue.project_id,
        dialogue=dialogue,
        direction=Message.Direction.OUT,
        author=author,
        kind="flow" if is_plain else said.kind,
        text=said.text,
        text_hash=text_hash(said.text),
        media=said.media,
        external_id=said.external_id,
        channel_message_id=said.channel_message_id,
        event_id=event_id,
        state=Message.State.SENT,
        channel_date=at,
        created_at=received_at,
        sent_at=at,
        written_by=said.sent_by or "",
    )
    Dialogue.objects.filter(pk=dialogue.pk).update(last_message_at=received_at, is_archived=False)
