"""The lane of a dialogue: one turn at a time, one reply per burst, in message order."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import F, Field, QuerySet
from django.utils import timezone

from bookings.models import Client
from botbackend.lib.errors import DomainError
from botbackend.outbox import api as outbox
from botbackend.outbox.claims import Claim
from dialogues import queries, topics
from dialogues.models import SECRETS, Dialogue, Message, channel_of
from projects.models import Project

MAX_DISCARDS = 2
SHORT_DEBOUNCE = timedelta(seconds=1)
WORTH_USING = 2.0  # seconds; what is begun in a shorter pause would hardly be done at its end


class DraftStale(DomainError):
    """The draft must not be used: `reason` is newer_message, human or closed."""

    code = "draft_stale"

    def __init__(self, reason: Literal["newer_message", "human", "closed"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Burst:
    """The unanswered messages of one client, in the order they were written (`Message.place`).

    `received_at` (aware, UTC) is when the last of them reached us: "now" for relative words.
    """

    dialogue: Dialogue
    project: Project
    client: Client
    messages: tuple[Message, ...]
    last_id: int
    received_at: datetime


def _with_settings() -> QuerySet[Dialogue]:
    """Lanes with client, project and channel; nothing of a lane's way needs the channel's secrets."""
    rows = Dialogue.objects.select_related("client", "project__channel_settings")
    return rows.defer(*(f"project__channel_settings__{name}" for name in SECRETS))


def lock(dialogue_id: int) -> Dialogue:
    """Lock the lane's row in the caller's transaction; every change of a lane begins here.

    Client and project come with it. Raises Dialogue.DoesNotExist.
    """
    return _locking().get(pk=dialogue_id)


def lock_again(known: Dialogue) -> Dialogue:
    """Like `lock`, for a lane read a moment ago: client and project are those of then."""
    with connection.cursor() as cursor:
        cursor.execute(queries.LOCK_LANE.format(columns=", ".join(_columns())), [known.pk])
        row = cursor.fetchone()
    if row is None:
        raise Dialogue.DoesNotExist
    dialogue = Dialogue.from_db(DEFAULT_DB_ALIAS, _columns(), row)
    dialogue.project, dialogue.client = known.project, known.client
    return dialogue


@cache
def _columns() -> list[str]:
    """What a lane's row has, in the order in which `from_db` wants it."""
    return [field.attname for field in Dialogue._meta.get_fields() if isinstance(field, Field)]


def lock_of_contact(*, project_id: int, contact_id: str) -> Dialogue | None:
    """Like `lock`, for the lane of the channel's contact; None if there is none yet."""
    # The client's salon is named too, or all lanes of the salon would be gone through for the contact.
    whose = {"client__project_id": project_id, "client__contact_id": contact_id}
    return _locking().filter(project_id=project_id, **whose).first()


def _locking() -> QuerySet[Dialogue]:
    # Unordered: one row is wanted, and there is no more than one.
    return _with_settings().order_by().select_for_update(of=("self",))


def unanswered(dialogue_id: int) -> QuerySet[Message]:
    """The client's messages that no turn has answered and nobody skipped."""
    return Message.objects.filter(
        dialogue_id=dialogue_id,
        direction=Message.Direction.IN,
        state=Message.State.RECEIVED,
        turn_id__isnull=True,
    )


def open_burst(*, dialogue_id: int) -> Burst | None:
    """Read what there is to answer; None if nothing, or if the bot has to be quiet in this dialogue."""
    lanes = _with_settings().select_related("project__booking_rules", "project__assistant_settings")
    dialogue = lanes.filter(pk=dialogue_id).first()
    now = timezone.now()
    if dialogue is None or not _may_speak(dialogue, now):
        return None
    if dialogue.mode == Dialogue.Mode.HUMAN:
        _end_expired_takeover(dialogue)
    messages = sorted(unanswered(dialogue_id), key=lambda message: message.place)
    if not messages:
        return None
    return Burst(
        dialogue=dialogue,
        project=dialogue.project,
        client=dialogue.client,
        messages=tuple(messages),
        last_id=max(message.pk for message in messages),
        received_at=max(message.created_at for message in messages),
    )


def _may_speak(dialogue: Dialogue, now: datetime) -> bool:
    if not dialogue.project.is_active or dialogue.client.is_blocked or dialogue.channel_closed:
        return False
    return not (dialogue.is_silenced(now) or dialogue.is_held(now) or dialogue.awaits_media(now))


def _end_expired_takeover(dialogue: Dialogue) -> None:
    """The time given to a person is over: the bot leads again."""
    Dialogue.objects.filter(pk=dialogue.pk, human_until=dialogue.human_until).update(
        mode=Dialogue.Mode.BOT, human_until=None
    )
    dialogue.mode, dialogue.human_until = Dialogue.Mode.BOT, None


@contextmanager
def commit_point(*, burst: Burst, claim: Claim, may_discard: bool) -> Iterator[Dialogue]:
    """One transaction for everything a turn writes; yields the locked dialogue.

    Inside: the operation, `outgoing.say()` and `mark_answered()`. Raises DraftStale before anything is
    written: "human" when a person took over, "closed" when the client left, "newer_message" when something
    came that the draft does not know - only if `may_discard` and fewer than two drafts were dropped in a row.
    Raises LeaseLost when another worker took the lane over.
    """
    with transaction.atomic():
        dialogue = lock_again(burst.dialogue)
        claim.assert_held()
        if dialogue.is_silenced(timezone.now()):
            raise DraftStale("human")
        if dialogue.channel_closed:
            raise DraftStale("closed")
        if may_discard and dialogue.discards < MAX_DISCARDS and _has_newer(burst):
            raise DraftStale("newer_message")
        yield dialogue


def _has_newer(burst: Burst) -> bool:
    """Did anything come, was anything edited or heard, that the draft does not know?"""
    known = {(message.pk, message.edited_at, message.text_hash) for message in burst.messages}
    now = unanswered(burst.dialogue.pk).values_list("pk", "edited_at", "text_hash")
    return not known.issuperset(now)


def mark_answered(*, burst: Burst, turn_id: int) -> None:
    """Tie the burst to its turn, inside `commit_point`; what came meanwhile keeps its lane due.

    So does what was edited meanwhile: its new words are still to be answered.
    """
    _reset_lane(burst.dialogue.pk, burst.project, answered=burst.messages, turn_id=turn_id)


def discard_draft(*, burst: Burst) -> None:
    """Count a dropped draft and make the lane due again at the time the newer message asked for."""
    with transaction.atomic():
        lock(burst.dialogue.pk)
        Dialogue.objects.filter(pk=burst.dialogue.pk).update(discards=F("discards") + 1)
        outbox.put(
            topics.DIALOGUE_DUE, key=str(burst.dialogue.pk), project=burst.project, when_waiting="keep"
        )


def skip(*, dialogue: Dialogue, message_ids: Sequence[int] | None = None, reason: str) -> int:
    """Set unanswered messages (all, or the given ones) aside with a reason; the lane's row must be locked."""
    waiting = unanswered(dialogue.pk)
    if message_ids is not None:
        waiting = waiting.filter(pk__in=message_ids)
    skipped = waiting.update(state=Message.State.SKIPPED, note=reason[:500])
    if skipped:
        _reset_lane(dialogue.pk, dialogue.project)
    return skipped


def _reset_lane(
    dialogue_id: int, project: Project, *, answered: Sequence[Message] = (), turn_id: int | None = None
) -> None:
    """Begin to count anew from what is still unanswered once `answered`, as it was read, has its turn."""
    values: dict[str, Any] = {
        "dialogue": dialogue_id,
        "answered": [message.pk for message in answered],
        "edited": [message.edited_at for message in answered],
        "turn": turn_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(queries.RESET_LANE, values)
        (first,) = cursor.fetchone() or (None,)
    if first is not None:
        outbox.put(topics.DIALOGUE_DUE, key=str(dialogue_id), project=project, when_waiting="keep")


def due_time(*, dialogue: Dialogue, received_at: datetime) -> datetime:
    """When the lane is due after a message that came at `received_at`; `first_unanswered_at` must be set.

    A person's time, the end of a flood window, and a photo that is on its way, come before any haste.
    """
    channel = channel_of(dialogue.project)
    debounce = timedelta(seconds=channel.debounce_seconds)
    if dialogue.awaits_answer_until is not None and dialogue.awaits_answer_until > received_at:
        debounce = min(debounce, SHORT_DEBOUNCE)
    first = dialogue.first_unanswered_at or received_at
    due = min(received_at + debounce, first + timedelta(seconds=channel.max_wait_seconds))
    if dialogue.is_silenced(due) and dialogue.human_until is not None:
        due = dialogue.human_until
    waits = (dialogue.held_until, dialogue.awaits_media_until)
    return max([due, *(wait for wait in waits if wait is not None)])


def has_time(*, dialogue: Dialogue, received_at: datetime) -> bool:
    """Say whether the lane waits for nothing but the client's pause, and long enough to use that time."""
    now = timezone.now()
    if not _may_speak(dialogue, now):
        return False
    return (due_time(dialogue=dialogue, received_at=received_at) - now).total_seconds() >= WORTH_USING


def make_due(*, dialogue: Dialogue, received_at: datetime) -> None:
    """Push the lane's due time for a message that was just stored; the lane's row must be locked."""
    key, project = str(dialogue.pk), dialogue.project
    due_at = due_time(dialogue=dialogue, received_at=received_at)
    outbox.put(topics.DIALOGUE_DUE, key=key, project=project, due_at=due_at, when_waiting="push")
    if has_time(dialogue=dialogue, received_at=received_at):
        outbox.put(topics.DIALOGUE_PAUSING, key=key, project=project)
