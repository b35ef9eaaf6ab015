"""The client left (blocked the bot, unsubscribed) or came back."""

from datetime import datetime

from botbackend.outbox import api as outbox
from dialogues import flow, lanes, topics
from dialogues.models import Dialogue, Message

CLIENT_LEFT = "the client left the bot"


def close(*, dialogue: Dialogue, at: datetime) -> bool:
    """Stop speaking to this client, the lane's row locked; False if it is old news: they wrote after `at`."""
    incoming = Message.objects.filter(dialogue=dialogue, direction=Message.Direction.IN)
    if incoming.filter(channel_date__gt=at).exists() or _is_older(dialogue, at):
        return False
    _set(dialogue, closed=True, at=at)
    lanes.skip(dialogue=dialogue, reason=CLIENT_LEFT)
    flow.release(dialogue=dialogue)
    outbox.put(topics.MESSAGE_QUEUED, key=str(dialogue.pk), project=dialogue.project)
    return True


def reopen(*, dialogue: Dialogue, at: datetime) -> None:
    """The client is back, unless `at` lies before they left."""
    if dialogue.channel_closed and not _is_older(dialogue, at):
        _set(dialogue, closed=False, at=at)


def _is_older(dialogue: Dialogue, at: datetime) -> bool:
    return dialogue.channel_changed_at is not None and at < dialogue.channel_changed_at


def _set(dialogue: Dialogue, *, closed: bool, at: datetime) -> None:
    dialogue.channel_closed, dialogue.channel_changed_at = closed, at
    dialogue.save(update_fields=["channel_closed", "channel_changed_at"])
