"""Request ceilings per minute or another window, shared by all processes through Redis.

Exact sliding windows: the times of the last requests are kept, not a counter that forgets at the turn
of a minute. While Redis is away each process counts alone, and never waits for it; it begins with what it has
let pass before.
"""

import ipaddress
import math
import threading
import time
import uuid
from collections import deque

import redis
from django.conf import settings
from django.http import HttpRequest

from botbackend.lib.redis_client import redis_client

WINDOW_SECONDS = 60.0
REDIS_TIMEOUT_SECONDS = 0.2
REDIS_PAUSE_SECONDS = 5.0
MAX_LOCAL_BUCKETS = 10_000

_SCRIPT = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('EXPIRE', KEYS[1], math.ceil(tonumber(ARGV[2])) + 1)
  return '0'
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return tostring(tonumber(oldest[2]) + tonumber(ARGV[2]) - now)
"""


class _LocalWindows:
    """The same windows inside one process: of what it let pass, for the time Redis is away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hits: dict[str, deque[float]] = {}

    def wait(self, bucket: str, limit: int, within: float) -> float:
        now = time.monotonic()
        with self._lock:
            if bucket not in self._hits and len(self._hits) >= MAX_LOCAL_BUCKETS:
                self._hits.clear()  # a flood of addresses must not eat the memory
            hits = self._hits.setdefault(bucket, deque())
            while hits and hits[0] <= now - within:
                hits.popleft()
            if len(hits) < limit:
                hits.append(now)
                return 0.0
            return hits[0] + within - now


_local = _LocalWindows()
_redis_again_at = 0.0


def seconds_to_wait(bucket: str, *, limit: int, alone: int = 0, within: float = WINDOW_SECONDS) -> float:
    """Count one request; 0.0 = go on, otherwise the seconds until the next one is welcome.

    Refused requests do not count, so waiting as told always helps. `alone` is the limit of one process
    while Redis is away and the others cannot be seen; 0 = the same. What this process let pass it remembers
    too: else one slow answer of Redis would give whoever guesses passwords all attempts anew.
    """
    global _redis_again_at
    name = f"{settings.THROTTLE_PREFIX}{bucket}"
    if time.monotonic() >= _redis_again_at:
        try:
            return _redis_wait(name, limit, within) or _local.wait(name, limit, within)
        except (redis.RedisError, OSError, ValueError):
            _redis_again_at = time.monotonic() + REDIS_PAUSE_SECONDS
    return _local.wait(name, alone or limit, within)


def _redis_wait(name: str, limit: int, within: float) -> float:
    client = redis_client(timeout=REDIS_TIMEOUT_SECONDS)
    answer = client.eval(_SCRIPT, 1, name, str(limit), str(within), uuid.uuid4().hex)
    return float(answer)


def wait_after_wrong(request: HttpRequest, door: str) -> int:
    """Count a secret that opened nothing at this door; returns the seconds its address has to wait, or 0.

    To be asked once it is known to be wrong: good ones pass from an address that guesses.
    """
    bucket = f"{door}:{client_address(request)}"
    return math.ceil(seconds_to_wait(bucket, limit=settings.ANONYMOUS_REQUESTS_PER_MINUTE))


def client_address(request: HttpRequest) -> str:
    """Return whom to count: the peer, or what our proxy saw; one IPv6 network counts as one."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.BEHIND_PROXY and forwarded:
        address = forwarded.rsplit(",", 1)[-1].strip()  # only the last entry was written by our proxy
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped  # all of those lie in one /64
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
