"""gunicorn's threads, in turn and for whole requests only: whoever sends slowly, much or often waits alone.

gunicorn's threads read a request themselves and wait for its bytes: eight clients who send slowly hold all
threads of two processes, and no message comes in. Here one thread watches the connections whose request is
not here yet; a request is looked at where the kernel keeps it, and handed to a thread once nothing of it is
missing. Large ones, which the kernel does not keep as a whole, have a thread of their own.

Whole requests stand in lines, one of each sender: a webhook's secret, an API key, and all people's pages
together. Free threads serve the lines in turn, and no line gets the last thread of a process.
"""

import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from botbackend.web import hall
from botbackend.web.arrival import Arrived, look, sender_of
from botbackend.web.lines import Lines

LARGE_AT_ONCE = 2
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Seats(Executor):
    """The threads of one process; what is submitted is gunicorn's `handle` with a connection."""

    def __init__(self, threads: int) -> None:
        self._ordinary = Lines(threads)
        self._large = ThreadPoolExecutor(LARGE_AT_ONCE)
        self._hall = hall.Hall()

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
        if arrived is Arrived.PART and least == 1 and connection.initialized:
            # It was read with the one before, or a part of it was: nobody knows from here.
            job = partial(_run_in_time, fn, connection, answer)
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
    timer = threading.Timer(hall.WHOLE_WITHIN_SECONDS, _stop_reading, [connection.sock])
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
    limit = struct.pack("ll", int(hall.WHOLE_WITHIN_SECONDS), 0)
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
