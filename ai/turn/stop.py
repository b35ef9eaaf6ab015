"""The emergency stop of a salon: the bot says nothing by itself, and every talk becomes a task for people."""

from django.db import transaction

from ai.models import AssistantSettings
from botbackend.outbox.claims import Claim
from dialogues import flow, lanes
from dialogues.lanes import Burst
from dialogues.staff.drafts import leave_once
from projects.models import Project

STOPPED_KIND = "stopped"
_REASON = "the assistant is switched off: please answer"


class Stopped(Exception):
    """Somebody stopped the bot while the turn was running: nothing of its draft may be said."""


def assert_running(project: Project) -> None:
    """Belongs to the turn's transaction, before its first write. Raises Stopped."""
    if AssistantSettings.objects.filter(project=project, stopped_at__isnull=False).exists():
        raise Stopped


def leave_to_people(*, burst: Burst, claim: Claim) -> None:
    """Tell staff about the talk, once until somebody saw to it; what the client wrote stays unanswered."""
    with transaction.atomic():
        dialogue = lanes.lock(burst.dialogue.pk)
        claim.assert_held()
        flow.release(dialogue=dialogue)
        leave_once(dialogue=dialogue, kind=STOPPED_KIND, reason=_REASON)
