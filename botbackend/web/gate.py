"""Keeps a new web process off the port until it could answer: while it is not ready the former one serves.

Both share one listening socket, so whoever accepts has to answer. The gate is closed only where somebody
waits to hear that we are ready (see botbackend/lib/service_notices.py): in an update, and under systemd.
"""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

from botbackend.health_probe import failing_checks, host_header
from botbackend.lib import service_notices

READY_SECONDS = 60.0
LOOK_SECONDS = 0.5
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class NotReady(RuntimeError):
    """The time is over; the message names the checks that failed."""


class Gate:
    """One per gunicorn, made before its workers are forked."""

    def __init__(self, workers: int, *, ready_seconds: float = READY_SECONDS) -> None:
        self._address = service_notices.take_address()
        self._until = time.monotonic() + ready_seconds
        self._ready = multiprocessing.Array("i", workers)  # the ids of those that are; 0 where one is missing

    def wait(self, application: Application, goes_on: Callable[[], bool], *, pid: int | None = None) -> None:
        """Return when /health/ready of this very process is 200; whoever completes them says so for all.

        `goes_on` is asked twice a second: False if the worker is to end. One that is renewed later does not
        wait, it has no former one. `pid` is the worker's, else this process's. Raises NotReady.
        """
        if not self._address or time.monotonic() > self._until:
            return
        while missing := _what_is_missing(application):
            service_notices.tell(self._address, f"STATUS=not ready: {missing}")
            if time.monotonic() > self._until:
                raise NotReady(missing)
            if not goes_on():
                return
            time.sleep(LOOK_SECONDS)
        if self._arrive(pid or os.getpid()):
            service_notices.tell(self._address, service_notices.READY)

    def left(self, pid: int) -> None:
        """A worker ended: the one in its place is another, and counts when it is ready itself."""
        with self._ready.get_lock():
            self._ready[:] = [0 if known == pid else known for known in self._ready[:]]

    def _arrive(self, pid: int) -> bool:
        """Note that this worker is ready; True if all are."""
        with self._ready.get_lock():
            known = self._ready[:]
            if pid not in known and 0 in known:
                self._ready[known.index(0)] = pid
            return 0 not in self._ready[:]


def _what_is_missing(application: Application) -> str:
    """Ask the application itself, without the port; "" if it is ready."""
    found: list[str] = []

    def look() -> None:
        found.append(_ask(application))

    # In a thread of its own, which takes its database connection with it.
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return found[0] if found else "the application failed"


def _ask(application: Application) -> str:
    environ: dict[str, Any] = {
        "PATH_INFO": "/health/ready",
        "HTTP_HOST": host_header(os.environ) or "127.0.0.1",
    }
    setup_testing_defaults(environ)
    status = ""

    def start_response(line: str, headers: object, error: object = None) -> None:
        nonlocal status
        status = line

    answer = application(environ, start_response)
    try:
        text = b"".join(answer).decode(errors="replace")
    finally:
        if hasattr(answer, "close"):
            answer.close()
        _close_connections()
    return "" if status.startswith("200") else failing_checks(text) or status


def _close_connections() -> None:
    # Here and not above: gunicorn's first process stays free of Django, whose code an update replaces.
    from django.conf import settings
    from django.db import connections

    if settings.configured:
        connections.close_all()
