"""From where a page that only shows is read: the replica while it keeps up, else the primary.

Nothing is read from a replica unless it is asked for by `shown`: what decides something - the rules of
booking, the bot, a form that is about to be saved - always sees the primary.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connections

log = logging.getLogger(__name__)

PRIMARY, REPLICA = "default", "replica"
# The dispatcher commits a sign of life every five seconds: what was replayed last is not older than that on
# a replica that keeps up, however quiet the salons are.
MOST_BEHIND_SECONDS = 10.0
LOOK_SECONDS = 2.0
AWAY_SECONDS = 15.0  # that one which failed is left alone
# So long whoever changed something is shown the primary; the rest is for clocks that differ.
OWN_CHANGE_SECONDS = int(MOST_BEHIND_SECONDS + LOOK_SECONDS) + 8
_BEHIND = """
    SELECT pg_is_in_recovery(),
           EXTRACT(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8
"""
T = TypeVar("T")
_reading: ContextVar[str] = ContextVar("reading", default=PRIMARY)
_owns_change: ContextVar[bool] = ContextVar("owns_change", default=False)


def alias() -> str:
    """Return the connection to read from at this moment."""
    return _reading.get()


def shown(read: Callable[[], T]) -> T:
    """Return what `read` does with `alias()` naming the replica, if that serves; else with the primary.

    It is called once more with the primary when the replica fails it, so it must only read.
    """
    if REPLICA not in settings.DATABASES or _owns_change.get() or not watch.keeps_up():
        return read()
    token = _reading.set(REPLICA)
    try:
        return read()
    except (OperationalError, InterfaceError) as error:
        watch.leave_alone(error)
    finally:
        _reading.reset(token)
    return read()


@contextmanager
def primary_only() -> Iterator[None]:
    """Read from the primary in here, whoever asks: for whoever just changed something."""
    token = _owns_change.set(True)
    try:
        yield
    finally:
        _owns_change.reset(token)


def seconds_behind() -> float | None:
    """Return how old the last commit is that the replica has; None if it is none. Raises DatabaseError."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(_BEHIND)
        is_replica, seconds = cursor.fetchone()
    return seconds if is_replica else None


class Watch:
    """Looks now and then whether the replica keeps up; whoever asks meanwhile is told what was seen last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keeps_up = False
        self._until = float("-inf")

    def keeps_up(self) -> bool:
        """Tell whether the replica may be read. Costs it a statement in LOOK_SECONDS."""
        if time.monotonic() >= self._until and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._keeps_up

    def leave_alone(self, error: Exception) -> None:
        """It failed somebody: read from the primary for a while."""
        self._turn(keeps_up=False, why=type(error).__name__)
        self._until = time.monotonic() + AWAY_SECONDS

    def forget(self) -> None:
        """Look again at once; for tests."""
        self._keeps_up, self._until = False, float("-inf")

    def _look(self) -> None:
        try:
            behind = seconds_behind()
        except (DatabaseError, InterfaceError) as error:
            self.leave_alone(error)
            return
        keeps_up = behind is not None and behind <= MOST_BEHIND_SECONDS
        self._turn(keeps_up=keeps_up, why="is none" if behind is None else f"is {behind:.0f} s behind")
        self._until = time.monotonic() + LOOK_SECONDS

    def _turn(self, *, keeps_up: bool, why: str) -> None:
        if self._keeps_up and not keeps_up:
            log.warning("pages are read from the primary, because of the replica: %s", why)
        self._keeps_up = keeps_up


watch = Watch()
