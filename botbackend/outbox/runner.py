"""Runs many tasks at once inside one process: a turn waits for seconds, a process costs 100 MB.

Three threads serve the ones that work: the looker claims due tasks whenever a thread is free, the keeper
renews leases and ends overdue runs, and the caller's own thread listens to Redis (see worker.py).
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, InterfaceError, connections

from botbackend.outbox import execution, heartbeats, leases
from botbackend.outbox.claims import HEARTBEAT_SECONDS, Claim
from botbackend.outbox.deadlines import Runs
from botbackend.outbox.models import Heartbeat

log = logging.getLogger(__name__)

OUTAGES = (DatabaseError, InterfaceError)
CLAIM_AT_ONCE = 10
LOOK_SECONDS = 2.0  # with Redis up it brings the wake-ups; this is for a dispatcher that is away
LOOK_SECONDS_WITHOUT_REDIS = 0.3
TICK_SECONDS = 0.5


class Runner:
    """The tasks of one queue in one process, at most `threads` at a time."""

    def __init__(self, queue: str, threads: int) -> None:
        self.queue = queue
        self.threads = threads
        self.name = heartbeats.process_name(f"worker-{queue}")
        self.redis_ok = False
        self._runs = Runs()
        self._taken = 0  # threads that have a task or are about to
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._look = threading.Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=queue)
        self._helpers = [threading.Thread(target=job, daemon=True) for job in (self._looker, self._keeper)]

    def start(self) -> None:
        """Begin to look for work."""
        for helper in self._helpers:
            helper.start()

    def look(self) -> None:
        """Something may be due: claim it as soon as a thread is free."""
        self._look.set()

    def wait_for_room(self, seconds: float) -> bool:
        """True as soon as a thread is free, False after `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._taken < self.threads, seconds)

    def stop(self, grace: float) -> bool:
        """Claim nothing more and give running tasks `grace` seconds; True if all ended.

        Those that did not are claimable by others from then on, and can commit nothing any more.
        """
        self._stopping.set()
        self._look.set()
        with self._changed:
            all_ended = self._changed.wait_for(lambda: self._taken == 0, grace)
        self._ended.set()
        try:
            leases.abandon(self._runs.claims())
            heartbeats.farewell(self.name)
        except OUTAGES:
            log.warning("could not sign off; the leases will lapse")
        connections.close_all()
        return all_ended

    # --- claiming -------------------------------------------------------------------------------------

    def _looker(self) -> None:
        while not self._stopping.is_set():
            self._look.wait(LOOK_SECONDS if self.redis_ok else LOOK_SECONDS_WITHOUT_REDIS)
            self._look.clear()
            try:
                while self._claim_some():
                    pass
            except OUTAGES as error:
                log.warning("PostgreSQL does not answer: %s", type(error).__name__)
                self._stopping.wait(TICK_SECONDS)
            finally:
                connections.close_all()

    def _claim_some(self) -> bool:
        """Claim what fits; True if there may be more."""
        with self._changed:
            room = min(self.threads - self._taken, CLAIM_AT_ONCE)
            if room <= 0 or self._stopping.is_set():
                return False
            self._taken += room
        claims: list[Claim] = []
        try:
            claims = leases.claim_due(self.queue, room)
        finally:
            self._release(room - len(claims))
        for claim in claims:
            self._pool.submit(self._work, claim)
        return len(claims) == room

    def _release(self, threads: int) -> bool:
        """Give threads back; True if none was free before, so that nothing could be claimed meanwhile."""
        with self._changed:
            was_full = self._taken == self.threads
            self._taken -= threads
            self._changed.notify_all()
        return was_full

    # --- working --------------------------------------------------------------------------------------

    def _work(self, claim: Claim) -> None:
        try:
            if not self._runs.run(claim, execution.execute):
                log.error("interrupted at its deadline", extra={"task": claim.task_id, "topic": claim.topic})
                execution.note_interruption(claim)
        except BaseException:
            log.exception("a worker thread failed")
        finally:
            connections.close_all()
            if self._release(1) or claim.has_follower:
                self._look.set()

    # --- keeping --------------------------------------------------------------------------------------

    def _keeper(self) -> None:
        beat_at = float("-inf")
        while not self._ended.wait(TICK_SECONDS):
            self._runs.interrupt_overdue()
            if time.monotonic() - beat_at < HEARTBEAT_SECONDS:
                continue
            try:
                self._beat()
                beat_at = time.monotonic()
            except OUTAGES as error:
                log.warning("could not renew the leases: %s", type(error).__name__)
            finally:
                connections.close_all()

    def _beat(self) -> None:
        claims = self._runs.claims()
        if claims:
            held = leases.renew(claims)
            self._runs.interrupt_lost(
                held | ({c.task_id for c in self._runs.claims()} - {c.task_id for c in claims})
            )
        heartbeats.beat(
            self.name,
            Heartbeat.Kind.WORKER,
            queue=self.queue,
            running=len(claims),
            redis_ok=self.redis_ok,
        )
        leases.reclaim_lapsed()  # the dispatcher does so every second, unless it is away
