"""What now is; for answers that are to be compared the clock can be stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_stopped: ContextVar[datetime | None] = ContextVar("stopped_clock", default=None)


def current_time() -> datetime:
    """Return the present moment (aware), or the one at which the clock is stopped around here."""
    return _stopped.get() or timezone.now()


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Let what goes by the present go by one aware moment. Deadlines, leases and stamps of rows are real."""
    token = _stopped.set(at)
    try:
        yield
    finally:
        _stopped.reset(token)
