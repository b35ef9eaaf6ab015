"""How much an account may ask of Google: windows and rests shared by all processes through Redis.

Nobody waits here: who may not ask now is told for how long, and does something else meanwhile.
"""

import random
import time

import redis
from django.conf import settings

from botbackend.lib.redis_client import redis_client
from projects.throttles import REDIS_TIMEOUT_SECONDS, WINDOW_SECONDS, seconds_to_wait
from sheets.google.accounts import Account
from sheets.google.errors import GoogleError

ACCOUNTS_PER_PROJECT = 5  # Google's limit of a project is five times that of an account
PROCESSES = 4  # share the quota while Redis is away and each counts alone
RESTS = (15.0, 30.0, 60.0, 120.0)
STRIKES_SECONDS = 300
UNASKED_SHARE = 0.6  # of the reads may go to looking around; what clients and staff wait for has the rest
_rests: dict[str, float] = {}  # address -> until when (monotonic) this process leaves it alone


class QuotaWait(GoogleError):
    """The account has to wait; nothing was asked of Google, and nobody failed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "the account's requests of this minute are used up", permanent=False, wait_seconds=seconds
        )


def reserve(account: Account, kind: str) -> None:
    """Count one request of `kind` (read, write or drive). Raises QuotaWait instead of waiting."""
    limit = settings.GOOGLE_REQUESTS_PER_MINUTE * (10 if kind == "drive" else 1)
    shared = f"google:{account.google_project}:{kind}", limit * ACCOUNTS_PER_PROJECT
    for bucket, size in ((f"google:{account.email}:{kind}", limit), shared):
        seconds = _rest_of(account) or seconds_to_wait(bucket, limit=size, alone=-(-size // PROCESSES))
        if seconds > 0:
            raise QuotaWait(seconds)


def has_room(account: Account) -> bool:
    """Tell whether a read that nobody waits for may be asked: the last ones are kept for visits."""
    name, now = f"{settings.THROTTLE_PREFIX}google:{account.email}:read", time.time()
    try:
        spent = redis_client(timeout=REDIS_TIMEOUT_SECONDS).zcount(name, now - WINDOW_SECONDS, "+inf")
    except (redis.RedisError, OSError):
        return True
    return int(str(spent)) < settings.GOOGLE_REQUESTS_PER_MINUTE * UNASKED_SHARE and not _rest_of(account)


def rest(account: Account) -> float:
    """Leave the account alone for a while, longer each time in a row; returns the seconds."""
    strikes = 1
    try:
        client = redis_client(timeout=REDIS_TIMEOUT_SECONDS)
        strikes = int(str(client.incr(f"{_key(account)}:strikes")))
        client.expire(f"{_key(account)}:strikes", STRIKES_SECONDS)
        seconds = _spread(RESTS[min(strikes, len(RESTS)) - 1])
        client.set(_key(account), "1", px=int(seconds * 1000))
    except (redis.RedisError, OSError):
        seconds = _spread(RESTS[0])
    _rests[account.email] = time.monotonic() + seconds
    return seconds


def _rest_of(account: Account) -> float:
    here = _rests.get(account.email, 0.0) - time.monotonic()
    if here > 0:
        return here
    try:
        told = redis_client(timeout=REDIS_TIMEOUT_SECONDS).pttl(_key(account))
    except (redis.RedisError, OSError):
        return 0.0
    return max(0.0, float(str(told)) / 1000)


def _key(account: Account) -> str:
    return f"{settings.THROTTLE_PREFIX}google:{account.email}:rest"


def _spread(seconds: float) -> float:
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311  # not everybody at the same moment
