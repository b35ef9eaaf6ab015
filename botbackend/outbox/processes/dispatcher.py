"""The dispatcher: makes RQ jobs of due tasks. Scheduler and sweeper in one; several may run."""

import logging
import threading
import time
from collections.abc import Sequence

import psycopg
import redis
from django.db import DatabaseError, InterfaceError, connections

from botbackend.lib import service_notices
from botbackend.lib.postgres.direct import session_alias
from botbackend.outbox import leases, room, wakeups
from botbackend.outbox.models import Heartbeat
from botbackend.outbox.processes import announcements, clock, heartbeats
from botbackend.outbox.processes.announcements import DueTask

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
BUSY_POLL_SECONDS = 0.1  # notifications are throttled: after one, look again soon for what came right behind
BUSY_FOR_SECONDS = 0.5
SWEEP_SECONDS = 1.0
SLOW_SECONDS = 5.0
REDIS_PAUSE_SECONDS = 2.0
OUTAGES = (DatabaseError, InterfaceError, psycopg.Error)


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
                service_notices.tell_ready()
                self._wait()
            except OUTAGES as error:
                log.warning("PostgreSQL does not answer: %s", type(error).__name__)
                _drop_connections()
                stopping.wait(POLL_SECONDS)
        try:
            heartbeats.farewell(self.name)
        except OUTAGES:
            log.info("could not sign off")
        _drop_connections()

    def cycle(self) -> None:
        """Everything that is to do now. Raises what the database raises."""
        now = time.monotonic()
        if now - self._slow_at >= SLOW_SECONDS:
            self._slow_at = now
            heartbeats.beat(self.name, Heartbeat.Kind.DISPATCHER, redis_ok=self.redis_ok)
            heartbeats.forget_old()
            clock.ensure_jobs()
            if not room.keep_room():
                room.tell_planner()
        if now - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = now
            leases.reclaim_lapsed()
        found = announcements.mark_due()
        if found:
            self._busy_until = now + BUSY_FOR_SECONDS
        for queue, tasks in found.items():
            self._announce(queue, tasks)

    def _announce(self, queue: str, tasks: Sequence[DueTask]) -> None:
        """Through Redis; while it is away the workers look into PostgreSQL themselves."""
        if time.monotonic() < self._redis_again_at:
            return
        try:
            announcements.enqueue(queue, tasks)
        except redis.RedisError as error:
            if self.redis_ok:
                log.warning("Redis does not answer: %s", type(error).__name__)
            self.redis_ok = False
            self._redis_again_at = time.monotonic() + REDIS_PAUSE_SECONDS
        else:
            self.redis_ok = True

    def _wait(self) -> None:
        """Until the next notification or poll."""
        listener = connections[session_alias()]
        listener.ensure_connection()
        raw = listener.connection
        if raw is not self._listening:
            raw.execute(f"LISTEN {wakeups.CHANNEL}")
            self._listening = raw
        busy = time.monotonic() < self._busy_until
        for _ in raw.notifies(timeout=BUSY_POLL_SECONDS if busy else POLL_SECONDS, stop_after=1):
            self._busy_until = time.monotonic() + BUSY_FOR_SECONDS


def _drop_connections() -> None:
    for connection in connections.all(initialized_only=True):
        try:
            connection.close()
        except OUTAGES:
            connection.connection = None
