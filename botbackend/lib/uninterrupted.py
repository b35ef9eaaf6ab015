"""Sections in which no thread is struck by an exception from outside, as the outbox does it to overdue runs.

Taking a connection out of a pool and putting it back are such: struck between, the connection is nobody's and
its place in the pool is taken for good.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside: dict[int, int] = {}  # how deep each thread is in such sections


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Nothing strikes this thread in here; what was on its way strikes before."""
    thread = threading.get_ident()
    with _lock:
        _arrive()
        _inside[thread] = _inside.get(thread, 0) + 1
    try:
        yield
    finally:
        with _lock:
            _inside[thread] -= 1
            if not _inside[thread]:
                del _inside[thread]


def strike(thread: int, blow: Callable[[], None]) -> bool:
    """Do it to the thread unless it is in such a section; False if it is: try again later."""
    with _lock:
        if thread in _inside:
            return False
        blow()
        return True


def _arrive() -> None:
    """The interpreter looks for exceptions from outside when a function begins."""
