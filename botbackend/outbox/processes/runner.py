"""Runs many tasks at once inside one process: a turn waits for seconds, a process costs 100 MB.

Tasks come with RQ jobs (see worker.py). Two threads serve the ones that work: the looker looks into
PostgreSQL by itself, the keeper renews leases and ends overdue runs.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import redis
from django.db import DatabaseError, InterfaceError, connections

from botbackend.outbox import execution, leases
from botbackend.outbox.claims import HEARTBEAT_SECONDS, Claim
from botbackend.outbox.models import Heartbeat
from botbackend.outbox.processes import announcements, heartbeats
from botbackend.outbox.processes.deadlines import Runs

log = logging.getLogger(__name__)

OUTAGES = (DatabaseError, InterfaceError)
CLAIM_AT_ONCE = 10
LOOK_SECONDS = 2.0  # announces what is due: the dispatcher does so, unless it is away
LOOK_SECONDS_WITHOUT_REDIS = 0.3  # no job can come: claims what is due
TICK_SECONDS = 0.5


class Runner:
    """The tasks of one queue in one process, at most `threads` at a time."""

    def __init__(self, queue: str, threads: int) -> None:
        self.queue = queue
        self.threads = threads
        self.name = heartbeats.process_name(f"worker-{queue}")
        self.redis_ok = False
        self._runs = Runs()
        self._free = threads
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._look = threading.Event()
        # Twice as many: the thread of a job waits for those of its tasks.
        self._pool = ThreadPoolExecutor(2 * threads, thread_name_prefix=queue)
        self._helpers = [threading.Thread(target=job, daemon=True) for job in (self._looker, self._keeper)]
        self._seat = threading.local()

    def start(self) -> None:
        """Begin to look for work."""
        for helper in self._helpers:
            helper.start()

    def look(self) -> None:
        """Something may be due: look as soon as a thread is free."""
        self._look.set()

    def close(self) -> None:
        """Claim nothing more."""
        self._stopping.set()
        self._look.set()

    def stop(self, grace: float) -> bool:
        """Claim nothing more and give running tasks `grace` seconds; True if all ended.

        Those that did not are claimable by others from then on, and can commit nothing any more.
        """
        self.close()
        with self._changed:
            all_ended = self._changed.wait_for(lambda: self._free == self.threads, grace)
        self._ended.set()
        try:
            leases.abandon(self._runs.claims())
            heartbeats.farewell(self.name)
        except OUTAGES:
            log.warning("could not sign off; the leases will lapse")
        connections.close_all()
        return all_ended

    # --- room: whoever claims a task has taken a seat for it before -------------------------------------

    def take_seats(self, wanted: int, seconds: float = 0) -> int:
        """Take up to so many as soon as one is free; 0 if none is within `seconds`, or when stopping."""
        with self._changed:
            self._changed.wait_for(lambda: self._free > 0, seconds)
            taken = 0 if self._stopping.is_set() else min(wanted, self._free)
            self._free -= taken
        return taken

    def give_seats(self, number: int) -> None:
        """Give so many back."""
        with self._changed:
            was_full = self._free == 0
            self._free += number
            self._changed.notify_all()
        if was_full and not self.redis_ok:
            self._look.set()

    # --- jobs -------------------------------------------------------------------------------------------

    def in_thread(self, job: Callable[[], None]) -> Future[None]:
        """Let a job run in a thread of its own, on the seat that the caller took for it."""
        return self._pool.submit(self._seated, job)

    def _seated(self, job: Callable[[], None]) -> None:
        self._seat.taken = True
        try:
            job()
        finally:
            self._leave_seat()

    def _leave_seat(self) -> None:
        if self._seat.taken:
            self._seat.taken = False
            self.give_seats(1)

    def run(self, task_ids: Sequence[int]) -> list[str]:
        """Run as many tasks as were announced, if they are to be had; returns what went wrong with which.

        Which ones they are is asked now: jobs stand in Redis in the order in which they were made, and would
        let a salon that floods go first. The tasks that a job names it so runs itself or finds done.

        Called by a job in its thread. One task runs on the job's own seat, the others beside it as far as
        there are seats; nothing waits for a slow one that belongs to another job.
        """
        left, others, failed = len(task_ids), list[Future[list[str]]](), list[str]()
        try:
            while left and not self._stopping.is_set():
                wanted = 1 + self.take_seats(left - 1)
                own, more = self._claim(wanted)
                left = left - wanted if own else 0
                others += [self._pool.submit(self._work, claim) for claim in more]
                if own:
                    failed += self._run(own)
        finally:
            self._leave_seat()
            failed += [reason for other in others for reason in other.result()]
        return failed

    def _claim(self, wanted: int) -> tuple[Claim | None, list[Claim]]:
        """Claim so many tasks, whose seats are taken; gives back those that are not needed."""
        claims: list[Claim] = []
        try:
            claims = leases.claim_due(self.queue, wanted)
        finally:
            connections.close_all()
            self.give_seats(wanted - max(1, len(claims)))
        return (claims[0], claims[1:]) if claims else (None, [])

    # --- working ----------------------------------------------------------------------------------------

    def _work(self, claim: Claim) -> list[str]:
        """Run the task on a seat of its own; returns what went wrong."""
        try:
            return self._run(claim)
        except BaseException:
            log.exception("a worker thread failed")
            return ["a worker thread failed"]
        finally:
            self.give_seats(1)

    def _run(self, claim: Claim) -> list[str]:
        """Run the task, and then what waited for its end or stands in line, salons in turn.

        Where a salon has as many running as it may, nobody announces its next task anew: this is where it
        comes from.
        """
        failed = list[str]()
        with _no_connection_kept():
            following: Claim | None = claim
            while following is not None:
                if reason := self._run_one(following):
                    failed.append(following.failed(reason))
                following = self._next(following)
        return failed

    def _run_one(self, claim: Claim) -> str:
        reasons = list[str]()
        if not self._runs.run(claim, lambda claim: reasons.append(execution.execute(claim))):
            return execution.note_interruption(claim)
        return reasons[0]

    def _next(self, done: Claim) -> Claim | None:
        if not (done.has_follower or done.leaves_more) or self._stopping.is_set():
            return None
        try:
            return leases.claim_next(done)
        except OUTAGES as error:
            log.warning("PostgreSQL does not answer: %s", type(error).__name__)
            return None

    # --- looking ----------------------------------------------------------------------------------------

    def _looker(self) -> None:
        while not self._stopping.is_set():
            self._look.wait(LOOK_SECONDS if self.redis_ok else LOOK_SECONDS_WITHOUT_REDIS)
            self._look.clear()
            try:
                with _no_connection_kept():
                    self._look_once()
            except OUTAGES as error:
                log.warning("PostgreSQL does not answer: %s", type(error).__name__)
                self._stopping.wait(TICK_SECONDS)

    def _look_once(self) -> None:
        try:
            if self.redis_ok:
                for queue, tasks in announcements.mark_due(queues=[self.queue]).items():
                    announcements.enqueue(queue, tasks)
                return
        except redis.RedisError:
            log.warning("Redis takes no jobs, looking into PostgreSQL instead")
        while self._claim_some():
            pass

    def _claim_some(self) -> bool:
        """Claim what there are seats for; True if there may be more."""
        seats = self.take_seats(CLAIM_AT_ONCE)
        claims: list[Claim] = []
        try:
            claims = leases.claim_due(self.queue, seats) if seats else []
        finally:
            self.give_seats(seats - len(claims))
        for claim in claims:
            self._pool.submit(self._work, claim)
        return bool(seats) and len(claims) == seats

    # --- keeping ----------------------------------------------------------------------------------------

    def _keeper(self) -> None:
        beat_at = float("-inf")
        while not self._ended.wait(TICK_SECONDS):
            self._runs.interrupt_overdue()
            if time.monotonic() - beat_at < HEARTBEAT_SECONDS:
                continue
            try:
                with _no_connection_kept():
                    self._beat()
                beat_at = time.monotonic()
            except OUTAGES as error:
                log.warning("could not renew the leases: %s", type(error).__name__)

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


@contextmanager
def _no_connection_kept() -> Iterator[None]:
    """Give the thread's connection back to the pool afterwards."""
    try:
        yield
    finally:
        connections.close_all()
