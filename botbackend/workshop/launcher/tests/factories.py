"""Small children and questions about processes for the launcher's tests."""

import queue
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from botbackend.workshop.launcher.children import ChildSpec
from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.supervisor import Supervisor

WAIT_SECONDS = 20.0


class Launch(Protocol):
    """Starts a Python process with these arguments and changes of its environment."""

    def __call__(
        self, *arguments: str, unset: Sequence[str] = (), variables: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]: ...


def read_line(process: subprocess.Popen[str]) -> str:
    """The next line the process prints; empty if it ended instead."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def make_child(name: str = "child", *, code: str = "", entrance: bool = False) -> ChildSpec:
    """A child that prints "up PID", runs `code`, then waits to be ended."""
    script = f"import os, signal, sys, time\nprint('up', os.getpid())\n{code}\nwhile True: signal.pause()\n"
    return ChildSpec(name, [sys.executable, "-Iu", "-c", script], entrance=entrance)


FAREWELL = "signal.signal(signal.SIGTERM, lambda *_: (print('bye'), sys.exit(0)))\nprint('listening')"
STUBBORN = f"signal.signal({int(signal.SIGTERM)}, signal.SIG_IGN)\nprint('listening')"


class Watched:
    """A supervisor whose console and restart messages can be awaited."""

    def __init__(self, *specs: ChildSpec, directory: Path, guard: Guard, stop_seconds: float = 5.0) -> None:
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.restarts: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.supervisor = Supervisor(
            specs,
            environment={},
            directory=directory,
            log_directory=directory / "log",
            guard=guard,
            say=self.restarts.put,
            console=self.lines.put,
            stop_seconds=stop_seconds,
        )

    def next_line(self) -> str:
        """The next line of any child, with its name in front; raises queue.Empty after 20 s."""
        return self.lines.get(timeout=WAIT_SECONDS).strip()

    def next_pid(self) -> int:
        """The process id in the next "up" line, others passed over."""
        while " up " not in (line := self.next_line()):
            pass
        return int(line.rpartition(" ")[2])

    def await_lines(self, *wanted: str) -> list[str]:
        """Lines until each of the wanted ones has come."""
        seen: list[str] = []
        while not set(wanted) <= set(seen):
            seen.append(self.next_line())
        return seen
