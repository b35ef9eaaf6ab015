"""What the bot may do by itself, and the emergency stop."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ai.models import AssistantSettings, Permission
from ai.turn.permissions import Kind
from ai.turn.stop import STOPPED_KIND
from botbackend.outbox import api as outbox
from dialogues import topics
from dialogues.models import Dialogue, StaffTask
from dialogues.outbound.holding import release
from projects.locking import lock_project
from projects.models import Project

_STILL_ANSWERED = timedelta(hours=12)


@transaction.atomic
def permit(*, project: Project, rules: Mapping[Kind, Permission]) -> AssistantSettings:
    """Set the rule of each kind that is given; it holds from the next reply on."""
    lock_project(project.pk)
    row, _ = AssistantSettings.objects.get_or_create(project=project)
    for kind, rule in rules.items():
        setattr(row, kind, rule)
    row.save(update_fields=[kind.value for kind in rules])
    return row


@transaction.atomic
def stop(*, project: Project, who: str) -> bool:
    """Let the bot say nothing by itself any more, nor what it has queued; False if it was stopped already."""
    lock_project(project.pk)
    row, _ = AssistantSettings.objects.get_or_create(project=project)
    if row.is_stopped:
        return False
    row.stopped_at, row.stopped_by = timezone.now(), who[:150]
    row.save(update_fields=["stopped_at", "stopped_by"])
    return True


@transaction.atomic
def resume(*, project: Project) -> int:
    """Let the bot speak again; returns how many talks it goes on with.

    What it had queued a moment ago is sent now (`dialogues.outbound.holding`). It answers what was written
    within the last hours and nobody answered; older ones stay with people.
    """
    lock_project(project.pk)
    AssistantSettings.objects.filter(project=project).update(stopped_at=None, stopped_by="")
    release(project=project)
    since = timezone.now() - _STILL_ANSWERED
    lanes = Dialogue.objects.filter(
        project=project, mode=Dialogue.Mode.BOT, channel_closed=False, first_unanswered_at__gte=since
    )
    waiting = list(lanes.order_by("pk").values_list("pk", flat=True))
    for dialogue_id in waiting:
        outbox.put(topics.DIALOGUE_DUE, key=str(dialogue_id), project=project, when_waiting="keep")
    left = StaffTask.objects.filter(project=project, kind=STOPPED_KIND, dialogue__in=waiting)
    left.exclude(state=StaffTask.State.DONE).update(state=StaffTask.State.DONE, done_at=timezone.now())
    return len(waiting)
