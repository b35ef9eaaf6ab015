"""Replies that the bot wrote and a person sends, and tasks of which a talk has one at a time."""

from django.db import transaction

from botbackend.lib.errors import DomainError
from dialogues import lanes
from dialogues.models import Dialogue, Message, StaffTask
from dialogues.outbound.messages import say
from dialogues.staff.handoff import open_staff_task, reason_of
from dialogues.staff.tasks import close_task
from projects.models import Project

DRAFT_KIND = "draft"


class DraftGone(DomainError):
    """Somebody else sent the draft or threw it away."""

    code = "draft_gone"


def waiting_task(*, dialogue: Dialogue, kind: str) -> StaffTask | None:
    """Return the talk's open task of this kind."""
    open_ones = StaffTask.objects.filter(dialogue=dialogue, kind=kind, state=StaffTask.State.OPEN)
    return open_ones.order_by("-pk").first()


def leave_once(*, dialogue: Dialogue, kind: str, reason: str, draft: str = "") -> StaffTask:
    """Open a task, or bring the talk's open one of this kind up to date; staff are told of a new one only.

    The lane's row must be locked.
    """
    task = waiting_task(dialogue=dialogue, kind=kind)
    if task is None:
        return open_staff_task(
            project=dialogue.project, dialogue=dialogue, kind=kind, reason=reason, draft=draft
        )
    task.reason, task.draft = reason_of(dialogue, reason), draft
    task.save(update_fields=["reason", "draft"])
    return task


def send_draft(*, project: Project, task_id: int, text: str) -> list[Message]:
    """Say to the client what a person made of the draft; the bot goes on with the next message.

    Raises DraftGone when the draft was sent or thrown away already.
    """
    with transaction.atomic():
        task, dialogue = _locked(project, task_id)
        close_task(task_id=task.pk)
        return say(dialogue=dialogue, texts=[text], author=Message.Author.STAFF)


def drop_draft(*, project: Project, task_id: int) -> None:
    """Say nothing; raises DraftGone as above."""
    with transaction.atomic():
        task, _ = _locked(project, task_id)
        close_task(task_id=task.pk)


def _locked(project: Project, task_id: int) -> tuple[StaffTask, Dialogue]:
    """Lock the lane, then read the task: whoever comes second finds it done."""
    tasks = StaffTask.objects.filter(project=project, kind=DRAFT_KIND, state=StaffTask.State.OPEN)
    dialogue_id = tasks.filter(pk=task_id).values_list("dialogue_id", flat=True).first()
    if dialogue_id is None:
        raise DraftGone("This draft was sent or thrown away already.")
    dialogue = lanes.lock(dialogue_id)
    task = tasks.filter(pk=task_id).first()
    if task is None:
        raise DraftGone("This draft was sent or thrown away already.")
    return task, dialogue
