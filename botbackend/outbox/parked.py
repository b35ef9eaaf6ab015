"""What a person may do with tasks that were given up."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from botbackend.outbox import outcomes, wakeups
from botbackend.outbox.models import Task


def revive(task_ids: Sequence[int]) -> int:
    """Give parked tasks another start, with all their attempts; returns how many there were."""
    with transaction.atomic():
        dead = list(Task.objects.select_for_update().filter(pk__in=task_ids, state=Task.State.DEAD))
        for task in dead:
            task.attempts = 0
            task.finished_at = None
            outcomes.back_to_waiting(task, timezone.now(), task.last_error)
    wakeups.after_commit()
    return len(dead)


def drop(task_ids: Sequence[int]) -> int:
    """Forget parked tasks; returns how many there were."""
    return Task.objects.filter(pk__in=task_ids, state=Task.State.DEAD).delete()[0]
