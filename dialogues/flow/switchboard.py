"""Threads that wait for news: PostgreSQL wakes them through one listening connection per process."""

import logging
import select
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections

from botbackend.lib.postgres.direct import session_alias
from dialogues import queries

CHANNEL = "dialogues_sync"
_RECONNECT_SECONDS = 0.5
_log = logging.getLogger(__name__)


class Capacity:
    """At most half of the threads of a web process may wait; the others keep taking messages in.

    Of these places each salon has its share only, so that whoever floods leaves some to the others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[int] = Counter()

    @property
    def places(self) -> int:
        """How many there are in this process."""
        return int(settings.WEB_THREADS) // 2

    def take(self, salon: int, *, most: int) -> bool:
        """Reserve a place for a request of this salon, which may have so many; False if there is none."""
        with self._lock:
            if self._taken.total() >= self.places or self._taken[salon] >= most:
                return False
            self._taken[salon] += 1
            return True

    def give_back(self, salon: int) -> None:
        """Free a reserved place."""
        with self._lock:
            self._taken[salon] -= 1
            self._taken += Counter()  # forgets salons that have none


class _Listener(threading.Thread):
    """Rings for every notification, until it is told to stop through its own pipe."""

    def __init__(self, channel: str, ring: Callable[[str], None]) -> None:
        super().__init__(name="switchboard", daemon=True)
        self._channel = channel
        self._ring = ring
        self._ended = threading.Event()
        self._bell, self._rope = socket.socketpair()

    def end(self) -> None:
        """Stop, and close the connection."""
        self._ended.set()
        self._rope.send(b".")
        self.join(5)
        self._rope.close()
        self._bell.close()

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                self._serve()
            except (DatabaseError, InterfaceError, psycopg.Error, OSError):
                _log.warning("the connection that waits for news broke; connecting again")
                self._ended.wait(_RECONNECT_SECONDS)
            finally:
                connections[session_alias()].close()

    def _serve(self) -> None:
        session = connections[session_alias()]  # behind a pooler nobody would hear
        with session.cursor() as cursor:
            cursor.execute(f"LISTEN {self._channel}")
        raw = session.connection
        self._ring("")  # whoever came before we listened has to look once
        while not self._ended.is_set():
            select.select([raw.fileno(), self._bell], [], [])
            for note in raw.notifies(timeout=0):
                self._ring(note.payload)
        with session.cursor() as cursor:  # a pool would lend the connection on as it is
            cursor.execute(f"UNLISTEN {self._channel}")


class Switchboard:
    """Signals waiting threads by the id they wait for. The connection lives only while somebody waits."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._signals: dict[threading.Event, str] = {}
        self._listener: _Listener | None = None
        self._is_ready = False  # the listener has rung: it hears whatever comes now

    @contextmanager
    def line(self, number: int) -> Iterator[threading.Event]:
        """An event that is set once the listener is ready, and then at every news of this id."""
        signal = threading.Event()
        with self._lock:
            self._signals[signal] = str(number)
            if self._listener is None or not self._listener.is_alive():
                self._is_ready = False
                self._listener = _Listener(self._channel, self._ring)
                self._listener.start()
            elif self._is_ready:
                signal.set()
        try:
            yield signal
        finally:
            self._hang_up(signal)

    def _hang_up(self, signal: threading.Event) -> None:
        with self._lock:
            del self._signals[signal]
            listener = None if self._signals else self._listener
            if listener is not None:
                self._listener = None
        if listener is not None:
            listener.end()

    def _ring(self, payload: str) -> None:
        """Signal whoever waits for this id; everybody for an empty payload."""
        with self._lock:
            self._is_ready = True
            signals = [signal for signal, name in self._signals.items() if payload in ("", name)]
        for signal in signals:
            signal.set()


def notify(request_ids: Iterable[int]) -> None:
    """Wake the processes that wait for these requests, when the caller's transaction commits."""
    with connection.cursor() as cursor:
        for request_id in request_ids:
            cursor.execute(queries.NOTIFY, [CHANNEL, str(request_id)])


capacity = Capacity()
switchboard = Switchboard(CHANNEL)
