"""Finds out what became of a text whose sending ended in the dark."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from botbackend.outbox.claims import Claim, RetryLater
from dialogues import lanes
from dialogues.inbound import echoes
from dialogues.models import Dialogue, Message
from dialogues.outbound.texts import text_hash
from dialogues.sendpulse.account import CredentialsRefusedError
from dialogues.sendpulse.client import ChannelMessage, SendPulse, SendPulseError
from dialogues.staff import handoff

LOOK_AFTER_SECONDS = (3.0, 10.0, 20.0, 30.0)
RESEND_AFTER = timedelta(seconds=LOOK_AFTER_SECONDS[-1])
BLIND_AFTER = timedelta(minutes=10)
MAX_RESENDS = 1
CLOCK_SKEW = timedelta(seconds=60)
IN_HISTORY = "found in the channel's history"


def settle(*, claim: Claim, dialogue: Dialogue, message: Message) -> None:
    """Look the message up in the channel's history and draw the conclusion.

    Found: sent. Not found after 30 s: one resend, the second time a task for staff. Raises RetryLater until
    then; without a look at the history nothing is ever sent again.
    """
    age = timezone.now() - (message.sending_at or message.created_at)
    wait = LOOK_AFTER_SECONDS[0] - age.total_seconds()
    if wait > 0:
        raise RetryLater(wait, "may still arrive", counts=False)
    sent = _history(dialogue)
    with transaction.atomic():
        locked = lanes.lock_again(dialogue)
        claim.assert_held()
        fresh = Message.objects.select_related("project").get(pk=message.pk)
        if fresh.state != Message.State.UNCERTAIN:
            return  # an echo was faster
        fresh.looks += 1
        pause = _conclude(locked, fresh, sent, age)
    if pause is not None:
        raise RetryLater(
            pause, "not found yet" if sent is not None else "no look at the history", counts=False
        )


def _history(dialogue: Dialogue) -> list[ChannelMessage] | None:
    """What the channel says it sent, None if it does not answer."""
    try:
        return SendPulse(dialogue.project).recent_outgoing(dialogue.client.contact_id)
    except (SendPulseError, CredentialsRefusedError):
        return None


def _conclude(
    dialogue: Dialogue, message: Message, sent: list[ChannelMessage] | None, age: timedelta
) -> float | None:
    """Write down what is known now; returns the pause before the next look, None when it is settled."""
    found = _find(message, sent or [])
    if found is not None:
        echoes.confirm(message, external_id=found, how=IN_HISTORY)
        return None
    if sent is None and age < BLIND_AFTER:
        message.save(update_fields=["looks"])
        return LOOK_AFTER_SECONDS[1]
    if sent is not None and age < RESEND_AFTER:
        message.save(update_fields=["looks"])
        ahead = [moment - age.total_seconds() for moment in LOOK_AFTER_SECONDS]
        return max(0.5, min(pause for pause in ahead if pause > 0))
    if sent is not None and message.resends < MAX_RESENDS:
        message.state, message.resends = Message.State.QUEUED, message.resends + 1
        message.note = "not found in the channel's history, sent again"
        message.save(update_fields=["state", "resends", "note", "looks"])
        return None
    _leave_uncertain(dialogue, message)
    return None


def _leave_uncertain(dialogue: Dialogue, message: Message) -> None:
    message.is_settled, message.note = True, "nobody knows whether it arrived"
    message.save(update_fields=["is_settled", "note", "looks"])
    handoff.open_staff_task(
        project=dialogue.project,
        dialogue=dialogue,
        kind="uncertain",
        message=message,
        reason=f"It is not known whether this text arrived: {message.text}",
    )


def _find(message: Message, sent: Sequence[ChannelMessage]) -> str | None:
    """The id of the history's entry that is this message.

    Every entry stands for one of our messages at most, and equal texts are matched oldest first.
    """
    since = message.created_at - CLOCK_SKEW
    same = [row for row in sent if row.at >= since and text_hash(row.text) == message.text_hash]
    ours = Message.objects.filter(dialogue_id=message.dialogue_id, direction=Message.Direction.OUT)
    known = set(
        ours.filter(external_id__in=[row.message_id for row in same]).values_list("external_id", flat=True)
    )
    free = sorted((row for row in same if row.message_id not in known), key=lambda row: row.at)
    before = ours.filter(
        pk__lt=message.pk,
        text_hash=message.text_hash,
        external_id="",
        state=Message.State.SENT,
        created_at__gte=since,
    ).count()
    return free[before].message_id if len(free) > before else None
