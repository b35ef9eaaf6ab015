"""What every embedded server has in common: one process, one port, one log, one password."""

import contextlib
import os
import secrets
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from botbackend.workshop.launcher.guarding import Guard, default_guard
from botbackend.workshop.launcher.ports import LOOPBACK, free_port, port_is_free
from botbackend.workshop.launcher.processes import end_process, wait_until

START_SECONDS = 60.0
PORT_ATTEMPTS = 5


class ServerError(RuntimeError):
    """A server did not start; the message carries the end of its log."""


class _PortTaken(ServerError):
    """Somebody else took the port between choosing it and listening on it."""


class Server:
    """A server process of ours; subclasses say how it is prepared, launched and asked."""

    name: str
    guard_signal: int

    def __init__(
        self,
        directory: Path,
        *,
        address: str = LOOPBACK,
        port: int | None = None,
        fast: bool = False,
        guard: Guard | None = None,
    ) -> None:
        """`directory` is made if missing. `port` None chooses a free one at the first start and keeps it."""
        self.directory = directory.resolve()
        self.address = address
        self.port = port
        self.fast = fast
        self._fixed_port = port is not None
        self._guard = guard
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log_file(self) -> Path:
        """What the server wrote to its standard output and error."""
        return self.directory / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start and return once it answers; the port of an earlier start is kept. Raises ServerError."""
        if self.pid is not None:
            return
        self._reap()
        self.directory.mkdir(parents=True, exist_ok=True)
        self._prepare()
        for attempt in range(PORT_ATTEMPTS):
            if self.port is None:
                self.port = free_port()
            try:
                self._launch()
            except _PortTaken:
                if self._fixed_port or attempt == PORT_ATTEMPTS - 1:
                    raise
                self.port = None
            else:
                self._fixed_port = True
                return

    def stop(self) -> None:
        """End it in good order, by its process id; returns when it is gone."""
        if self._process is not None:
            end_process(self._process, steps=self._stop_steps())
            self._reap()

    def kill(self) -> None:
        """End it as a power cut would, nothing flushed. `start()` brings it back on the same port."""
        if self._process is not None:
            end_process(self._process, steps=())
            self._reap()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait()
            (self._guard or default_guard()).forget(self._process.pid)
            self._process = None

    def _launch(self) -> None:
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._popen_args(),
            )
        (self._guard or default_guard()).add_session(self._process.pid, self.guard_signal)
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def _wait_until_ready(self) -> None:
        if not wait_until(self._is_ready, START_SECONDS):
            raise ServerError(f"{self.name} did not answer within {START_SECONDS:.0f} s:\n{self.log_tail()}")

    def _is_ready(self) -> bool:
        if self._answers():
            return True
        if self.pid is None:
            port = self.port
            failure = _PortTaken if port is not None and not port_is_free(port, self.address) else ServerError
            raise failure(f"{self.name} ended at once on port {port}:\n{self.log_tail()}")
        return False

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of its log, for error messages."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])
        return "(no log)"

    def _secret(self) -> str:
        # The port is open to every local user; the password, kept in a file only we can read, is not.
        path = self.directory / f"{self.name}.password"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24))
        return path.read_text()

    def _prepare(self) -> None:
        raise NotImplementedError

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _stop_steps(self) -> Sequence[tuple[int, float]]:
        return ((self.guard_signal, 2.0),)

    def _popen_args(self) -> dict[str, Any]:
        return {}

    def _answers(self) -> bool:
        raise NotImplementedError


def write_private(path: Path, content: str) -> None:
    """Write a file only we can read, whole or not at all."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    scratch.touch(mode=0o600)
    scratch.write_text(content)
    scratch.rename(path)
