"""What staff do with the tasks that were left to them."""

from django.utils import timezone

from dialogues.models import StaffTask


def close_task(*, task_id: int) -> None:
    """Note that a person saw to it, and when; what was done already keeps its moment."""
    tasks = StaffTask.objects.filter(pk=task_id)
    tasks.exclude(state=StaffTask.State.DONE, done_at__isnull=False).update(
        state=StaffTask.State.DONE, done_at=timezone.now()
    )


def reopen_task(*, task_id: int) -> None:
    """Put it back among what is to be done."""
    StaffTask.objects.filter(pk=task_id).update(state=StaffTask.State.OPEN, done_at=None)
