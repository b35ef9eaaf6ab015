"""Hands queued texts to the channel, one dialogue at a time and in order, and never twice blindly."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from botbackend.outbox import api as outbox
from botbackend.outbox.claims import Claim, RetryLater
from dialogues import flow, lanes, topics
from dialogues.inbound import subscription_changes
from dialogues.models import Dialogue, Message, StaffTask
from dialogues.outbound import holding, recipients, uncertain
from dialogues.outbound.notices import NOTICE_KIND
from dialogues.selectors import ALERT_KIND
from dialogues.sendpulse.account import CredentialsRefusedError
from dialogues.sendpulse.client import SendPulse
from dialogues.sendpulse.outcomes import Fate, Outcome
from dialogues.staff import handoff

UNSENT = (Message.State.QUEUED, Message.State.SENDING, Message.State.UNCERTAIN)
TOO_OLD = timedelta(hours=24)
WORTH_TELLING = timedelta(minutes=10)
BACKOFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
THROTTLED_SECONDS = 1.0
REFUSED_SECONDS = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Step:
    """A message that is marked as being sent, whose fate has to be found out, or that is held back."""

    dialogue: Dialogue
    message: Message


def deliver(claim: Claim) -> None:
    """Send what is queued in one dialogue (the task's key), head of line first."""
    known: Dialogue | None = None
    while True:
        step = _next_step(claim, known)
        if step is None:
            return
        known = step.dialogue
        if holding.is_held(step.message):
            raise RetryLater(holding.seconds_left(step.message), "the bot is stopped", counts=False)
        if step.message.state == Message.State.UNCERTAIN:
            uncertain.settle(claim=claim, dialogue=step.dialogue, message=step.message)
            continue
        outcome = _send(step)
        pause = _record(claim, step, outcome)
        about = {"dialogue": step.dialogue.pk, "said": step.message.pk, "turn": step.message.turn_id}
        _log.info("handed to the channel", extra={**about, "status": outcome.fate.value})
        if pause is not None:
            raise RetryLater(pause, outcome.fate.value, counts=False)


def _send(step: _Step) -> Outcome:
    try:
        client = SendPulse(step.dialogue.project)
    except CredentialsRefusedError as error:
        return Outcome(Fate.UNAUTHORISED, str(error))
    refusal = recipients.refusal(dialogue=step.dialogue, client=client)
    return refusal or client.send_text(step.dialogue.client.contact_id, step.message.text)


def _next_step(claim: Claim, known: Dialogue | None) -> _Step | None:
    """Commit "sending" for the first unsent message before anything leaves; None when all is said.

    Raises RetryLater while a flow's request has the first right to the reply.
    """
    with transaction.atomic():
        dialogue = lanes.lock(int(claim.key)) if known is None else lanes.lock_again(known)
        claim.assert_held()
        while True:
            message = _first_unsent(dialogue)
            if message is None:
                return None
            if not _is_over(dialogue, message):
                break
        if message.state == Message.State.QUEUED and not holding.is_held(message):
            _leave_to_flow(dialogue)
            message.state, message.sending_at = Message.State.SENDING, timezone.now()
            message.attempts += 1
            message.save(update_fields=["state", "sending_at", "attempts"])
        return _Step(dialogue, message)


def _first_unsent(dialogue: Dialogue) -> Message | None:
    unsent = Message.objects.filter(dialogue=dialogue, state__in=UNSENT, is_settled=False)
    return holding.freest_first(unsent).first()


def _is_over(dialogue: Dialogue, message: Message) -> bool:
    """Decide what needs no network: True if the message left the line.

    One that is still marked as being sent was left behind by a process that died: nobody else may hold the
    lane, so its fate is unknown.
    """
    if message.state == Message.State.SENDING:
        if message.external_id:
            _mark_sent(message)
            return True
        message.state, message.note = Message.State.UNCERTAIN, "the process that sent it stopped"
        message.save(update_fields=["state", "note"])
        return False
    if message.state == Message.State.UNCERTAIN:
        return False
    if dialogue.channel_closed or not dialogue.client.contact_id:
        _mark_failed(dialogue, message, subscription_changes.CLIENT_LEFT, tell=False)
        return True
    if message.created_at < timezone.now() - TOO_OLD:
        _mark_failed(dialogue, message, "too old to be sent", tell=True)
        return True
    if holding.is_held(message) and holding.seconds_left(message) <= 0:
        _mark_failed(dialogue, message, holding.HELD_TOO_LONG, tell=message.kind != NOTICE_KIND)
        return True
    return False


def _leave_to_flow(dialogue: Dialogue) -> None:
    now = timezone.now()
    push_at = flow.offer(dialogue=dialogue, now=now)
    if push_at is not None:
        wait = (push_at - now).total_seconds()
        raise RetryLater(max(0.1, wait), "a flow's request may take it", counts=False)


def _record(claim: Claim, step: _Step, outcome: Outcome) -> float | None:
    """Commit how a send ended; returns the pause in seconds before the next try, None to go on at once."""
    with transaction.atomic():
        dialogue = lanes.lock_again(step.dialogue)
        claim.assert_held()
        # The text is read again only for a task that quotes it.
        message = Message.objects.defer("text").get(pk=step.message.pk)
        if message.external_id or outcome.fate is Fate.SENT:
            message.external_id = message.external_id or _unused(dialogue, outcome.external_id)
            _mark_sent(message)
            return None
        if outcome.fate is Fate.UNKNOWN:
            message.state, message.note = Message.State.UNCERTAIN, outcome.detail[:500]
            message.looks = 0
            message.save(update_fields=["state", "note", "looks"])
            return uncertain.LOOK_AFTER_SECONDS[0]
        if outcome.fate in {Fate.CLOSED, Fate.REFUSED}:
            _give_up(dialogue, message, outcome)
            return None
        return _try_again(dialogue, message, outcome)


def _unused(dialogue: Dialogue, external_id: str) -> str:
    """An id the channel told, unless another message of the dialogue has it: it is a hint, not a key."""
    taken = external_id and Message.objects.filter(dialogue=dialogue, external_id=external_id).exists()
    return "" if taken else external_id


def _mark_sent(message: Message) -> None:
    message.state, message.sent_at, message.note = Message.State.SENT, timezone.now(), ""
    message.save(update_fields=["state", "sent_at", "note", "external_id"])


def _give_up(dialogue: Dialogue, message: Message, outcome: Outcome) -> None:
    is_closed = outcome.fate is Fate.CLOSED
    if is_closed:
        subscription_changes.close(dialogue=dialogue, at=timezone.now())
    _mark_failed(dialogue, message, outcome.detail, tell=not is_closed)


def _mark_failed(dialogue: Dialogue, message: Message, reason: str, *, tell: bool) -> None:
    message.state, message.note = Message.State.FAILED, reason[:500]
    message.save(update_fields=["state", "note"])
    if message.kind == ALERT_KIND:
        task_id = (message.media or {}).get("staff_task")
        outbox.put(topics.STAFF_MAIL, key=str(task_id), project=dialogue.project)
    elif tell:
        handoff.open_staff_task(
            project=dialogue.project,
            dialogue=dialogue,
            kind="undelivered",
            message=message,
            reason=f"{reason}: {message.text}",
        )


def _try_again(dialogue: Dialogue, message: Message, outcome: Outcome) -> float:
    """Certainly not sent: back into the line. A person is told of what does not pass by itself."""
    message.state, message.note = Message.State.QUEUED, outcome.detail[:500]
    message.save(update_fields=["state", "note"])
    now = timezone.now()
    if outcome.fate is Fate.UNAUTHORISED:
        _tell_once(dialogue, "channel_refused", outcome.detail)
        return REFUSED_SECONDS
    if _waits_long(message, now):
        _tell_once(dialogue, "channel_down", outcome.detail)
    if outcome.fate is Fate.THROTTLED:
        return THROTTLED_SECONDS
    return BACKOFF_SECONDS[min(message.attempts, len(BACKOFF_SECONDS)) - 1]


def _waits_long(message: Message, now: datetime) -> bool:
    return message.created_at < now - WORTH_TELLING


def _tell_once(dialogue: Dialogue, kind: str, reason: str) -> None:
    open_ones = Q(project=dialogue.project, kind=kind, state=StaffTask.State.OPEN)
    if not StaffTask.objects.filter(open_ones).exists():
        handoff.open_staff_task(project=dialogue.project, dialogue=None, kind=kind, reason=reason)
