"""The launcher's side of the guard: what is registered here dies with the launcher, however that ends."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

GUARD_SCRIPT = Path(__file__).with_name("guard.py")


class Guard:
    """A running guard.py and the pipe to it.

    `keep_open` are file descriptors (locks) the guard holds until it has finished.
    """

    def __init__(self, keep_open: Sequence[int] = ()) -> None:
        self._lock = threading.Lock()
        self._reader, self._writer = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD_SCRIPT)],
            stdin=self._reader,
            pass_fds=tuple(keep_open),
            cwd="/",
            start_new_session=True,
        )
        os.close(self._reader)
        # A forked copy of this process that never execs must not keep the pipe open after the launcher died.
        os.register_at_fork(after_in_child=self._let_go)

    def add_session(self, leader: int, signum: int = signal.SIGTERM) -> None:
        """Register a session by its leader, which gets the signal first."""
        self._write(f"session {leader} {int(signum)}\n")

    def add_process(self, pid: int, signum: int = signal.SIGTERM) -> None:
        """Register one process that shares our session."""
        self._write(f"process {pid} {int(signum)}\n")

    def forget(self, pid: int) -> None:
        """Take a registration back, because the process has been seen to end."""
        self._write(f"forget {pid}\n")

    def close(self) -> None:
        """Let go: whatever is still registered is ended by the guard, which then exits."""
        self._let_go()
        self._process.wait()

    def _write(self, line: str) -> None:
        with self._lock:
            os.write(self._writer, line.encode())

    def _let_go(self) -> None:
        if self._writer >= 0:
            writer, self._writer = self._writer, -1
            with contextlib.suppress(OSError):
                os.close(writer)


@cache
def default_guard() -> Guard:
    """The guard of this process, started at first use, for servers that are given none."""
    return Guard()
