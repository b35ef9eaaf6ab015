"""The circuit breaker: after several failures in a row nobody asks Claude for a while, in any worker."""

import threading
import time
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from ai.claude.errors import BreakerOpen
from ai.models import Breaker

THRESHOLD = 5
OPEN_SECONDS = 30
CACHE_SECONDS = 1.0
_NAME = "claude"


class _Seen:
    """What this process last read."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.failures = 0
        self.open_until = 0.0  # epoch seconds
        self.read_at = float("-inf")
        self.changes = 0


_seen = _Seen()


def forget_cache() -> None:
    """Read the row anew at the next question."""
    with _seen.lock:
        _seen.read_at = float("-inf")
        _seen.changes += 1


def _look() -> None:
    with _seen.lock:
        if time.monotonic() - _seen.read_at < CACHE_SECONDS:
            return
        changes = _seen.changes
    # Without the lock: who reads may have to wait for a connection that somebody at the lock holds.
    row = Breaker.objects.filter(name=_NAME).first()
    with _seen.lock:
        _seen.failures = row.failures if row else 0
        _seen.open_until = row.open_until.timestamp() if row and row.open_until else 0.0
        if changes == _seen.changes:
            _seen.read_at = time.monotonic()


def is_open() -> bool:
    """Say whether Claude is left alone right now."""
    _look()
    return _seen.open_until > timezone.now().timestamp()


def check() -> None:
    """Raise BreakerOpen while it is open. When its time is over the next call is the probe."""
    if is_open():
        raise BreakerOpen("circuit open")


def succeeded() -> None:
    """Forget the failures."""
    if not _seen.failures:
        return
    Breaker.objects.filter(name=_NAME).update(failures=0, open_until=None, updated_at=timezone.now())
    forget_cache()


def failed() -> None:
    """Count a call that failed after its retries; the last of a row opens the circuit."""
    now = timezone.now()
    Breaker.objects.get_or_create(name=_NAME)
    Breaker.objects.filter(name=_NAME).update(failures=F("failures") + 1, updated_at=now)
    Breaker.objects.filter(name=_NAME, failures__gte=THRESHOLD).update(
        open_until=now + timedelta(seconds=OPEN_SECONDS)
    )
    forget_cache()
