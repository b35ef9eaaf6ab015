"""A claim: the right to work on one task for a while, and the fence against those who lost it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from botbackend.outbox import registry

# Renewed every HEARTBEAT_SECONDS by the process that runs the task. A killed process is noticed after at
# most LEASE_SECONDS; one that cannot reach PostgreSQL for a moment (a restart takes seconds) loses nothing.
LEASE_SECONDS = 20.0
HEARTBEAT_SECONDS = 5.0


class LeaseLost(Exception):
    """Somebody else holds the task by now, or the lease ran out: nothing of this run may be committed."""


class RetryLater(Exception):
    """Raised by a handler: run the task again after `seconds`.

    `counts=False` leaves the number of attempts as it was: for waits that are nobody's failure (a quota,
    an open circuit).
    """

    def __init__(self, seconds: float, reason: str, counts: bool = True) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason
        self.counts = counts


class Dead(Exception):
    """Raised by a handler: this will never work, park the task for a person to see."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Claim:
    """One run of one task. `deadline` (aware): the run must be over by then, or call `extend()` before."""

    task_id: int
    token: int
    handler: str
    topic: str
    key: str
    project_id: int | None
    payload: dict[str, Any]
    attempts: int
    deadline: datetime
    has_follower: bool = True  # another task may have waited for this run to end
    leaves_more: bool = False  # when it was claimed more was due in its queue than was taken
    _ends: float = field(default=0.0, repr=False)  # the deadline on the monotonic clock

    @property
    def is_last_attempt(self) -> bool:
        """True if one more failure parks the task: the moment to choose an honest way out."""
        entry = registry.subscription(self.handler)
        return entry is not None and self.attempts >= entry.max_attempts

    def failed(self, reason: str) -> str:
        """What is said of a failure on RQ's pages."""
        return f"{self.handler} {self.task_id}: {reason}"

    def remaining(self) -> float:
        """Seconds until the deadline, negative after it."""
        return self._ends - time.monotonic()

    def timeout(self, limit: float) -> float:
        """Seconds a network call may take: `limit` or what is left, whatever is less. Raises LeaseLost."""
        left = self.remaining()
        if left <= 0:
            raise LeaseLost(f"task {self.task_id} is past its deadline")
        return min(limit, left)

    def assert_held(self) -> None:
        """Lock the task row in the caller's transaction; raises LeaseLost if token or lease do not hold.

        To be called before the first write with a side effect: what is committed together with it can then
        not be committed by anybody else as well.
        """
        if not connection.in_atomic_block:
            raise RuntimeError("assert_held() protects a transaction; there is none")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT lease_until > clock_timestamp() FROM outbox_task"
                " WHERE id = %s AND lease_token = %s AND state = 'running' FOR UPDATE",
                [self.task_id, self.token],
            )
            row = cursor.fetchone()
        if row is None:
            raise LeaseLost(f"task {self.task_id} is not ours any more")
        if not row[0]:
            raise LeaseLost(f"the lease of task {self.task_id} ran out")

    def extend(self, seconds: float) -> None:
        """Move the deadline to `seconds` from now. Raises LeaseLost.

        The lease itself stays short and is renewed meanwhile, so a killed process is still noticed soon.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE outbox_task SET lease_until = GREATEST(lease_until,"
                " statement_timestamp() + make_interval(secs => %s))"
                " WHERE id = %s AND lease_token = %s AND state = 'running'"
                " AND lease_until > statement_timestamp()",
                [min(seconds, LEASE_SECONDS), self.task_id, self.token],
            )
            if cursor.rowcount != 1:
                raise LeaseLost(f"task {self.task_id} is not ours any more")
        self.set_deadline(seconds)

    def set_deadline(self, seconds: float) -> None:
        """Note the deadline in this process only."""
        self.deadline = timezone.now() + timedelta(seconds=seconds)
        self._ends = time.monotonic() + seconds


@contextmanager
def network() -> Iterator[None]:
    """Wrap a network call of a worker: refuses to start it inside a transaction, frees the connection.

    Hundreds of turns wait on the network at once while PostgreSQL accepts 100 to 200 connections: whoever
    waits for somebody else holds none.
    """
    for wrapper in connections.all(initialized_only=True):
        blocks = wrapper.atomic_blocks
        if not blocks:
            wrapper.close()
        elif not getattr(blocks[-1], "_from_testcase", False):
            raise RuntimeError("no network call inside a database transaction")
    yield


@contextmanager
def held(claim: Claim) -> Iterator[None]:
    """A transaction that commits only if the claim still holds. Raises LeaseLost."""
    with transaction.atomic():
        claim.assert_held()
        yield
