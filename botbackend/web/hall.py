"""Where connections wait for the rest of their request, without holding a thread."""

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable

from botbackend.web.arrival import Arrived, look

WHOLE_WITHIN_SECONDS = 15.0  # that a request may take to come in; SendPulse and proxies need milliseconds
MOST_WAITING = 500  # connections of one process; the one that waits longest goes first
_log = logging.getLogger(__name__)


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
