"""NOTIFY: tells the dispatcher that something is due now, and who waits for a run that it is over.

Losing one costs a poll interval, never a task.
"""

import threading
import time

from django.db import connection, transaction

CHANNEL = "outbox"
ENDED = "outbox_ended"  # of handlers that tell the end of their runs; the payload is the key
THROTTLE_SECONDS = 0.25  # half of the time that the dispatcher looks again and again after one

_lock = threading.Lock()
_last = 0.0


def after_commit() -> None:
    """Notify once the current transaction is committed (at once without one).

    Not inside it: PostgreSQL lets only one notifying transaction commit at a time, flush to disk included,
    which would make every webhook wait for the others. Throttled, because one notification makes the
    dispatcher look at everything that is due, and look again shortly after.
    """
    if not _was_just_sent() or connection.in_atomic_block:
        transaction.on_commit(_notify, robust=True)


def _was_just_sent() -> bool:
    return 0 <= time.monotonic() - _last < THROTTLE_SECONDS


def _notify() -> None:
    global _last
    with _lock:
        if _was_just_sent():
            return
        _last = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def tell_end(key: str) -> None:
    """A run of this key is over, when the current transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [ENDED, key])
