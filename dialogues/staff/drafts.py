"""Replies that the bot wrote and a person sends, and tasks of which a talk has one at a time."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from botbackend.lib.errors import DomainError
from dialogues import lanes
from dialogues.models import Dialogue, Message, StaffTask
from dialogues.outbound.messages import say
from dialogues.staff.handoff import check_reachable, check_seen, open_staff_task, reason_of, sent_with
from dialogues.staff.tasks import close_task
from projects.models import Project

DRAFT_KIND = "draft"


class DraftGone(DomainError):
    """Somebody else sent the draft or threw it away."""

    code = "draft_gone"


def waiting_task(*, dialogue: Dialogue, kind: str) -> StaffTask | None:
    """Return the talk's open task of this kind."""
    return _open(kind).filter(dialogue=dialogue).order_by("-pk").first()


def open_drafts() -> "QuerySet[StaffTask, StaffTask]":
    """Return what waits to be sent; `is_stale` of those after which the client wrote more.

    Of a draft that an older version left nobody knows what it answers: it counts as stale.
    """
    said = Message.objects.filter(dialogue=OuterRef("dialogue"), direction=Message.Direction.IN)
    newer = said.filter(pk__gt=Coalesce(OuterRef("knows_up_to"), 0))
    return _open(DRAFT_KIND).annotate(is_stale=Exists(newer))


def leave_once(
    *, dialogue: Dialogue, kind: str, reason: str, draft: str = "", knows_up_to: int | None = None
) -> StaffTask:
    """Open a task, or bring the talk's open one of this kind up to date; staff are told of a new one only.

    The lane's row must be locked. `knows_up_to` is the newest message that the draft answers.
    """
    task = waiting_task(dialogue=dialogue, kind=kind)
    if task is None:
        return open_staff_task(
            project=dialogue.project,
            dialogue=dialogue,
            kind=kind,
            reason=reason,
            draft=draft,
            knows_up_to=knows_up_to,
        )
    task.reason, task.draft, task.knows_up_to = reason_of(dialogue, reason), draft, knows_up_to
    task.save(update_fields=["reason", "draft", "knows_up_to"])
    return task


def send_draft(
    *, project: Project, task_id: int, text: str, who: str, key: str = "", seen: int | None = None
) -> list[Message]:
    """Say to the client what a person made of the draft; the bot goes on with the next message.

    A repeat with the same `key` sends nothing and returns what was sent. `seen` is the newest message that
    the person knew of. Raises DraftGone when somebody else sent the draft or threw it away, RepliedMeanwhile
    for what the client, the bot or a colleague said since `seen`, ChannelClosed where nothing can arrive.
    """
    with transaction.atomic():
        dialogue = _lock_lane(project, task_id)
        if already := sent_with(dialogue=dialogue, key=key):
            return already
        _close(task_id)
        check_reachable(dialogue)
        if seen is not None:
            check_seen(dialogue.messages.all(), seen)
        return say(
            dialogue=dialogue, texts=[text], author=Message.Author.STAFF, written_by=who, reply_key=key
        )


def drop_draft(*, project: Project, task_id: int) -> None:
    """Say nothing; raises DraftGone as above."""
    with transaction.atomic():
        _lock_lane(project, task_id)
        _close(task_id)


def _open(kind: str) -> "QuerySet[StaffTask, StaffTask]":
    return StaffTask.objects.filter(kind=kind, state=StaffTask.State.OPEN)


def _lock_lane(project: Project, task_id: int) -> Dialogue:
    """Lock the lane, so that whoever comes second finds the draft gone."""
    tasks = StaffTask.objects.filter(project=project, kind=DRAFT_KIND, pk=task_id)
    dialogue_id = tasks.values_list("dialogue_id", flat=True).first()
    if dialogue_id is None:
        raise DraftGone("This draft was sent or thrown away already.")
    return lanes.lock(dialogue_id)


def _close(task_id: int) -> None:
    if not _open(DRAFT_KIND).filter(pk=task_id).exists():
        raise DraftGone("This draft was sent or thrown away already.")
    close_task(task_id=task_id)
