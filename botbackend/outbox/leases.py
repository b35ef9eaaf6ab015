"""Taking tasks, keeping them, and taking back those of the dead. Each function is one short transaction."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from botbackend.outbox import outcomes, queries, registry
from botbackend.outbox.claims import LEASE_SECONDS, Claim
from botbackend.outbox.models import Task

LAPSED = "the process that ran it stopped"

# What a salon may have running at once in a queue, in its `Allowance`; sheets have one task a salon.
_CEILINGS = {
    "turns": "a.turns_at_once",
    "delivery": "a.sends_at_once",
    "default": "a.events_at_once",
    "sheets": "NULL::integer",
}
_NO_CEILING = 2**31 - 1
_ONLY = {
    "queue": "AND t.queue = %(queue)s ",
    "ids": "AND t.id = ANY(%(ids)s) ",
    "topic": "AND t.topic = %(topic)s ",
}


@cache
def _oldest(*conditions: str) -> str:
    """A statement without "or any": a plan made once could not use the index of what is due then."""
    return queries.CLAIM_OLDEST.replace("{only}", "".join(_ONLY[name] for name in conditions))


@cache
def statement_in_turn(queue: str) -> str:
    """The claim of a queue, with the ceiling of its kind."""
    return queries.CLAIM_IN_TURN.replace("{ceiling}", _CEILINGS[queue])


class _Turns:
    """Which salon this process served last in each queue; the next turn begins after it.

    One claim at a time: two that count what runs at the same moment would both take the last place that a
    salon has. Claims of other processes may meet like that, and pass a ceiling by what they take at once.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last: dict[str, int] = {}

    def note(self, queue: str, claims: Sequence[Claim]) -> None:
        """Remember the salon that the round ended with."""
        last = self.last.get(queue, -1)
        served = [claim.project_id or 0 for claim in claims]
        self.last[queue] = max(served, key=lambda salon: (salon <= last, salon), default=last)


_turns = _Turns()


def claim_due(
    queue: str | None,
    limit: int,
    *,
    topic: str | None = None,
    now: datetime | None = None,
    lease: float = 0,
) -> list[Claim]:
    """Take up to `limit` due tasks whose key nobody works on: salons in turn, each its oldest first.

    Without a queue, or of one topic, simply the oldest. `now` replaces the database's clock for what is due,
    `lease` the usual length in seconds (all of these for tests).
    """
    if queue is None or topic is not None:
        only = {name: value for name, value in (("queue", queue), ("topic", topic)) if value is not None}
        return _take_oldest(only, limit, now=now, lease=lease)
    connection.ensure_connection()  # whoever holds the lock must not wait for one that others at it hold
    with _turns.lock:
        claims = _take_in_turn(queue, limit, now=now, lease=lease)
        _turns.note(queue, claims)
    return claims


def claim_these(task_ids: Sequence[int], *, early: bool = False) -> list[Claim]:
    """Take those of the tasks that are free and due, or `early`; whoever came first has the others."""
    now = datetime.max.replace(tzinfo=UTC) if early else None
    return _take_oldest({"ids": list(task_ids)}, len(task_ids), now=now)


def claim_next(done: Claim) -> Claim | None:
    """Take what is next in the queue of a task that ended: often, not always, the next of its own key."""
    entry = registry.subscription(done.handler)
    return next(iter(claim_due(entry.queue, 1)), None) if entry else None


def _take_in_turn(queue: str, limit: int, *, now: datetime | None, lease: float) -> list[Claim]:
    parameters = {
        "queue": queue,
        "after": _turns.last.get(queue, -1),
        "ceiling": settings.SALON_AT_ONCE.get(queue, _NO_CEILING),
    }
    return _take(statement_in_turn(queue), parameters, limit, now=now, lease=lease)


def _take_oldest(
    only: dict[str, Any], limit: int, *, now: datetime | None = None, lease: float = 0
) -> list[Claim]:
    return _take(_oldest(*(name for name in _ONLY if name in only)), only, limit, now=now, lease=lease)


def _take(
    statement: str, parameters: dict[str, Any], limit: int, *, now: datetime | None, lease: float
) -> list[Claim]:
    common: dict[str, Any] = {
        "limit": limit,
        "now": now,
        "lease": lease or LEASE_SECONDS,
        "leases": "{}" if lease else json.dumps(_short_leases()),
    }
    try:
        with _one_statement(), connection.cursor() as cursor:
            cursor.execute(statement, parameters | common)
            rows = cursor.fetchall()
    except IntegrityError:
        # Two claims met on one key after all; the index let only one of them through.
        return _take(statement, parameters, 1, now=now, lease=lease) if limit > 1 else []
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
    claim.leaves_more = row[8]
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
