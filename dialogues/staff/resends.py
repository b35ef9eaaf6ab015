"""A text that was lost is sent once more, because a person says so."""

from django.db import transaction

from dialogues import lanes
from dialogues.models import Message
from dialogues.outbound.messages import say
from dialogues.staff.errors import NotLost
from dialogues.staff.handoff import check_reachable, sent_with
from dialogues.staff.tasks import close_undelivered


def key_of(message_id: int) -> str:
    """Return the key of the one message that may repeat another."""
    return f"again-{message_id}"


def is_lost(message: Message) -> bool:
    """Did it fail, or does nobody know for good? What is still being looked for may yet arrive."""
    if message.direction != Message.Direction.OUT:
        return False
    is_settled = message.state == Message.State.UNCERTAIN and message.is_settled
    return message.state == Message.State.FAILED or is_settled


def send_again(*, message_id: int, who: str) -> list[Message]:
    """Queue the same words anew, once however often it is asked; who leads the talk stays as it is.

    Closes the task that told of it. Raises NotLost for a text that is not lost, ChannelClosed for a
    client whom nothing reaches.
    """
    with transaction.atomic():
        dialogue = lanes.lock(Message.objects.values_list("dialogue_id", flat=True).get(pk=message_id))
        message = Message.objects.get(pk=message_id)
        if already := sent_with(dialogue=dialogue, key=key_of(message_id)):
            return already
        if not is_lost(message):
            raise NotLost("this text is not lost")
        check_reachable(dialogue)
        close_undelivered(message_id=message_id)
        return say(
            dialogue=dialogue,
            texts=[message.text],
            author=Message.Author(message.author),
            written_by=who,
            reply_key=key_of(message_id),
        )
