"""Connections to Redis with short timeouts, also when a sentinel has to be asked for the master."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel


@lru_cache(maxsize=8)
def _client(url: str, sentinels: tuple[str, ...], timeout: float) -> redis.Redis:
    no_retry = Retry(NoBackoff(), 0)  # a second try would double the promised timeout
    if not sentinels:
        return redis.Redis.from_url(
            url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=no_retry
        )
    options = {"socket_timeout": timeout, "socket_connect_timeout": timeout}
    return sentinel_master(url, sentinels, options, retry=no_retry)


def sentinel_master(
    url: str, sentinels: Sequence[str], limits: Mapping[str, float], **options: Any
) -> redis.Redis:
    """Return a client of the master that the sentinels ("host:port") know under the name in `url`.

    `redis://:password@mymaster/0`; without a name it is "mymaster". `limits` hold for the sentinels too.
    """
    parts = urlsplit(url)
    hosts = [(host, int(port or 26379)) for host, _, port in (item.partition(":") for item in sentinels)]
    guard = Sentinel(hosts, sentinel_kwargs=dict(limits))  # type: ignore[no-untyped-call]  # redis-py's own
    master: redis.Redis = guard.master_for(  # type: ignore[no-untyped-call]  # redis-py's own
        parts.hostname or "mymaster",
        db=int(parts.path.strip("/") or 0),
        password=unquote(parts.password) if parts.password else None,
        **limits,
        **options,
    )
    return master


def redis_client(*, timeout: float) -> redis.Redis:
    """Return a shared, thread-safe client that gives up after `timeout` seconds.

    With REDIS_SENTINELS set, the host of REDIS_URL is the name of the master. Connecting happens at
    the first command, which raises redis.RedisError when nobody answers.
    """
    return _client(settings.REDIS_URL, tuple(settings.REDIS_SENTINELS), timeout)
