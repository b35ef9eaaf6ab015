"""Keeps the processes of the product running, and ends them all together."""

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
from botbackend.workshop.launcher.processes import end_process, has_exited, kill_session, wait_until

TICK_SECONDS = 0.1
BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0  # a child that lived this long starts again with the shortest pause
# Together well below the 20 s after which `make run` must be gone, embedded servers included.
ENTRANCE_SECONDS = 4.0
STOP_SECONDS = 11.0


@dataclass(frozen=True)
class ChildSpec:
    """One process to keep running. An `entrance` lets work in, so it is closed before the others stop."""

    name: str
    command: Sequence[str]
    entrance: bool = False


@dataclass
class _Child:
    spec: ChildSpec
    log: ChildLog
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default_factory=time.monotonic)


class Supervisor:
    """Starts children, restarts those that die, ends all.

    It works in a thread, so that its owner can talk to the children meanwhile. `say` gets one line for every
    restart; `console` gets every line the children write.
    """

    def __init__(
        self,
        specs: Sequence[ChildSpec],
        *,
        environment: Mapping[str, str],
        directory: Path,
        log_directory: Path,
        guard: Guard,
        say: Console,
        console: Console | None = None,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self._environment = {**environment, "PYTHONUNBUFFERED": "1"}
        self._directory = directory
        self._guard = guard
        self._say = say
        self._stop_seconds = stop_seconds
        self._children = [_Child(spec, ChildLog(log_directory, spec.name, console)) for spec in specs]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start every child and keep watch."""
        self._tick()
        self._thread.start()

    def pids(self) -> dict[str, int]:
        """Process ids of the children that run now, by name."""
        return {
            child.spec.name: child.process.pid
            for child in self._children
            if child.process is not None and not has_exited(child.process)
        }

    def failures(self) -> dict[str, str]:
        """The last lines of the children that are down or were restarted of late, by name."""
        return {child.spec.name: child.log.tail() for child in self._children if child.failures}

    def stop(self) -> None:
        """Close the entrances, then end the rest; what is left after the deadline is killed."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        deadline = time.monotonic() + self._stop_seconds
        entrances = [child for child in self._children if child.spec.entrance]
        _send_term(entrances)
        wait_until(lambda: not _running(entrances), min(ENTRANCE_SECONDS, self._stop_seconds))
        _send_term([child for child in self._children if not child.spec.entrance])
        wait_until(lambda: not _running(self._children), deadline - time.monotonic())
        for child in self._children:
            self._collect(child)

    def _watch(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            self._tick()

    def _tick(self) -> None:
        for child in self._children:
            if child.process is not None and has_exited(child.process):
                self._note_exit(child)
            if child.process is None and time.monotonic() >= child.due:
                self._launch(child)

    def _note_exit(self, child: _Child) -> None:
        code = self._collect(child)
        lived = time.monotonic() - child.started
        child.failures = 1 if lived > STEADY_SECONDS else child.failures + 1
        pause = BACKOFF_SECONDS[min(child.failures, len(BACKOFF_SECONDS)) - 1]
        child.due = time.monotonic() + pause
        self._say(f"{child.spec.name} ended ({_outcome(code)}) after {lived:.0f} s; again in {pause:g} s")

    def _launch(self, child: _Child) -> None:
        process = subprocess.Popen(
            child.spec.command,
            env=self._environment,
            cwd=self._directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._guard.add_session(process.pid)
        child.process, child.started = process, time.monotonic()
        if process.stdout is not None:
            child.log.follow(process.stdout)

    def _collect(self, child: _Child) -> int | None:
        """Kill what is left of the child's session (a killed worker leaves its job running), then reap it."""
        if child.process is None:
            return None
        kill_session(child.process.pid)
        code = end_process(child.process, steps=())
        self._guard.forget(child.process.pid)
        child.process = None
        return code


def _running(children: Sequence[_Child]) -> bool:
    return any(child.process is not None and not has_exited(child.process) for child in children)


def _send_term(children: Sequence[_Child]) -> None:
    for child in children:
        if child.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.process.pid, signal.SIGTERM)


def _outcome(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
