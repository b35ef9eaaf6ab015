"""The dispatcher: finds due tasks and wakes the workers. Scheduler and sweeper in one; several may run."""

import logging
import threading
import time

import psycopg
import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from botbackend.outbox import clock, heartbeats, leases, redis_wakeups, wakeups
from botbackend.outbox.models import Heartbeat

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
BUSY_POLL_SECONDS = 0.1  # notifications are throttled: after one, look again soon for what came right behind
BUSY_FOR_SECONDS = 0.5
SWEEP_SECONDS = 1.0
SLOW_SECONDS = 5.0
# A task not claimed after that long is announced again: its wake-up was lost, or every worker is busy.
DISPATCHED_SECONDS = 10.0
BATCH = 200
REDIS_PAUSE_SECONDS = 2.0
OUTAGES = (DatabaseError, InterfaceError, psycopg.Error)

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
    RETURNING outbox_task.queue
"""


def mark_due(limit: int = BATCH) -> dict[str, int]:
    """Mark due tasks as announced; returns how many of each queue."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [DISPATCHED_SECONDS, list(settings.QUEUES), limit])
        for (queue,) in cursor.fetchall():
            found[queue] = found.get(queue, 0) + 1
    return found


class Dispatcher:
    """One dispatcher process."""

    def __init__(self) -> None:
        self.name = heartbeats.process_name("dispatcher")
        self.redis_ok = True
        self._redis_again_at = 0.0
        self._busy_until = 0.0
        self._swept_at = self._slow_at = float("-inf")
        self._listening: object = None

    def run(self, stopping: threading.Event) -> None:
        """Work until `stopping` is set; outages of PostgreSQL and Redis are waited for."""
        while not stopping.is_set():
            try:
                self.cycle()
                self._wait()
            except OUTAGES as error:
                log.warning("PostgreSQL does not answer: %s", type(error).__name__)
                _drop_connection()
                stopping.wait(POLL_SECONDS)
        try:
            heartbeats.farewell(self.name)
        except OUTAGES:
            log.info("could not sign off")
        _drop_connection()

    def cycle(self) -> None:
        """Everything that is to do now. Raises what the database raises."""
        now = time.monotonic()
        if now - self._slow_at >= SLOW_SECONDS:
            self._slow_at = now
            heartbeats.beat(self.name, Heartbeat.Kind.DISPATCHER, redis_ok=self.redis_ok)
            heartbeats.forget_old()
            clock.ensure_jobs()
        if now - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = now
            leases.reclaim_lapsed()
        found = mark_due()
        if found:
            self._busy_until = now + BUSY_FOR_SECONDS
        for queue, tasks in found.items():
            self._wake(queue, tasks)

    def _wake(self, queue: str, tasks: int) -> None:
        """Through Redis; while it is away the workers look into PostgreSQL themselves."""
        if time.monotonic() < self._redis_again_at:
            return
        try:
            redis_wakeups.send(queue, tasks)
        except redis.RedisError as error:
            if self.redis_ok:
                log.warning("Redis does not answer: %s", type(error).__name__)
            self.redis_ok = False
            self._redis_again_at = time.monotonic() + REDIS_PAUSE_SECONDS
        else:
            self.redis_ok = True

    def _wait(self) -> None:
        """Until the next notification or poll."""
        connection.ensure_connection()
        raw = connection.connection
        if raw is not self._listening:
            raw.execute(f"LISTEN {wakeups.CHANNEL}")
            self._listening = raw
        busy = time.monotonic() < self._busy_until
        for _ in raw.notifies(timeout=BUSY_POLL_SECONDS if busy else POLL_SECONDS, stop_after=1):
            self._busy_until = time.monotonic() + BUSY_FOR_SECONDS


def _drop_connection() -> None:
    try:
        connection.close()
    except OUTAGES:
        connection.connection = None
