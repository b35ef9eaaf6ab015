"""Mirrors a person's time into SendPulse, whose own flows must be quiet too."""

import math
from datetime import timedelta

from django.utils import timezone

from botbackend.outbox import api as outbox
from botbackend.outbox.claims import Claim, RetryLater
from dialogues import topics
from dialogues.models import Dialogue
from dialogues.outbound import recipients
from dialogues.sendpulse.account import CredentialsRefusedError
from dialogues.sendpulse.client import MAX_PAUSE_MINUTES, SendPulse, SendPulseError
from dialogues.sendpulse.outcomes import Fate

RENEW_BEFORE = timedelta(minutes=5)
RETRY_SECONDS = 30.0


def mirror(claim: Claim) -> None:
    """Pause or resume SendPulse's flows for one dialogue (the task's key), as its mode says now.

    SendPulse refuses more than 120 minutes: a longer pause is renewed before it ends.
    """
    dialogue = Dialogue.objects.select_related("project", "client").filter(pk=int(claim.key)).first()
    if dialogue is None or not dialogue.client.contact_id:
        return
    try:
        _mirror(dialogue)
    except CredentialsRefusedError as error:
        raise RetryLater(RETRY_SECONDS, str(error)) from error
    except SendPulseError as error:
        if error.fate not in {Fate.CLOSED, Fate.REFUSED}:
            raise RetryLater(RETRY_SECONDS, str(error)) from error


def _mirror(dialogue: Dialogue) -> None:
    now = timezone.now()
    rows = Dialogue.objects.filter(pk=dialogue.pk)
    client = SendPulse(dialogue.project)
    if refusal := recipients.refusal(dialogue=dialogue, client=client):
        raise SendPulseError(refusal)
    if dialogue.is_silenced(now) and dialogue.human_until is not None:
        left = math.ceil((dialogue.human_until - now).total_seconds() / 60)
        minutes = max(1, min(MAX_PAUSE_MINUTES, left))
        client.pause_flows(dialogue.client.contact_id, minutes)
        until = now + timedelta(minutes=minutes)
        rows.update(paused_until=until)
        if left > MAX_PAUSE_MINUTES:
            outbox.put(
                topics.PAUSE_CHANGED,
                key=str(dialogue.pk),
                project=dialogue.project,
                due_at=until - RENEW_BEFORE,
            )
    elif dialogue.paused_until is not None and dialogue.paused_until > now:
        client.resume_flows(dialogue.client.contact_id)
        rows.update(paused_until=None)
