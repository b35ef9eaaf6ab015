"""What we say: rows in the caller's transaction, handed to the channel by `delivery`."""

from collections.abc import Sequence

from django.db.models import Max
from django.utils import timezone

from botbackend.outbox import api as outbox
from dialogues import flow, topics
from dialogues.models import Dialogue, Message
from dialogues.outbound.texts import split_text, text_hash

LONGEST_NAME = 100


def say(
    *,
    dialogue: Dialogue,
    texts: Sequence[str],
    turn_id: int | None = None,
    author: Message.Author = Message.Author.BOT,
    first_seq: int = 0,
    kind: str = "text",
    media: dict[str, int | str] | None = None,
    written_by: str = "",
    reply_key: str = "",
) -> list[Message]:
    """Queue texts for the client, in order, inside the caller's transaction with the lane's row locked.

    The language that the dialogue's object has is stored with them: in it the texts are said.
    A text longer than the channel takes becomes several messages. Blank texts are left out. While a flow's
    request waits for the reply it gets the first chance to take it. `written_by` is the colleague whose words
    they are.
    """
    pieces = [piece for text in texts for piece in split_text(text)]
    if not pieces:
        return []
    now = timezone.now()
    place = _free_place(dialogue, turn_id, first_seq)
    messages = [
        Message(
            project_id=dialogue.project_id,
            dialogue=dialogue,
            direction=Message.Direction.OUT,
            author=author,
            kind=kind,
            text=piece,
            text_hash=text_hash(piece),
            media=media,
            state=Message.State.QUEUED,
            turn_id=turn_id,
            seq=place + index,
            written_by=written_by[:LONGEST_NAME],
            reply_key=reply_key,
            channel_date=now,
            created_at=now,
        )
        for index, piece in enumerate(pieces)
    ]
    Message.objects.bulk_create(messages)
    Dialogue.objects.filter(pk=dialogue.pk).update(
        last_message_at=now, is_archived=False, language=dialogue.language
    )
    due_at = flow.offer(dialogue=dialogue, now=now)
    outbox.put(topics.MESSAGE_QUEUED, key=str(dialogue.pk), project=dialogue.project, due_at=due_at)
    return messages


def _free_place(dialogue: Dialogue, turn_id: int | None, first_seq: int) -> int:
    """The first free place of the turn: an earlier text of it may have become several messages."""
    if turn_id is None or first_seq == 0:
        return first_seq
    said = Message.objects.filter(dialogue=dialogue, direction=Message.Direction.OUT, turn_id=turn_id)
    last = said.aggregate(last=Max("seq"))["last"]
    return first_seq if last is None else max(first_seq, last + 1)
