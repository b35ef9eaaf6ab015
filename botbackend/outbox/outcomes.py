"""How a run of a task ends: done, to be run again, or parked, and what people do with parked ones.

Each function is one short transaction.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from botbackend.lib.logs import redact
from botbackend.outbox import registry, wakeups
from botbackend.outbox.claims import Claim
from botbackend.outbox.models import Task

ERROR_LENGTH = 500

log = logging.getLogger(__name__)

_FINISH = """
    WITH done AS (
        DELETE FROM outbox_task WHERE id = %s AND lease_token = %s AND state = 'running'
        RETURNING handler, key, queue, project_id
    )
    SELECT EXISTS (SELECT 1 FROM outbox_task t
                   WHERE t.handler = done.handler AND t.key = done.key AND t.state = 'waiting')
        OR EXISTS (SELECT 1 FROM outbox_task t
                   WHERE t.queue = done.queue AND t.project_id = done.project_id AND t.state = 'waiting'
                     AND t.due_at <= statement_timestamp())
      FROM done
"""


def finish(claim: Claim) -> bool:
    """The task is done: forget it, or set the next run of a job of the clock. False if it was not ours.

    Notes in the claim whether another task waits for its end: of its key, or of its salon, which may have had
    as many running as it may.
    """
    clockwork = registry.clockwork(claim.handler)
    if clockwork is None:
        with connection.cursor() as cursor:
            cursor.execute(_FINISH, [claim.task_id, claim.token])
            row = cursor.fetchone()
        claim.has_follower = row is None or row[0]
        tell_end(claim.handler, claim.key)
        return row is not None
    mine = Task.objects.filter(pk=claim.task_id, lease_token=claim.token, state=Task.State.RUNNING)
    with transaction.atomic():
        task = mine.select_for_update().first()
        if task is not None:
            task.attempts = 0
            # PostgreSQL's clock, which made it due, may be ahead of ours.
            back_to_waiting(task, clockwork.next_run(max(timezone.now(), task.due_at)), "")
    return task is not None


def give_back(claim: Claim, delay: float, reason: str, *, counts: bool = True) -> bool:
    """Run the task again after `delay` seconds, or park it when its attempts are used up."""
    with transaction.atomic():
        task = _lock(claim)
        if task is None:
            return False
        if not counts:
            task.attempts -= 1
        entry = registry.subscription(task.handler)
        if counts and entry is not None and task.attempts >= entry.max_attempts:
            park_locked(task, reason)
        else:
            back_to_waiting(task, timezone.now() + timedelta(seconds=delay), reason)
    tell_end(claim.handler, claim.key)
    return True


def bury(claim: Claim, reason: str) -> bool:
    """Park the task as dead, for a person to see. False if it was not ours."""
    with transaction.atomic():
        task = _lock(claim)
        if task is not None:
            park_locked(task, reason)
    tell_end(claim.handler, claim.key)
    return task is not None


def tell_end(handler: str, key: str) -> None:
    """Wake who waits for a run of this key to end, where the handler asked for that."""
    entry = registry.subscription(handler)
    if entry is not None and entry.tells_end:
        wakeups.tell_end(key)


def _lock(claim: Claim) -> Task | None:
    return (
        Task.objects.select_for_update()
        .filter(pk=claim.task_id, lease_token=claim.token, state=Task.State.RUNNING)
        .first()
    )


def back_to_waiting(task: Task, due_at: datetime, error: str) -> None:
    """Let the locked task wait again; where a newer one of its key waits already, that one takes over."""
    task.state = Task.State.WAITING
    task.due_at = due_at
    task.lease_until = task.dispatched_until = None
    task.last_error = redact(error)[:ERROR_LENGTH]
    for _ in range(3):  # the newer one may be claimed between both statements; then there is room again
        try:
            with transaction.atomic():
                task.save()
            return
        except IntegrityError:
            if _merged_into_newer(task):
                return
    # Nothing is lost: the row still runs, its lease lapses, and the next sweep tries again.


def _merged_into_newer(task: Task) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_task SET due_at = LEAST(due_at, %s), attempts = GREATEST(attempts, %s),"
            " payload = %s::jsonb || payload, last_error = %s, dispatched_until = NULL"
            " WHERE handler = %s AND key = %s AND state = 'waiting'",
            [
                task.due_at,
                task.attempts,
                json.dumps(task.payload),
                task.last_error,
                task.handler,
                task.key,
            ],
        )
        merged = bool(cursor.rowcount == 1)
    if merged:
        Task.objects.filter(pk=task.pk).delete()
    return merged


def park_locked(task: Task, reason: str) -> None:
    """Give the locked task up; of one key only the newest dead one is kept."""
    Task.objects.filter(handler=task.handler, key=task.key, state=Task.State.DEAD).delete()
    task.state = Task.State.DEAD
    task.lease_until = task.dispatched_until = None
    task.last_error = redact(reason)[:ERROR_LENGTH]
    task.finished_at = timezone.now()
    task.save()
    entry = registry.subscription(task.handler)
    if entry is None or entry.on_dead is None:
        return
    try:
        with transaction.atomic():
            entry.on_dead(_claim_of(task), task.last_error)
    except Exception:
        # A mistake there must neither keep the task alive for ever nor stop the sweep of the others.
        log.exception("could not tell the owner of a dead task", extra={"task": task.pk})


def _claim_of(task: Task) -> Claim:
    return Claim(
        task.pk,
        task.lease_token,
        task.handler,
        task.topic,
        task.key,
        task.project_id,
        task.payload,
        task.attempts,
        timezone.now(),
    )


def revive(task_ids: Sequence[int]) -> int:
    """Give parked tasks another start, with all their attempts; returns how many there were."""
    with transaction.atomic():
        dead = list(Task.objects.select_for_update().filter(pk__in=task_ids, state=Task.State.DEAD))
        for task in dead:
            task.attempts = 0
            task.finished_at = None
            back_to_waiting(task, timezone.now(), task.last_error)
    wakeups.after_commit()
    return len(dead)


def drop(task_ids: Sequence[int]) -> int:
    """Forget parked tasks; returns how many there were."""
    return Task.objects.filter(pk__in=task_ids, state=Task.State.DEAD).delete()[0]
