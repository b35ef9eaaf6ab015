"""A worker process: an RQ worker of one queue that runs many jobs at once, each in a thread.

RQ alone loses or stalls work when processes die or Redis is flushed, so nothing depends on it: tasks are
claimed in PostgreSQL, and while Redis is away the runner claims what is due without any job.
"""

import logging
import os
import signal
import socket
import threading
import time
from concurrent.futures import Future, wait
from types import FrameType
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from rq import Queue
from rq.exceptions import DequeueTimeout
from rq.job import Job
from rq.suspension import is_suspended
from rq.timeouts import BaseDeathPenalty
from rq.worker import BaseWorker, WorkerStatus

from botbackend.lib import service_notices
from botbackend.lib.postgres.hosts import FollowingConnection
from botbackend.outbox import execution, leases, registry
from botbackend.outbox.processes.runner import Runner

log = logging.getLogger(__name__)

# SIGTERM to the end of the process: GRACE_SECONDS, plus a moment for one wait on Redis and for signing off.
GRACE_SECONDS = 15.0
REDIS_PAUSE_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0
SHOWN_SECONDS = 45  # how long RQ's pages go on showing a worker that was killed
_runner: Runner | None = None


class TasksFailed(Exception):
    """Some tasks of a job went wrong; the message says which, and why."""


def run_tasks(task_ids: list[int]) -> None:
    """The RQ job: run those of the tasks that nobody else has. Raises TasksFailed.

    A worker of another class runs them one after the other, without renewing their leases.
    """
    if _runner is not None:
        failed = _runner.run(task_ids)
    else:
        claims = leases.claim_these(task_ids)
        failed = [claim.failed(reason) for claim in claims if (reason := execution.execute(claim))]
    if failed:
        raise TasksFailed("; ".join(failed))


class NoDeathPenalty(BaseDeathPenalty):
    """RQ's time limit, switched off: every task has its own deadline (see deadlines.py)."""

    def setup_death_penalty(self) -> None:
        """Nothing to set up."""

    def cancel_death_penalty(self) -> None:
        """Nothing to take back."""


class ThreadWorker(BaseWorker):
    """`manage.py rqworker QUEUE`.

    Overrides of RQ's worker: `work` and `execute_job`, which a worker class has to bring; `bootstrap`,
    `subscribe` and the two timeouts. All its book-keeping is RQ's own.
    """

    death_penalty_class = NoDeathPenalty
    log_result_lifespan = False
    dequeue_timeout = 1  # seconds; how long a stop request may go unnoticed
    connection_timeout = 4  # seconds; the same for a Redis that hangs

    def __init__(self, queues: Any, name: str | None = None, **options: Any) -> None:
        # prepare_for_work asks Redis, which may be away when the process starts.
        options |= {"prepare_for_work": False, "job_monitoring_interval": 15, "maintenance_interval": 20}
        options["log_job_description"] = False
        super().__init__(queues, name, **options)
        self._stopping = threading.Event()
        self._jobs: set[Future[None]] = set()
        self._beat_at = float("-inf")
        self._runner: Runner

    def work(self, burst: bool = False, *args: Any, **options: Any) -> bool:
        """Serve one queue until SIGTERM or SIGINT, or (burst) until it is empty."""
        global _runner
        queue, *more = self.queue_names()
        if more:  # a worker on several can lose a job, and a slow one would delay the others
            raise CommandError("name one queue; every queue has a worker of its own")
        threads = settings.WORKER_THREADS[queue]
        use_pool(min(threads + 3, settings.WORKER_CONNECTIONS))
        registry.preload(queue)
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self.request_stop)
        # Else a line per attempt while PostgreSQL is away.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        self._runner = _runner = Runner(queue, threads)
        self.name = self._runner.name
        self._runner.start()
        service_notices.tell_ready()
        while not self._stopping.is_set():
            self._serve_while_redis_answers(burst)
        self._end()
        return True

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Take no more jobs; those that run have GRACE_SECONDS."""
        self._stopping.set()

    def bootstrap(self, *args: Any, **options: Any) -> None:
        """Register this process, also if an outage of Redis left it there."""
        self.hostname, self.pid = socket.gethostname(), os.getpid()
        self.ip_address = str(self.connection.client_info()["addr"])
        self.connection.delete(self.key)
        super().bootstrap(logging_level="WARNING")

    def subscribe(self) -> None:
        """No commands over Redis: the thread that waits for them would outlive each outage."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Let the job run in a thread, on the seat that was taken for it."""
        future = self._runner.in_thread(lambda: self._perform(job, queue))
        self._jobs.add(future)
        future.add_done_callback(self._jobs.discard)

    def _perform(self, job: Job, queue: Queue) -> None:
        try:
            self.perform_job(job, queue, self.prepare_execution(job))
            if not self.executions:
                self.set_state(WorkerStatus.IDLE)
        except redis.RedisError as error:
            log.warning("Redis took no note of a job: %s", type(error).__name__)
        except Exception:  # of RQ's own book-keeping: PostgreSQL has the tasks, and the thread has other jobs
            log.exception("a job failed outside its tasks")
        finally:
            for key, running in list(self.executions.items()):
                if running.job_id == job.id:  # RQ keeps it if Redis went away meanwhile
                    self.executions.pop(key, None)

    # --- the loop ---------------------------------------------------------------------------------------

    def _serve_while_redis_answers(self, burst: bool) -> None:
        try:
            self.bootstrap()
            self._runner.redis_ok = True
            while not self._stopping.is_set():
                self._tidy()
                if is_suspended(self.connection):
                    self._stopping.wait(self.dequeue_timeout)
                elif not self._take_job(None if burst else self.dequeue_timeout) and burst:
                    self._stopping.set()
        except redis.RedisError as error:
            log.warning("Redis does not answer, looking into PostgreSQL instead: %s", type(error).__name__)
            self._lose_redis()
        except Exception:  # whatever it was, a worker that ends serves nobody: as if Redis were away
            log.exception("the loop of jobs failed and starts again")
            self._lose_redis()

    def _lose_redis(self) -> None:
        self._runner.redis_ok = False
        self._runner.look()
        self._stopping.wait(REDIS_PAUSE_SECONDS)

    def _take_job(self, timeout: int | None) -> bool:
        """Take a job as soon as there is room for it; False if there was none to take."""
        if not self._runner.take_seats(1, self.dequeue_timeout):
            return True
        found = None
        try:
            found = self.queue_class.dequeue_any(
                self.queues,
                timeout,
                connection=self.connection,
                job_class=self.job_class,
                serializer=self.serializer,
                death_penalty_class=self.death_penalty_class,
            )
        except DequeueTimeout:
            return False
        finally:
            if found is None:
                self._runner.give_seats(1)
        if found is not None:
            self.execute_job(*found)
        return found is not None

    def _tidy(self) -> None:
        if time.monotonic() - self._beat_at < HEARTBEAT_SECONDS:
            return
        self._beat_at = time.monotonic()
        self.heartbeat(SHOWN_SECONDS)
        for running in list(self.executions.values()):
            self.maintain_heartbeats(running.job, running)
        if self.should_run_maintenance_tasks:
            self.run_maintenance_tasks()  # type: ignore[no-untyped-call]  # RQ leaves it untyped

    def _end(self) -> None:
        until = time.monotonic() + GRACE_SECONDS
        self._runner.close()
        wait(set(self._jobs), timeout=GRACE_SECONDS)
        all_ended = self._runner.stop(max(0.0, until - time.monotonic()))
        try:
            self.teardown()  # type: ignore[no-untyped-call]  # RQ leaves it untyped
        except redis.RedisError:
            log.warning("could not sign off from Redis; it forgets this worker by itself")
        if not all_ended:
            log.warning("some tasks did not end in time; others will run them again")
            logging.shutdown()
            os._exit(0)  # threads that did not end in time must not hold up the process


def use_pool(connections_wanted: int) -> None:
    """Let the threads of this process share a few PostgreSQL connections; before the first query only.

    Not for processes that fork: a pool must not cross a fork.
    """
    database = connections.settings["default"]
    database["CONN_MAX_AGE"] = 0
    database["OPTIONS"] = {
        **database["OPTIONS"],
        "pool": {
            "min_size": 1,
            "max_size": connections_wanted,
            "timeout": 10.0,
            "max_idle": 60.0,
            "reconnect_timeout": 5.0,
            "connection_class": FollowingConnection,
        },
    }
