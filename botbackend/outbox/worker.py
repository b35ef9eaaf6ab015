"""A worker process: an RQ worker of one queue whose jobs are wake-ups for a runner of many threads.

RQ alone loses or stalls work when processes die or Redis is flushed, so nothing depends on it: a wake-up
that never comes costs the seconds until the runner looks into PostgreSQL by itself.
"""

import logging
import os
import signal
import threading
from types import FrameType

import redis
from django.db import connections
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout
from rq.job import Job

from botbackend.outbox import redis_wakeups, registry
from botbackend.outbox.runner import Runner

log = logging.getLogger(__name__)

# SIGTERM to the end of the process: GRACE_SECONDS, plus a moment for one wait on Redis and for signing off.
GRACE_SECONDS = 15.0
REDIS_PAUSE_SECONDS = 1.0
_runner: Runner | None = None


def wake(queue: str) -> None:
    """The RQ job. Run by a foreign worker it does nothing; the dispatcher sends another."""
    if _runner is not None and _runner.queue == queue:
        _runner.look()


class WakeUpWorker(SimpleWorker):
    """Performs jobs in its own process and thread: they only set a flag, and 200 turns share one process."""

    dequeue_timeout = 1  # seconds; how long a stop request may go unnoticed
    connection_timeout = 4  # seconds; the same for a Redis that hangs

    def subscribe(self) -> None:
        """No commands over Redis: the thread that waits for them would outlive each outage."""

    def serve(self, runner: Runner, stopping: threading.Event) -> None:
        """Take jobs until `stopping`. Raises redis.RedisError as soon as Redis does not answer."""
        self.bootstrap(logging_level=None)
        try:
            runner.redis_ok = True
            runner.look()
            while not stopping.is_set():
                if runner.wait_for_room(self.dequeue_timeout):
                    self._take_one()
                self._tidy()
        finally:
            runner.redis_ok = False
            self.teardown()  # type: ignore[no-untyped-call]  # RQ leaves it untyped

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Perform it and drop it. A wake-up has no result, no failure and no dependants to note: RQ's own
        book-keeping is some thirty commands, which costs more than the look that it asks for."""
        job.perform()
        with self.connection.pipeline(transaction=False) as pipe:
            pipe.lrem(queue.intermediate_queue_key, 1, job.id)
            pipe.delete(job.key)
            pipe.execute()

    def _take_one(self) -> None:
        try:
            found = Queue.dequeue_any(self.queues, self.dequeue_timeout, connection=self.connection)
        except DequeueTimeout:
            found = None
        if found is not None:
            self.execute_job(*found)

    def _tidy(self) -> None:
        if self.should_run_maintenance_tasks:
            self.heartbeat()
            self.run_maintenance_tasks()  # type: ignore[no-untyped-call]  # RQ leaves it untyped


def _connect(queue: str, name: str) -> WakeUpWorker:
    # Its own client: the timeout must exceed the wait for a job.
    client = redis_wakeups.connect(WakeUpWorker.connection_timeout)
    client.delete(WakeUpWorker.redis_worker_namespace_prefix + name)  # left there by an outage
    return WakeUpWorker(
        [Queue(queue, connection=client)],
        name=name,
        connection=client,
        maintenance_interval=20,
        worker_ttl=45,
    )


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
        },
    }


def work(queue: str, *, threads: int, database_connections: int) -> int:
    """Serve one queue until SIGTERM or SIGINT; returns the exit code."""
    global _runner
    use_pool(database_connections)
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(
        logging.ERROR
    )  # else a line per attempt while PostgreSQL is away
    registry.preload(queue)
    _runner = runner = Runner(queue, threads)
    runner.start()
    while not stopping.is_set():
        _listen_to_redis(runner, stopping)
    if not runner.stop(GRACE_SECONDS):
        log.warning("some tasks did not end in time; others will run them again")
    logging.shutdown()
    os._exit(0)  # threads that did not end in time must not hold up the process


def _listen_to_redis(runner: Runner, stopping: threading.Event) -> None:
    try:
        _connect(runner.queue, runner.name).serve(runner, stopping)
    except redis.RedisError as error:
        log.warning("Redis does not answer, looking into PostgreSQL instead: %s", type(error).__name__)
        stopping.wait(REDIS_PAUSE_SECONDS)
    except Exception:
        log.exception("the wake-up loop failed and starts again")
        stopping.wait(REDIS_PAUSE_SECONDS)
