"""After a backup was put back: what was under way then has gone on without us, and nobody knows how far.

So nothing of it is said again by itself: texts are looked up at the channel, talks are left to people.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from botbackend.outbox import api as outbox
from dialogues import lanes, topics
from dialogues.inbound import processing
from dialogues.models import Dialogue, InboundEvent, Message, StaffTask
from dialogues.outbound.delivery import UNSENT
from dialogues.outbound.uncertain import MAX_RESENDS
from dialogues.staff.drafts import leave_once
from dialogues.staff.handoff import open_staff_task
from projects.models import Project

KIND = "restored"
NOTE = "put back from a backup: it may have been sent before"
_SKIPPED = "put back from a backup: it may have been answered before"
_TALK = "this talk was put back from a backup, and may have gone on after it: please look, and answer"
_SALON = (
    "Everything here is as it was on {moment}. Visits, messages and settings of later are missing."
    " Visits ahead that stand in the spreadsheet come back by themselves; please compare the others, and what"
    " clients wrote, with SendPulse."
)


def doubt_texts() -> int:
    """Let no text go out that was waiting: it is looked up, and a person is asked about what is not found."""
    waiting = Message.objects.filter(direction=Message.Direction.OUT, state__in=UNSENT, is_settled=False)
    with transaction.atomic():
        talks = set(waiting.order_by().values_list("dialogue_id", "project_id"))
        count = waiting.update(
            state=Message.State.UNCERTAIN, resends=MAX_RESENDS, looks=0, sending_at=timezone.now(), note=NOTE
        )
        for dialogue_id, project_id in talks:
            outbox.put(topics.MESSAGE_QUEUED, key=str(dialogue_id), project=Project(pk=project_id))
    return count


def leave_talks_to_people() -> int:
    """Answer nothing that clients had written by then; returns how many talks people were told of."""
    new = InboundEvent.objects.filter(state=InboundEvent.State.NEW).order_by("received_at", "position", "pk")
    for event_id in new.values_list("pk", flat=True):
        processing.handle(event_id)
    open_ones = Message.objects.filter(
        direction=Message.Direction.IN, state=Message.State.RECEIVED, turn_id__isnull=True
    )
    talks = sorted(set(open_ones.order_by().values_list("dialogue_id", flat=True)))
    for dialogue_id in talks:
        _leave(dialogue_id)
    return len(talks)


@transaction.atomic
def _leave(dialogue_id: int) -> None:
    dialogue: Dialogue = lanes.lock(dialogue_id)
    if lanes.skip(dialogue=dialogue, reason=_SKIPPED):
        leave_once(dialogue=dialogue, kind=KIND, reason=_TALK)


def tell_salons(*, made_at: datetime) -> None:
    """Open a task in every salon that says since when something may be missing; once per backup."""
    for project in Project.objects.filter(is_active=True):
        moment = made_at.astimezone(ZoneInfo(project.timezone))
        reason = _SALON.format(moment=f"{moment:%d.%m.%Y %H:%M}")
        told = StaffTask.objects.filter(project=project, dialogue=None, kind=KIND, state=StaffTask.State.OPEN)
        if not any(task.reason == reason for task in told):
            open_staff_task(project=project, dialogue=None, kind=KIND, reason=reason)
