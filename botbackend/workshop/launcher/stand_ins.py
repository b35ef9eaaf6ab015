"""The loopback stand-ins of the outside services as processes of the demo."""

import contextlib
import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from botbackend.loopback import LoopbackError, ask, request
from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.logs import ChildLog
from botbackend.workshop.launcher.processes import end_process
from botbackend.workshop.launcher.run_directory import CHECKOUT

READY_SECONDS = 30.0


class StandInProcess:
    """One running stand-in and its control endpoints."""

    def __init__(self, name: str, options: Sequence[str], *, log_directory: Path, guard: Guard) -> None:
        """Starts it; whoever asks for its address waits until it listens."""
        self.name = name
        self._guard = guard
        self._log = ChildLog(log_directory, f"stand-in-{name}", None)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "botbackend.workshop.sandbox", name, "--port", "0", *options],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        guard.add_session(self._process.pid)

    @cached_property
    def url(self) -> str:
        """The address in the line `ready http://...`; everything else it writes goes to the log.

        Raises LoopbackError.
        """
        assert self._process.stdout is not None  # noqa: S101 - both were asked for; tells the type checker
        assert self._process.stderr is not None  # noqa: S101
        self._log.follow(self._process.stderr)
        first: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        output = self._process.stdout
        threading.Thread(target=lambda: first.put(output.readline()), daemon=True).start()
        with contextlib.suppress(queue.Empty):
            line = first.get(timeout=READY_SECONDS).decode()
            if line.startswith("ready "):
                self._log.follow(output)
                return line.split()[1]
        raise LoopbackError(f"the {self.name} stand-in did not start:\n{self._log.tail()}")

    def control(self, action: str, **query: Any) -> Any:
        """GET a control endpoint."""
        return ask(f"{self.url}/_control/{action}?{urlencode(query)}")

    def tell(self, action: str, body: Any) -> Any:
        """POST to a control endpoint."""
        return ask(f"{self.url}/_control/{action}", body=body)

    def requests(self, path: str, *, since: int = 0) -> list[dict[str, Any]]:
        """What it served on paths that match the regular expression, oldest first."""
        found: list[dict[str, Any]] = self.control("requests", path=path, since=since)["requests"]
        return found

    def await_request(self, path: str, *, since: int, seconds: float) -> list[dict[str, Any]]:
        """Like `requests`, as soon as there is one; empty if there is none for `seconds`."""
        query = urlencode({"path": path, "since": since, "timeout": max(seconds, 0)})
        status, text = request(f"{self.url}/_control/wait?{query}", timeout=seconds + 10)
        if status not in (200, 408):
            raise LoopbackError(f"the {self.name} stand-in answered {status}: {text[:300]}")
        found: list[dict[str, Any]] = json.loads(text)["requests"]
        return found

    def stop(self) -> None:
        """End it."""
        end_process(self._process, steps=[(signal.SIGTERM, 3.0)])
        self._guard.forget(self._process.pid)
