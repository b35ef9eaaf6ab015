"""Wake-ups through Redis: RQ jobs that say "something is due in this queue", nothing more.

PostgreSQL keeps what is due. A lost job is sent again by the dispatcher, a job too many finds nothing.
"""

import secrets
from functools import cache

import redis
from django.conf import settings
from rq import Queue
from rq.queue import EnqueueData

from botbackend.lib.redis_client import sentinel_master

# One job stands for so many due tasks, so that a burst spreads over the worker processes.
TASKS_PER_JOB = 10
JOB_SECONDS = 30
KEEP_SECONDS = 60  # an unread or failed wake-up is worth nothing soon
WAKE = "botbackend.outbox.worker.wake"


def connect(timeout: float) -> redis.Redis:
    """A client that gives up after `timeout` seconds and does not retry: its callers have PostgreSQL."""
    limits = {"socket_timeout": timeout, "socket_connect_timeout": min(timeout, 2.0)}
    if settings.REDIS_SENTINELS:
        return sentinel_master(settings.REDIS_URL, settings.REDIS_SENTINELS, limits)
    return redis.Redis.from_url(settings.REDIS_URL or "redis://127.0.0.1:1/0", **limits)


@cache
def _shared_client() -> redis.Redis:
    # One per process: a client per call costs a connection each, five times as slow.
    return connect(settings.REDIS_TIMEOUT_SECONDS)


def send(queue: str, tasks: int) -> None:
    """Wake the workers of a queue for so many due tasks. Raises redis.RedisError.

    Jobs that nobody has taken yet count: whoever takes one looks after now, and finds these tasks as well.
    """
    wanted = -(-tasks // TASKS_PER_JOB)
    target = Queue(queue, connection=_shared_client())
    if (missing := wanted - target.count) > 0:
        target.enqueue_many([_job(queue) for _ in range(missing)])


def _job(queue: str) -> EnqueueData:
    return Queue.prepare_data(
        WAKE,
        args=(queue,),
        job_id=f"wake-{queue}-{secrets.token_hex(8)}",
        timeout=JOB_SECONDS,
        ttl=KEEP_SECONDS,
        result_ttl=0,
        failure_ttl=KEEP_SECONDS,
        description=f"tasks are due in {queue}",
    )
