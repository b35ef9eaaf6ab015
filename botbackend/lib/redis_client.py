"""Connections to Redis with short timeouts, also when a sentinel has to be asked for the master."""

from functools import lru_cache

import redis
from django.conf import settings
from django_rq.connection_utils import get_redis_connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from botbackend.lib.redis_settings import connection_settings


@lru_cache(maxsize=8)
def _client(url: str, sentinels: tuple[str, ...], timeout: float) -> redis.Redis:
    client = get_redis_connection(connection_settings(url, sentinels, timeout))
    client.set_retry(Retry(NoBackoff(), 0))  # a second try would double the promised timeout
    return client


def redis_client(*, timeout: float) -> redis.Redis:
    """Return a shared, thread-safe client that gives up after `timeout` seconds.

    With REDIS_SENTINELS set, the host of REDIS_URL is the name of the master. Connecting happens at
    the first command, which raises redis.RedisError when nobody answers.
    """
    return _client(settings.REDIS_URL, tuple(settings.REDIS_SENTINELS), timeout)
