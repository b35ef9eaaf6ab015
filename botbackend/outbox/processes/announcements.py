"""Tells the workers what is due: an RQ job names some tasks of one queue and runs them (worker.run_tasks).

PostgreSQL keeps what is due: a job that was lost is announced again, a job too many finds nothing to claim.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

import django_rq
from django.conf import settings
from django.db import connection
from rq import Queue
from rq.queue import EnqueueData

# A task not claimed after that long is announced again: its job was lost, or every worker is busy.
ANNOUNCED_SECONDS = 10.0
BATCH = 200
# RQ writes some thirty commands about a job, so that one for each of many tasks would cost more than they do.
TASKS_PER_JOB = 10
MOST_WAITING = 200  # jobs of a queue that nobody takes; the rest waits in PostgreSQL
KEEP_WAITING_SECONDS = 60
KEEP_FINISHED_SECONDS = 60  # on RQ's pages
KEEP_FAILED_SECONDS = 86_400
JOB = "botbackend.outbox.processes.worker.run_tasks"

_MARK = """
    UPDATE outbox_task SET dispatched_until = statement_timestamp() + make_interval(secs => %s)
    FROM unnest(%s::text[]) AS queues(name), LATERAL (
        SELECT t.id FROM outbox_task t
        WHERE t.state = 'waiting' AND t.queue = queues.name AND t.due_at <= statement_timestamp()
          AND (t.dispatched_until IS NULL OR t.dispatched_until < statement_timestamp())
          AND NOT EXISTS (SELECT 1 FROM outbox_task r
                          WHERE r.state = 'running' AND r.handler = t.handler AND r.key = t.key)
        ORDER BY t.due_at LIMIT %s FOR UPDATE OF t SKIP LOCKED
    ) AS due
    WHERE outbox_task.id = due.id
    RETURNING outbox_task.due_at, outbox_task.id, outbox_task.queue, outbox_task.handler
"""


class DueTask(NamedTuple):
    """A task that was marked as announced; the earliest comes first in order."""

    due_at: datetime
    id: int
    queue: str
    handler: str


def mark_due(limit: int = BATCH, *, queues: Sequence[str] = settings.QUEUES) -> dict[str, list[DueTask]]:
    """Mark due tasks as announced; returns those of each queue, the earliest first."""
    found: dict[str, list[DueTask]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [ANNOUNCED_SECONDS, list(queues), limit])
        for task in sorted(DueTask(*row) for row in cursor.fetchall()):
            found.setdefault(task.queue, []).append(task)
    return found


def enqueue(queue: str, tasks: Sequence[DueTask]) -> None:
    """Make RQ jobs of marked tasks. Raises redis.RedisError; they are announced again then."""
    target = _queue(queue)
    groups = [tasks[start : start + TASKS_PER_JOB] for start in range(0, len(tasks), TASKS_PER_JOB)]
    groups = groups[: max(0, MOST_WAITING - target.count)]
    if groups:
        target.enqueue_many([_job(group) for group in groups])


@cache
def _queue(name: str) -> Queue:
    """One per process: each brings a client, and so a connection, of its own."""
    queue: Queue = django_rq.get_queue(name)
    return queue


def _job(tasks: Sequence[DueTask]) -> EnqueueData:
    return Queue.prepare_data(
        JOB,
        args=([task.id for task in tasks],),
        job_id=f"{tasks[0].queue}-{secrets.token_hex(8)}",
        ttl=KEEP_WAITING_SECONDS,
        result_ttl=KEEP_FINISHED_SECONDS,
        failure_ttl=KEEP_FAILED_SECONDS,
        description=", ".join(f"{task.handler} {task.id}" for task in tasks),
    )
