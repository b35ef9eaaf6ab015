"""Taking tasks, keeping them, and taking back those of the dead. Each function is one short transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from botbackend.outbox import outcomes, registry
from botbackend.outbox.claims import LEASE_SECONDS, Claim
from botbackend.outbox.models import Task

LAPSED = "the process that ran it stopped"

_CLAIM = """
    WITH due AS (
        SELECT t.id FROM outbox_task t
        WHERE t.state = 'waiting' {only}
          AND t.due_at <= COALESCE(%(now)s, statement_timestamp())
          AND NOT EXISTS (SELECT 1 FROM outbox_task r
                          WHERE r.state = 'running' AND r.handler = t.handler AND r.key = t.key)
        ORDER BY t.due_at LIMIT %(limit)s FOR UPDATE OF t SKIP LOCKED
    )
    UPDATE outbox_task t
    SET state = 'running', attempts = t.attempts + 1, lease_token = nextval('outbox_lease_token'),
        dispatched_until = NULL,
        lease_until = statement_timestamp() + make_interval(secs => COALESCE(
            (%(leases)s::jsonb ->> t.handler)::float, %(lease)s))
    FROM due WHERE t.id = due.id
    RETURNING t.id, t.lease_token, t.handler, t.topic, t.key, t.project_id, t.payload, t.attempts
"""


_ONLY = {
    "queue": "AND t.queue = %(queue)s ",
    "ids": "AND t.id = ANY(%(ids)s) ",
    "topic": "AND t.topic = %(topic)s ",
    "handler": "AND t.handler = %(handler)s AND t.key = %(key)s ",
}


@cache
def _claim(*conditions: str) -> str:
    """A statement without "or any": a plan made once could not use the index of what is due then."""
    return _CLAIM.replace("{only}", "".join(_ONLY[name] for name in conditions))


def claim_due(
    queue: str | None,
    limit: int,
    *,
    topic: str | None = None,
    now: datetime | None = None,
    lease: float = 0,
) -> list[Claim]:
    """Take up to `limit` due tasks of a queue (None: of all) whose key nobody works on, oldest first.

    `now` replaces the database's clock for what is due, `lease` the usual length in seconds (both for tests).
    """
    only = {name: value for name, value in (("queue", queue), ("topic", topic)) if value is not None}
    return _take(only, limit, now=now, lease=lease)


def claim_these(task_ids: Sequence[int], *, early: bool = False) -> list[Claim]:
    """Take those of the tasks that are free and due, or `early`; whoever came first has the others."""
    now = datetime.max.replace(tzinfo=UTC) if early else None
    return _take({"ids": list(task_ids)}, len(task_ids), now=now)


def claim_next(done: Claim) -> Claim | None:
    """Take the task of the same key that waited for the end of this one, if it is due."""
    return next(iter(_take({"handler": done.handler, "key": done.key}, 1)), None)


def _take(only: dict[str, Any], limit: int, *, now: datetime | None = None, lease: float = 0) -> list[Claim]:
    parameters: dict[str, Any] = {
        "limit": limit,
        "now": now,
        "lease": lease or LEASE_SECONDS,
        "leases": "{}" if lease else json.dumps(_short_leases()),
    }
    try:
        with _one_statement(), connection.cursor() as cursor:
            cursor.execute(_claim(*(name for name in _ONLY if name in only)), parameters | only)
            rows = cursor.fetchall()
    except IntegrityError:
        # Two claims met on one key after all; the index let only one of them through.
        return _take(only, 1, now=now, lease=lease) if limit > 1 else []
    return [_claim_from(row) for row in rows]


def _one_statement() -> AbstractContextManager[None]:
    """A single statement needs no transaction around it; inside one it needs a savepoint to fail alone."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _short_leases() -> dict[str, float]:
    """A task that may run less than the usual lease gets no longer one."""
    return {
        entry.name: float(entry.lease_seconds)
        for entry in registry.all_subscriptions()
        if entry.lease_seconds < LEASE_SECONDS
    }


def _claim_from(row: tuple[Any, ...]) -> Claim:
    payload = json.loads(row[6]) if isinstance(row[6], str) else row[6]
    claim = Claim(row[0], row[1], row[2], row[3], row[4], row[5], payload, row[7], timezone.now())
    entry = registry.subscription(claim.handler)
    claim.set_deadline(entry.lease_seconds if entry else LEASE_SECONDS)
    return claim


# A row that is locked is just being committed with or finished: waiting for it would hold up everybody whose
# row we locked before. It is renewed at the next beat; the lease lasts for several.
_RENEW = """
    WITH mine AS (
        SELECT t.id, v.token, v.seconds FROM outbox_task t
          JOIN unnest(%s::bigint[], %s::bigint[], %s::float[]) AS v(id, token, seconds)
            ON t.id = v.id AND t.lease_token = v.token AND t.state = 'running'
    ), free AS (
        SELECT t.id, mine.seconds FROM outbox_task t
          JOIN mine ON mine.id = t.id AND mine.token = t.lease_token AND t.state = 'running'
           FOR NO KEY UPDATE OF t SKIP LOCKED
    ), renewed AS (
        UPDATE outbox_task t
           SET lease_until = GREATEST(t.lease_until,
                                      statement_timestamp() + make_interval(secs => free.seconds))
          FROM free WHERE t.id = free.id
    )
    SELECT id FROM mine
"""


def renew(claims: Sequence[Claim]) -> set[int]:
    """Extend the leases of running tasks, none beyond its deadline; returns the ids of those still ours.

    One that lapsed but was taken by nobody is ours again: the token proves that nobody else ran it.
    """
    live = [claim for claim in claims if claim.remaining() > 0]
    with connection.cursor() as cursor:
        cursor.execute(
            _RENEW,
            [
                [claim.task_id for claim in live],
                [claim.token for claim in live],
                [max(0.0, min(LEASE_SECONDS, claim.remaining())) for claim in live],
            ],
        )
        return {row[0] for row in cursor.fetchall()}


def reclaim_lapsed(limit: int = 100) -> int:
    """Make tasks claimable whose process stopped renewing their lease; returns how many there were."""
    with transaction.atomic():
        lapsed = list(
            Task.objects.select_for_update(skip_locked=True).filter(
                state=Task.State.RUNNING, lease_until__lt=Now()
            )[:limit]
        )
        for task in lapsed:
            entry = registry.subscription(task.handler)
            if entry is not None and task.attempts >= entry.max_attempts:
                outcomes.park_locked(task, LAPSED)
            else:
                outcomes.back_to_waiting(task, timezone.now(), LAPSED)
    for task in lapsed:
        outcomes.tell_end(task.handler, task.key)
    return len(lapsed)


def abandon(claims: Sequence[Claim]) -> None:
    """End the leases of tasks this process will not finish: others need not wait for them to lapse."""
    Task.objects.filter(lease_token__in=[claim.token for claim in claims], state=Task.State.RUNNING).update(
        lease_until=Now()
    )
