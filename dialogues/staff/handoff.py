"""A person takes over, and gives back."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from botbackend.outbox import api as outbox
from dialogues import flow, lanes, topics
from dialogues.models import Dialogue, Message, StaffTask, channel_of
from dialogues.outbound.messages import say
from dialogues.selectors import describe
from dialogues.staff.errors import ChannelClosed, RepliedMeanwhile
from dialogues.staff.tasks import close_handed_over
from projects.models import Project

LAST_WORDS = 3
MOST_TOLD = 5
ANSWERED_BY_PERSON = "answered by a person"


def hand_off(
    *, dialogue: Dialogue, reason: str, kind: str = "human", minutes: int | None = None, origin: str = "bot"
) -> StaffTask:
    """Silence the bot in this dialogue and tell staff who, why and the last words.

    For `minutes`, or as long as the project says. Belongs to the caller's transaction; `origin` names who
    asked for it (bot, client, staff). Messages that come meanwhile wait for the person, or for the bot when
    the time is over.
    """
    with transaction.atomic():
        _silence(dialogue, reason=reason, minutes=minutes)
        return open_staff_task(
            project=dialogue.project, dialogue=dialogue, kind=kind, reason=f"{origin}: {reason}"
        )


def take_over(*, dialogue: Dialogue, who: str) -> None:
    """A person wrote to the client: the bot is quiet, what was unanswered is answered. Lane row locked."""
    lanes.skip(dialogue=dialogue, reason=ANSWERED_BY_PERSON)
    _silence(dialogue, reason=f"{who} wrote", minutes=None)
    flow.release(dialogue=dialogue)


def reply_as_staff(
    *, dialogue_id: int, text: str, who: str, key: str = "", seen: int | None = None
) -> list[Message]:
    """Send what a staff member typed, silence the bot, close what was handed over; returns the messages.

    A repeat with the same `key` sends nothing: it returns what was sent the first time. `seen` is the newest
    message that the person knew of: RepliedMeanwhile tells them what was said to the client since then.
    Raises ChannelClosed where nothing can arrive.
    """
    with transaction.atomic():
        dialogue = lanes.lock(dialogue_id)
        if already := sent_with(dialogue=dialogue, key=key):
            return already
        check_reachable(dialogue)
        if seen is not None:
            check_seen(dialogue.messages.filter(direction=Message.Direction.OUT), seen)
        take_over(dialogue=dialogue, who=who)
        close_handed_over(dialogue_id=dialogue.pk)
        return say(
            dialogue=dialogue,
            texts=[text],
            author=Message.Author.STAFF,
            written_by=who,
            reply_key=key,
        )


def sent_with(*, dialogue: Dialogue, key: str) -> list[Message]:
    """Return what was sent under a reply's key."""
    if not key:
        return []
    sent = dialogue.messages.filter(direction=Message.Direction.OUT, reply_key=key)
    return list(sent.order_by("pk"))


def check_reachable(dialogue: Dialogue) -> None:
    """Raise ChannelClosed for a client whom no message can reach."""
    if dialogue.channel_closed or not dialogue.client.contact_id:
        raise ChannelClosed("nothing reaches this client")


def check_seen(said: "QuerySet[Message, Message]", seen: int) -> None:
    """Raise RepliedMeanwhile if any of these messages came after the one that the person knew of."""
    newer = list(said.filter(pk__gt=seen).exclude(state=Message.State.FAILED).order_by("pk")[:MOST_TOLD])
    if newer:
        raise RepliedMeanwhile(newer)


def silence(*, dialogue_id: int, who: str) -> None:
    """Keep the bot quiet because a person wants to write; what is unanswered waits for them."""
    with transaction.atomic():
        dialogue = lanes.lock(dialogue_id)
        _silence(dialogue, reason=f"{who} took over", minutes=None)
        flow.release(dialogue=dialogue)


def settle(*, dialogue_id: int) -> None:
    """Note that a person answered elsewhere, by phone say: nobody in this talk is waited for any more."""
    with transaction.atomic():
        dialogue = lanes.lock(dialogue_id)
        lanes.skip(dialogue=dialogue, reason=ANSWERED_BY_PERSON)
        close_handed_over(dialogue_id=dialogue.pk)


def resume(*, dialogue: Dialogue) -> None:
    """Let the bot lead again, from now on; what is still unanswered makes its lane due."""
    with transaction.atomic():
        locked = lanes.lock(dialogue.pk)
        Dialogue.objects.filter(pk=locked.pk).update(
            mode=Dialogue.Mode.BOT, human_until=None, handoff_reason=""
        )
        dialogue.mode, dialogue.human_until, dialogue.handoff_reason = Dialogue.Mode.BOT, None, ""
        outbox.put(topics.PAUSE_CHANGED, key=str(locked.pk), project=locked.project)
        if lanes.unanswered(locked.pk).exists():
            outbox.put(topics.DIALOGUE_DUE, key=str(locked.pk), project=locked.project)


def open_staff_task(
    *,
    project: Project,
    dialogue: Dialogue | None,
    kind: str,
    reason: str,
    draft: str = "",
    knows_up_to: int | None = None,
    message: Message | None = None,
) -> StaffTask:
    """Store something a person has to look at and have the salon told about it after the commit.

    `draft` is a reply that the bot would give, for them to send; it answers what the client wrote up to
    the message `knows_up_to`. `message` is the text that was lost.
    """
    if dialogue is not None:
        reason = reason_of(dialogue, reason)
    task = StaffTask.objects.create(
        project=project,
        dialogue=dialogue,
        kind=kind,
        reason=reason,
        draft=draft,
        knows_up_to=knows_up_to,
        message=message,
    )
    outbox.put(topics.STAFF_TASK, key=str(task.pk), project=project, payload={"staff_task": task.pk})
    return task


def reason_of(dialogue: Dialogue, reason: str) -> str:
    """Return what staff read: who it is about, why, and the client's last words."""
    name = dialogue.client.name
    begins = bool(name) and reason.casefold().startswith(f"{name.casefold()} ")
    reason = reason[len(name) :].strip() if begins else reason  # nobody is named twice
    return "\n".join([f"{_who(dialogue)}: {reason}", *_last_words(dialogue)])


def _silence(dialogue: Dialogue, *, reason: str, minutes: int | None) -> None:
    length = channel_of(dialogue.project).handoff_minutes if minutes is None else minutes
    until = timezone.now() + timedelta(minutes=length)
    if dialogue.is_silenced(timezone.now()) and dialogue.human_until is not None:
        until = max(until, dialogue.human_until)
    Dialogue.objects.filter(pk=dialogue.pk).update(
        mode=Dialogue.Mode.HUMAN, human_until=until, handoff_reason=reason[:200]
    )
    dialogue.mode, dialogue.human_until, dialogue.handoff_reason = Dialogue.Mode.HUMAN, until, reason[:200]
    outbox.put(topics.PAUSE_CHANGED, key=str(dialogue.pk), project=dialogue.project)
    outbox.put(
        topics.DIALOGUE_DUE, key=str(dialogue.pk), project=dialogue.project, due_at=until, when_waiting="push"
    )


def _who(dialogue: Dialogue) -> str:
    client = dialogue.client
    return " ".join(part for part in (client.name or "client", client.phone) if part)


def _last_words(dialogue: Dialogue) -> list[str]:
    said = dialogue.messages.filter(direction=Message.Direction.IN).order_by("-pk")[:LAST_WORDS]
    return [f"> {describe(message)[:500]}" for message in reversed(said)]
