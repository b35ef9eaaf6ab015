"""/health within about a second, whatever hangs: looked at in threads, remembered for two seconds."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from typing import Any

from django.db import connection

from botbackend.health import registry
from botbackend.health.findings import (
    DEGRADED,
    DOWN,
    OK,
    Finding,
    look_at_claude,
    look_at_database,
    look_at_keys,
    look_at_queue,
    look_at_redis,
    look_at_sheets,
    look_at_strays,
)

DEADLINE_SECONDS = 1.5
CACHE_SECONDS = 2.0
Findings = dict[str, Finding]
_LOOKS: dict[str, Callable[[], Finding]] = {
    "keys": look_at_keys,
    "claude": look_at_claude,
    "sheets": look_at_sheets,
    "queue": look_at_queue,
    "events": look_at_strays,
}
_UNKNOWN = Finding(DEGRADED, "not known while the database does not answer")


def _looks() -> dict[str, Callable[[], Finding]]:
    return {**_LOOKS, **registry.looks_of_health()}


def _stored() -> Findings:
    """Look at everything that PostgreSQL knows, on a connection of this thread."""
    try:
        found = {"database": look_at_database()}
        if found["database"].status != OK:
            return found
        return found | {name: look() for name, look in _looks().items()}
    except Exception as error:  # went away in between
        return {"database": Finding(DOWN, f"no answer ({type(error).__name__})")}
    finally:
        connection.close()


def _redis() -> Findings:
    return {"redis": look_at_redis()}


class _Health:
    """One look at a time: what still hangs is waited for again, not started again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._running: dict[str, Future[Findings]] = {}
        self._cached: tuple[float, Findings] | None = None

    def forget(self) -> None:
        with self._lock:
            self._cached = None

    def findings(self) -> Findings:
        with self._lock:
            if self._cached is not None and time.monotonic() < self._cached[0]:
                return self._cached[1]
            found = self._look()
            self._cached = (time.monotonic() + CACHE_SECONDS, found)
            return found

    def _look(self) -> Findings:
        # Made here and not at import: threads do not survive the fork of gunicorn's workers.
        self._pool = self._pool or ThreadPoolExecutor(2, thread_name_prefix="health")
        deadline = time.monotonic() + DEADLINE_SECONDS
        looks: dict[str, Callable[[], Findings]] = {"database": _stored, "redis": _redis}
        found: Findings = dict.fromkeys(("database", "redis", *_looks()), _UNKNOWN)
        for name, look in looks.items():
            # One that hung and came back meanwhile tells of the past.
            if name not in self._running or self._running[name].done():
                self._running[name] = self._pool.submit(look)
        for name in looks:
            try:
                found |= self._running[name].result(max(0.0, deadline - time.monotonic()))
                del self._running[name]
            except Late:
                found[name] = Finding(DOWN, f"no answer within {DEADLINE_SECONDS} s")
        return found


_health = _Health()


def forget_cache() -> None:
    """Look anew at the next question."""
    _health.forget()


def health(*, with_names: bool) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the body of /health; without names it tells of salons by number and state.

    Only the database is fatal (503): without it no message can be taken in. Everything else is "degraded":
    messages are kept and answered later, or more simply, and a load balancer must go on sending them here.
    """
    found = _health.findings()
    if found["database"].status == DOWN:
        status = DOWN
    else:
        status = OK if all(finding.status == OK for finding in found.values()) else DEGRADED
    details = {
        name: finding.detail if with_names else finding.public or finding.detail
        for name, finding in found.items()
        if finding.detail
    }
    checks = {name: finding.status for name, finding in found.items()}
    body: dict[str, Any] = {"status": status, "checks": checks, "details": details}
    return (503 if status == DOWN else 200), body


def readiness() -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the body of /health/ready: 503 unless requests may be sent here.

    Stricter than /health: with the keys of another installation this process would answer nonsense, so a
    rolling update has to stop at it. What only delays replies (Redis, Claude, Google) does not count.
    """
    found = _health.findings()
    checks = {name: found[name].status for name in ("database", "keys")}
    ready = all(status == OK for status in checks.values())
    return (200 if ready else 503), {"status": OK if ready else DOWN, "checks": checks}
