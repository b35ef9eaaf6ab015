"""What staff do with the tasks that were left to them."""

from django.db.models import QuerySet
from django.utils import timezone

from dialogues.models import StaffTask

ABOUT_DELIVERY = ("undelivered", "uncertain")


def close_task(*, task_id: int) -> None:
    """Note that a person saw to it, and when; what was done already keeps its moment."""
    _close(StaffTask.objects.filter(pk=task_id).exclude(state=StaffTask.State.DONE, done_at__isnull=False))


def reopen_task(*, task_id: int) -> None:
    """Put it back among what is to be done."""
    StaffTask.objects.filter(pk=task_id).update(state=StaffTask.State.OPEN, done_at=None)


def close_handed_over(*, dialogue_id: int) -> None:
    """A person answers the client: nothing is left to them but texts that may not have arrived."""
    _close(_open_ones(dialogue_id).exclude(kind__in=ABOUT_DELIVERY))


def close_undelivered(*, message_id: int) -> None:
    """This lost text is on its way again; what others of the talk wait for stays."""
    open_ones = StaffTask.objects.filter(message=message_id, state=StaffTask.State.OPEN)
    _close(open_ones.filter(kind__in=ABOUT_DELIVERY))


def _open_ones(dialogue_id: int) -> "QuerySet[StaffTask]":
    return StaffTask.objects.filter(dialogue_id=dialogue_id, state=StaffTask.State.OPEN)


def _close(tasks: "QuerySet[StaffTask]") -> None:
    tasks.update(state=StaffTask.State.DONE, done_at=timezone.now())
