"""gunicorn's threads, in turn and for whole requests only: whoever sends slowly, much or often waits alone.

gunicorn's threads read a request themselves and wait for its bytes: eight clients who send slowly hold all
threads of two processes, and no message comes in. Here one thread watches the connections whose request is
not here yet; a request is looked at where the kernel keeps it, and handed to a thread once nothing of it is
missing. Large ones, which the kernel does not keep as a whole, have a thread of their own.

Whole requests stand in lines, one of each sender: a webhook's secret, an API key, and all people's pages
together. Free threads serve the lines in turn, and no line gets the last thread of a process.
"""

import logging
import re
import selectors
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from enum import Enum
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_log = logging.getLogger(__name__)
WHOLE_WITHIN_SECONDS = 15.0  # that a request may take to come in; SendPulse and proxies need milliseconds
LARGE_BYTES = 32 * 1024  # an event has some 3 KiB; a socket keeps at least 64
LARGE_AT_ONCE = 2
MOST_WAITING = 500  # connections of one process; the one that waits longest goes first
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_UNTOLD = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


_POSTED = re.compile(rb"POST (/webhook/[^ ?]*)")
_SHOWN = re.compile(rb"\r\n(?:x-webhook-secret|authorization):[ \t]*([^\r]*)", re.IGNORECASE)
PAGES = b"pages"


class Arrived(Enum):
    """What of a request is here."""

    PART = "part"
    WHOLE = "whole"
    LARGE = "large"  # as much of it as is worth waiting for


def look(sock: socket.socket) -> tuple[Arrived, int]:
    """What the kernel keeps of the next request, and with how many bytes it is worth another look."""
    try:
        seen = sock.recv(LARGE_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return Arrived.PART, 1
    except OSError:
        return Arrived.WHOLE, 0  # broken: whoever reads from it finds out
    end = seen.find(b"\r\n\r\n")
    if not seen or (end < 0 and len(seen) >= LARGE_BYTES):
        return Arrived.WHOLE, 0  # the end, or no request at all
    if end < 0:
        return Arrived.PART, len(seen) + 1
    head = seen[: end + 4]
    if _UNTOLD.search(head):
        return Arrived.LARGE, 0
    length = _LENGTH.search(head)
    total = len(head) + (int(length[1]) if length else 0)
    if len(seen) >= total:
        return Arrived.WHOLE, 0
    return (Arrived.LARGE, 0) if len(seen) >= LARGE_BYTES else (Arrived.PART, min(total, LARGE_BYTES))


def sender_of(sock: socket.socket) -> bytes:
    """Whose line a request stands in, by what it shows; nobody has looked yet whether that is good."""
    try:
        head = sock.recv(LARGE_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT).partition(b"\r\n\r\n")[0]
    except OSError:
        return PAGES
    posted, shown = _POSTED.match(head), _SHOWN.search(head)
    return b" ".join(found[1] for found in (posted, shown) if found) or PAGES


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


class Hall:
    """Where connections wait for the rest of their request; one thread watches all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[socket.socket, tuple[float, Callable[[Arrived], None]]] = {}  # oldest first
        self._new: list[tuple[socket.socket, int]] = []
        self._bell, self._rope = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._is_open = True
        self._thread = threading.Thread(target=self._watch, name="hall", daemon=True)
        self._thread.start()

    def wait(self, sock: socket.socket, least: int, then: Callable[[Arrived], None]) -> None:
        """Call `then` once the request is here; with PART if it does not come in time."""
        with self._lock:
            self._waiting[sock] = (time.monotonic() + WHOLE_WITHIN_SECONDS, then)
            self._new.append((sock, least))
        self._rope.send(b".")

    def close(self) -> None:
        """Let everybody go."""
        self._is_open = False
        self._rope.send(b".")
        self._thread.join(1)

    def _watch(self) -> None:
        while self._is_open:
            try:
                self._watch_once()
            except (
                Exception
            ):  # whoever it was about is let go by the clock; the others must not wait for ever
                _log.exception("a connection could not be looked after")
        for sock in list(self._waiting):
            self._leave(sock, Arrived.PART)
        for own in (self._selector, self._bell, self._rope):
            own.close()

    def _watch_once(self) -> None:
        for key, _ in self._selector.select(self._seconds_left()):
            if key.fileobj is self._bell:
                self._bell.recv(4096)
                self._welcome()
            elif isinstance(key.fileobj, socket.socket):
                self._look(key.fileobj, key.data)
        self._send_away()

    def _seconds_left(self) -> float | None:
        with self._lock:
            first = next(iter(self._waiting.values()), None)
        return None if first is None else max(0.0, first[0] - time.monotonic())

    def _welcome(self) -> None:
        with self._lock:
            new, self._new = self._new, []
        for sock, least in new:
            if sock not in self._waiting:
                continue  # so many came at once that it was sent away before
            try:
                _wake_with(sock, least)
                self._selector.register(sock, selectors.EVENT_READ, least)
            except (OSError, ValueError):
                self._leave(sock, Arrived.WHOLE)  # broken: whoever reads from it finds out

    def _look(self, sock: socket.socket, awaited: int) -> None:
        arrived, least = look(sock)
        if arrived is Arrived.PART and least > awaited:
            _wake_with(sock, least)
            self._selector.modify(sock, selectors.EVENT_READ, least)
        elif arrived is Arrived.PART:
            self._leave(sock, Arrived.WHOLE)  # woken, and no more than before: the client hung up
        else:
            self._leave(sock, arrived)

    def _send_away(self) -> None:
        now = time.monotonic()
        for sock, (until, _) in list(self._waiting.items()):
            if until > now and len(self._waiting) <= MOST_WAITING:
                return
            self._leave(sock, Arrived.PART)

    def _leave(self, sock: socket.socket, arrived: Arrived) -> None:
        with self._lock:
            _, then = self._waiting.pop(sock, (0.0, None))
        try:
            self._selector.unregister(sock)
            _wake_with(sock, 1)
        except (KeyError, ValueError, OSError):
            pass  # it broke meanwhile, or was sent away before it was welcome
        if then is not None:
            then(arrived)


def _wake_with(sock: socket.socket, least: int) -> None:
    """Let the kernel tell of the socket only when so many bytes are there."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, least)


class Seats(Executor):
    """The threads of one process; what is submitted is gunicorn's `handle` with a connection."""

    def __init__(self, threads: int) -> None:
        self._ordinary = Lines(threads)
        self._large = ThreadPoolExecutor(LARGE_AT_ONCE)
        self._hall = Hall()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Handle the connection once its request is here."""
        (connection,) = args
        if not connection.initialized:
            _end_silence(connection.sock)
        answer: Future[Any] = Future()

        def go_on(arrived: Arrived) -> None:
            if arrived is Arrived.PART:
                _refuse(connection.sock)
                answer.set_result(False)
            elif arrived is Arrived.LARGE:
                self._large.submit(_run_in_time, fn, connection, answer)
            else:
                self._ordinary.put(sender_of(connection.sock), partial(_run, fn, connection, answer))

        arrived, least = look(connection.sock)
        if (
            arrived is Arrived.PART and least == 1 and connection.initialized
        ):  # it was read with the one before
            job = partial(_run_in_time, fn, connection, answer)  # or a part of it was: nobody knows from here
            self._ordinary.put(sender_of(connection.sock), job)
        elif arrived is Arrived.PART:
            self._hall.wait(connection.sock, least, go_on)
        else:
            go_on(arrived)
        return answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more."""
        self._hall.close()
        self._ordinary.shutdown(wait, cancel_futures=cancel_futures)
        self._large.shutdown(wait, cancel_futures=cancel_futures)


def _run(fn: Callable[..., Any], connection: Any, answer: Future[Any]) -> None:
    try:
        answer.set_result(fn(connection))
    except BaseException as error:
        answer.set_exception(error)


def _run_in_time(fn: Callable[..., Any], connection: Any, answer: Future[Any]) -> None:
    timer = threading.Timer(WHOLE_WITHIN_SECONDS, _stop_reading, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        _run(fn, connection, answer)
    finally:
        timer.cancel()


def _stop_reading(sock: socket.socket) -> None:
    """To whoever still reads the request it has ended; one that was read is answered all the same."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RD)


def _end_silence(sock: socket.socket) -> None:
    """No read may wait for ever: half a request may come right behind a whole one, where nobody looks."""
    limit = struct.pack("ll", int(WHOLE_WITHIN_SECONDS), 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)


def _refuse(sock: socket.socket) -> None:
    """Say so and hang up: gunicorn would wait two seconds for the other side to do it, on its main loop."""
    with suppress(OSError):
        sock.send(TOO_SLOW)
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    """A web process."""

    def get_thread_pool(self) -> Seats:
        """gunicorn's own way to bring other threads."""
        return Seats(self.cfg.threads)
