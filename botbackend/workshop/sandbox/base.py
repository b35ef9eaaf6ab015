"""What all stand-ins share: routing, the request log, faults, control endpoints, life and death."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from .faults import AFTER, BadFault, Fault, FaultList
from .records import Record, RequestLog
from .server import Server
from .wire import HTML, BadJson, ConnectionCut, Json, Reply, Request

Control = Callable[[Request], Reply]

LOOPBACK = "127.0.0.1"


class StandIn:
    """A loopback server that plays one outside service.

    Subclasses implement `answer` (the service), and may add `page` (browser pages) and `controls` (test
    levers); only what `answer` serves is logged and subject to faults.
    """

    name = "stand-in"
    listens_on = LOOPBACK

    def __init__(self, *, clock: Callable[[], float] = time.time, log_limit: int = 20_000) -> None:
        self.log = RequestLog(log_limit)
        self.faults = FaultList()
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.bugs: list[str] = []
        self._clock = clock
        self._clock_offset = 0.0
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self.controls: dict[tuple[str, str], Control] = {
            ("GET", "requests"): self._control_requests,
            ("GET", "wait"): self._control_wait,
            ("GET", "state"): lambda request: Reply(body=self.state()),
            ("POST", "reset"): self._control_reset,
            ("POST", "faults"): self._control_faults,
            ("POST", "clock"): self._control_clock,
        }

    # What subclasses fill in
    def answer(self, request: Request) -> Reply:
        """The service's own answer."""
        raise NotImplementedError

    def page(self, request: Request) -> Reply | None:
        """A page or a page's data for a person's browser, or None."""
        return None

    def error(self, status: int) -> Reply:
        """The service's usual body for an error status, for faults that give none."""
        return Reply(status, {"message": "error"})

    def partial(self, reply: Reply) -> Reply:
        """An answer that lacks a part of what it should tell."""
        return reply

    def state(self) -> Json:
        """What the state endpoint tells."""
        return {
            "name": self.name,
            "requests": self.log.last_number,
            "faults": self.faults.as_json(),
            "bugs": self.bugs,
        }

    def reset(self) -> None:
        """Forget what happened; keep what was configured."""
        self.log.clear()
        self.faults.set([])
        self.bugs.clear()

    def now(self) -> float:
        """The server's clock in epoch seconds; tests move it by the clock control."""
        return self._clock() + self._clock_offset

    def advance(self, seconds: float) -> None:
        """Move the server's clock."""
        self._clock_offset += seconds

    # In-process use
    @property
    def url(self) -> str:
        """Where the server listens. Raises RuntimeError when it does not."""
        if self._server is None:
            raise RuntimeError("the stand-in is not running")
        return f"http://{self.listens_on}:{self._server.server_address[1]}"

    @property
    def requests(self) -> list[Record]:
        """Everything served so far, oldest first."""
        return self.log.find()

    def wait_for(
        self, path: str = "", *, method: str = "", count: int = 1, timeout: float = 10, since: int = 0
    ) -> list[Record]:
        """The matching records once there are `count`. Raises TimeoutError after `timeout` seconds."""
        found = self.log.wait(path=path, method=method, count=count, timeout=timeout, since=since)
        if len(found) < count:
            raise TimeoutError(f"{self.name}: {len(found)} of {count} requests to {path!r} in {timeout} s")
        return found

    def start(self, port: int = 0) -> None:
        """Listen in a thread of its own; port 0 takes a free one."""
        self._server = Server((self.listens_on, port), self.dispatch)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, let waiters go, close what is open."""
        self.stopping.set()
        self.log.close()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join(5)
            self._server.close_connections()
            self._server.server_close()

    # Serving
    def dispatch(self, request: Request) -> Reply:
        """Answer one request: control, page, or the service behind its faults. Raises ConnectionCut."""
        if self._is_foreign(request):
            return Reply(403, {"error": "another site's page may not use the stand-in"})
        try:
            if request.path.startswith("/_control/"):
                return self._control(request)
            return self.page(request) or self._serve(request)
        except ConnectionCut:
            raise
        except Exception:
            # A mistake of the stand-in's own is kept: no test may take it for the service's 500.
            self.bugs.append(traceback.format_exc())
            return Reply(500, {"stand_in_bug": traceback.format_exc()})

    @staticmethod
    def _is_foreign(request: Request) -> bool:
        """Whether a page of another origin sent this; without an Origin it was a program."""
        origin = request.headers.get("origin")
        return origin is not None and origin != f"http://{request.headers.get('host', '')}"

    def _serve(self, request: Request) -> Reply:
        started, at = time.monotonic(), self.now()
        delay, fault = self.faults.take(request)
        if delay:
            self.stopping.wait(delay)
        done = self.answer(request) if fault is None or fault.kind in AFTER else None
        reply = done if fault is None else self._spoilt(done, fault)
        told = done or reply
        self.log.add(
            request,
            status=reply.status if reply else 0,
            at=at,
            seconds=time.monotonic() - started,
            fault=fault.kind if fault else "delay" if delay else "",
            notes=told.notes if told else {},
        )
        if reply is None:
            raise ConnectionCut
        return reply

    def _spoilt(self, done: Reply | None, fault: Fault) -> Reply | None:
        """What arrives instead of the answer `done` (None = the work was not done); None cuts the line."""
        if fault.kind == "cut_after":
            return None
        return self.partial(done) if done and fault.kind == "partial" else self._faulty(fault)

    def _faulty(self, fault: Fault) -> Reply | None:
        """The reply that a fault gives instead of the service; None cuts the connection."""
        if fault.kind == "cut_before":
            return None
        if fault.kind == "garbage":
            return Reply(fault.status or 200, fault.body or '{"broken": [1, 2', headers=fault.headers)
        if fault.kind == "html":
            page = fault.body or "<html><title>Error 502 (Server Error)!!1</title><p>Try again later.</html>"
            return Reply(fault.status or 502, page, headers=fault.headers, content_type=HTML)
        reply = self.error(fault.status) if fault.body is None else Reply(fault.status, fault.body)
        reply.headers.update(fault.headers)
        return reply

    # Control
    def _control(self, request: Request) -> Reply:
        lever = self.controls.get((request.method, request.path.removeprefix("/_control/")))
        if lever is None:
            return Reply(404, {"error": f"no control {request.method} {request.path}"})
        try:
            return lever(request)
        except (BadJson, BadFault, KeyError, TypeError, ValueError) as error:
            return Reply(400, {"error": f"{type(error).__name__}: {error}"})

    def _control_requests(self, request: Request) -> Reply:
        found = self.log.find(
            path=request.first("path"),
            method=request.first("method"),
            since=int(request.first("since", "0")),
        )
        return Reply(body={"requests": [record.as_json() for record in found], "last": self.log.last_number})

    def _control_wait(self, request: Request) -> Reply:
        count = int(request.first("count", "1"))
        found = self.log.wait(
            path=request.first("path"),
            method=request.first("method"),
            count=count,
            timeout=float(request.first("timeout", "10")),
            since=int(request.first("since", "0")),
        )
        return Reply(
            body={"ok": len(found) >= count, "requests": [record.as_json() for record in found]},
            status=200 if len(found) >= count else 408,
        )

    def _control_reset(self, request: Request) -> Reply:
        with self.lock:
            self.reset()
        return Reply(body={"ok": True})

    def _control_faults(self, request: Request) -> Reply:
        rules: Any = request.json()
        self.faults.set(rules["faults"] if isinstance(rules, dict) else rules)
        return Reply(body={"faults": self.faults.as_json()})

    def _control_clock(self, request: Request) -> Reply:
        self.advance(float(request.json()["advance"]))
        return Reply(body={"now": self.now()})


Running = TypeVar("Running", bound=StandIn)


@contextmanager
def running(stand_in: Running, port: int = 0) -> Iterator[Running]:
    """Serve a stand-in in a thread for the length of the block."""
    stand_in.start(port)
    try:
        yield stand_in
    finally:
        stand_in.stop()


def page_file(name: str) -> Reply:
    """An HTML page that lies beside this module."""
    return Reply(
        body=(Path(__file__).parent / name).read_bytes(),
        content_type=HTML,
        headers={"Cache-Control": "no-store"},
    )
