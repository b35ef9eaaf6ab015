"""The processes a supervisor looks after: how each is started, awaited and collected."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.logs import ChildLog, Console
from botbackend.workshop.launcher.processes import end_process, has_exited, kill_session
from botbackend.workshop.launcher.renewal.notices import Notices

READ_SECONDS = 1.0  # to read what a child wrote last, once it is gone


@dataclass(frozen=True)
class ChildSpec:
    """One process to keep running. An `entrance` lets work in, so it is closed before the others stop.

    `inherits` are file descriptors that it gets under the same numbers: sockets that we keep open.
    """

    name: str
    command: Sequence[str]
    entrance: bool = False
    inherits: Sequence[int] = ()


@dataclass
class Child:
    """One process of a spec, or the next one if it has ended."""

    spec: ChildSpec
    log: ChildLog
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default_factory=time.monotonic)
    notices: Notices | None = None
    reader: threading.Thread | None = None

    def is_ready(self) -> bool:
        """True once it has said so; one that nobody waits for is ready from the start."""
        if self.notices is None:
            return True
        self.notices.read()
        return self.notices.is_ready

    def state(self) -> str:
        """Why it is not ready, in its own words if it has told."""
        told = self.notices.status if self.notices else ""
        return told or ("not ready in time" if running([self]) else "ended")

    def await_no_more(self) -> None:
        """Whoever is started in its place has nobody to wait beside."""
        if self.notices is not None:
            self.notices.close()
            self.notices = None


class Nursery:
    """Starts and collects children, in one directory and with one guard."""

    def __init__(self, directory: Path, log_directory: Path, guard: Guard, console: Console | None) -> None:
        self._directory = directory
        self._log_directory = log_directory
        self._guard = guard
        self._console = console
        self._logs: dict[str, ChildLog] = {}  # one per name, whoever bears it

    def expect(self, spec: ChildSpec, environment: Mapping[str, str], *, is_awaited: bool = False) -> Child:
        """A child that does not run yet; an awaited one will be told where to say that it is ready."""
        if spec.name not in self._logs:
            self._logs[spec.name] = ChildLog(self._log_directory, spec.name, self._console)
        child = Child(spec, self._logs[spec.name].again(), {**environment, "PYTHONUNBUFFERED": "1"})
        child.notices = Notices() if is_awaited else None
        return child

    def launch(self, child: Child) -> None:
        """Start its process."""
        heard = {"NOTIFY_SOCKET": child.notices.address} if child.notices else {}
        process = subprocess.Popen(
            child.spec.command,
            env={**child.environment, **heard},
            cwd=self._directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=tuple(child.spec.inherits),
        )
        self._guard.add_session(process.pid)
        child.process, child.started = process, time.monotonic()
        if process.stdout is not None:
            child.reader = child.log.follow(process.stdout)

    def collect(self, child: Child) -> int | None:
        """Kill what is left of the child's session (a killed worker leaves its job running), then reap it."""
        if child.process is None:
            return None
        kill_session(child.process.pid)
        code = end_process(child.process, steps=())
        self._guard.forget(child.process.pid)
        child.process = None
        if child.reader is not None:
            child.reader.join(READ_SECONDS)
        return code


def running(children: Sequence[Child]) -> bool:
    """True while one of them runs."""
    return any(child.process is not None and not has_exited(child.process) for child in children)


def send_term(children: Sequence[Child]) -> None:
    """Ask all of them to end."""
    for child in children:
        if child.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.process.pid, signal.SIGTERM)


def outcome(code: int | None) -> str:
    """How a process ended, in words."""
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
