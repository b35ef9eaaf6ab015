"""What the bot has queued waits while the salon has stopped the bot; what waits too long is never said.

What a person wrote, ordered or sends again goes out all the same, and so does what staff are told.
"""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from botbackend.outbox import api as outbox
from dialogues import topics
from dialogues.models import Message
from dialogues.selectors import ALERT_KIND
from projects.models import Project

# As long as a card holds the times that it shows; a later answer would be about what is no longer so.
LONGEST = timedelta(minutes=10)
HELD_TOO_LONG = "the bot was stopped before it was sent"

_OF_THE_BOT = Q(author=Message.Author.BOT, written_by="", state=Message.State.QUEUED) & ~Q(kind=ALERT_KIND)
HELD = _OF_THE_BOT & Q(project__assistant_settings__stopped_at__isnull=False)


def freest_first(unsent: "QuerySet[Message, Message]") -> "QuerySet[Message, Message]":
    """Sort unsent messages: what may go in its order, then what is held back (`is_held`)."""
    return unsent.annotate(is_held=HELD).order_by("is_held", "pk")


def is_held(message: Message) -> bool:
    """Was the message read as one that is held back?"""
    return bool(getattr(message, "is_held", False))


def would_be_held(message: Message) -> bool:
    """Is this what a stopped bot may not say?"""
    is_queued = message.state == Message.State.QUEUED and message.kind != ALERT_KIND
    return is_queued and message.author == Message.Author.BOT and not message.written_by


def seconds_left(message: Message) -> float:
    """Return how long a message may yet be held back; none are left when it must not be said any more."""
    return (message.created_at + LONGEST - timezone.now()).total_seconds()


def release(*, project: Project) -> None:
    """Have what was held back sent, once the bot may speak again."""
    waiting = Message.objects.filter(_OF_THE_BOT, project=project, is_settled=False).order_by()
    for dialogue_id in waiting.values_list("dialogue_id", flat=True).distinct():
        outbox.put(topics.MESSAGE_QUEUED, key=str(dialogue_id), project=project)
