"""Whole requests stand in lines, one of each sender; free threads serve the lines in turn."""

import threading
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Lines:
    """Threads that serve what waits, senders in turn: who has fewest in work, then who waits longest."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads)
        self._free = threads
        self._most = max(1, threads - 1)
        self._lock = threading.Lock()
        self._lines: dict[bytes, deque[Callable[[], None]]] = {}  # the one served longest ago comes first
        self._in_work: Counter[bytes] = Counter()

    def put(self, sender: bytes, job: Callable[[], None]) -> None:
        """Serve it as soon as it is the sender's turn."""
        with self._lock:
            self._lines.setdefault(sender, deque()).append(job)
        self._serve()

    def shutdown(self, wait: bool, *, cancel_futures: bool) -> None:
        """Take nothing more."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)

    def _serve(self) -> None:
        with self._lock:
            while self._free and (sender := self._next()) is not None:
                self._free -= 1
                self._in_work[sender] += 1
                self._threads.submit(self._work, sender, self._take(sender))

    def _next(self) -> bytes | None:
        able = [sender for sender in self._lines if self._in_work[sender] < self._most]
        return min(able, key=lambda sender: self._in_work[sender], default=None)

    def _take(self, sender: bytes) -> Callable[[], None]:
        line = self._lines.pop(sender)
        job = line.popleft()
        if line:
            self._lines[sender] = line  # behind all others
        return job

    def _work(self, sender: bytes, job: Callable[[], None]) -> None:
        try:
            job()
        finally:
            with self._lock:
                self._free += 1
                self._in_work[sender] -= 1
                if not self._in_work[sender]:
                    del self._in_work[sender]
            self._serve()
