"""NOTIFY: tells the dispatcher that something is due now. Losing one costs a poll interval, never a task."""

import threading
import time

from django.db import connection, transaction

CHANNEL = "outbox"
THROTTLE_SECONDS = 0.25  # half of the time that the dispatcher looks again and again after one

_lock = threading.Lock()
_last = 0.0


def after_commit() -> None:
    """Notify once the current transaction is committed (at once without one).

    Not inside it: PostgreSQL lets only one notifying transaction commit at a time, flush to disk included,
    which would make every webhook wait for the others. Throttled, because one notification makes the
    dispatcher look at everything that is due, and look again shortly after.
    """
    transaction.on_commit(_notify, robust=True)


def _notify() -> None:
    global _last
    with _lock:
        now = time.monotonic()
        if 0 <= now - _last < THROTTLE_SECONDS:
            return
        _last = now
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
