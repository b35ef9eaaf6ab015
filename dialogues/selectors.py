"""Reads of dialogues: what was really said, for people and for the model."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from dialogues.models import Dialogue, Message, StaffTask
from dialogues.outbound.texts import cut_for_model
from dialogues.sendpulse.typing import show_typing

__all__ = ["Line", "cut_for_model", "describe", "history", "show_typing", "with_staff"]

ALERT_KIND = "alert"
_PASSED_ON = ("question", "complaint", "health", "late")
_MOST_PASSED_ON = 5
_LINE_FIELDS = (
    "direction",
    "author",
    "kind",
    "text",
    "media",
    "state",
    "channel_date",
    "created_at",
    "channel_message_id",
)
_REALLY_SAID = Q(direction=Message.Direction.IN) | Q(
    direction=Message.Direction.OUT, state__in=[Message.State.SENT, Message.State.UNCERTAIN]
)


@dataclass(frozen=True)
class Line:
    """One message as it stands in the talk; `at` is aware UTC, `uncertain`: nobody knows if it arrived.

    `kind` and `media` are the channel's: text, photo, voice and so on, with the address where it gave one.
    """

    message_id: int
    author: Message.Author
    text: str
    at: datetime
    uncertain: bool
    kind: str = "text"
    media: dict[str, Any] | None = None


def history(*, dialogue: Dialogue, limit: int = 40, before_id: int | None = None) -> list[Line]:
    """The newest `limit` unarchived messages (before an id), oldest first: received, sent or perhaps sent.

    Texts that were never sent are not among them. Messages that came in one stretch stand in the order they
    were written, whatever order they arrived in.
    """
    said = Message.objects.filter(_REALLY_SAID, dialogue=dialogue, is_archived=False)
    if before_id is not None:
        said = said.filter(pk__lt=before_id)
    newest = said.exclude(kind=ALERT_KIND).order_by("-pk").only(*_LINE_FIELDS)[:limit]
    return [_line(message) for message in in_spoken_order(list(newest)[::-1])]


def with_staff(*, dialogue: Dialogue) -> list[StaffTask]:
    """Return what was passed to people in this talk and is open still, oldest first."""
    open_ones = StaffTask.objects.filter(dialogue=dialogue, state=StaffTask.State.OPEN)
    return list(open_ones.filter(kind__in=_PASSED_ON).order_by("created_at")[:_MOST_PASSED_ON])


def in_spoken_order(messages: list[Message]) -> list[Message]:
    """Sort each stretch of the client's messages as they were written; `messages` are in id order."""
    ordered: list[Message] = []
    stretch: list[Message] = []
    for message in messages:
        if message.direction == Message.Direction.IN:
            stretch.append(message)
            continue
        ordered += sorted(stretch, key=lambda said: said.place)
        ordered.append(message)
        stretch = []
    return ordered + sorted(stretch, key=lambda said: said.place)


def describe(message: Message) -> str:
    """The text of a message for the model: its kind first unless it is plain text, oversized ones cut."""
    text = cut_for_model(message.text)
    if message.kind in {"text", "start", "button", "flow"}:
        return text
    label = f"{message.kind}, heard" if message.is_heard else message.kind
    return f"[{label}] {text}".strip()


def _line(message: Message) -> Line:
    return Line(
        message_id=message.pk,
        author=Message.Author(message.author),
        text=describe(message),
        at=message.created_at,
        uncertain=message.state == Message.State.UNCERTAIN,
        kind=message.kind,
        media=message.media,
    )
