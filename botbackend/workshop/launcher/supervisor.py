"""Keeps the processes of the product running, replaces them without a gap, and ends them all together."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from botbackend.workshop.launcher.children import Child, ChildSpec, Nursery, outcome, running, send_term
from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.logs import Console
from botbackend.workshop.launcher.processes import has_exited, wait_until

TICK_SECONDS = 0.1
BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0  # a child that lived this long starts again with the shortest pause
# Together well below the 20 s after which `make run` must be gone, embedded servers included.
ENTRANCE_SECONDS = 4.0
STOP_SECONDS = 11.0
# A new web process gives itself 60 s, and says at the end what is missing.
READY_SECONDS = 70.0
# A request of a flow is answered within 50 s, a task has 15 s.
RETIRE_SECONDS = 60.0


class NotReady(RuntimeError):
    """A new process did not become ready; the former ones go on. The message says which, and why."""


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
        self._nursery = Nursery(directory, log_directory, guard, console)
        self._say = say
        self._stop_seconds = stop_seconds
        self._children = [self._nursery.expect(spec, environment) for spec in specs]
        self._others: list[Child] = []  # come or go in an update; not watched
        self._lock = threading.Lock()
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

    def replace(
        self,
        specs: Sequence[ChildSpec],
        *,
        environment: Mapping[str, str],
        ready_seconds: float = READY_SECONDS,
        retire_seconds: float = RETIRE_SECONDS,
    ) -> None:
        """Start these, and when all of them are ready end the former ones. Raises NotReady: nothing changed.

        Each has to say READY=1 to NOTIFY_SOCKET. The former ones end what they do, `retire_seconds` at most,
        while the new ones work already.
        """
        new = self._others = [self._nursery.expect(spec, environment, is_awaited=True) for spec in specs]
        try:
            for child in new:
                self._nursery.launch(child)
        except OSError as error:
            self._retire(new, min(retire_seconds, self._stop_seconds))
            raise NotReady(f"a process could not be started: {error}") from error
        wait_until(lambda: all(child.is_ready() for child in new) or bool(_ended(new)), ready_seconds)
        late = _ended(new) or [child for child in new if not child.is_ready()]
        if late:
            states = [(child.spec.name, child.state(), child.log) for child in late]
            self._retire(new, min(retire_seconds, self._stop_seconds))
            told = (f"{name}: {state}; its last lines:\n{log.tail()}" for name, state, log in states)
            raise NotReady("\n".join(told))
        for child in new:
            child.await_no_more()
        with self._lock:
            self._others, self._children = self._children, new
        self._say("all new processes are ready; the former ones end what they are at")
        self._retire(self._others, retire_seconds)

    def stop(self) -> None:
        """Close the entrances, then end the rest; what is left after the deadline is killed."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        children = [*self._children, *self._others]
        deadline = time.monotonic() + self._stop_seconds
        entrances = [child for child in children if child.spec.entrance]
        send_term(entrances)
        wait_until(lambda: not running(entrances), min(ENTRANCE_SECONDS, self._stop_seconds))
        send_term([child for child in children if not child.spec.entrance])
        wait_until(lambda: not running(children), deadline - time.monotonic())
        for child in children:
            self._nursery.collect(child)
            child.await_no_more()

    def _retire(self, children: Sequence[Child], seconds: float) -> None:
        send_term(children)
        wait_until(lambda: not running(children), seconds)
        for child in children:
            self._nursery.collect(child)
            child.await_no_more()
        self._others = []

    def _watch(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            with suppress(OSError):  # no memory for a process, no room for a line: the next tick tries again
                self._tick()

    def _tick(self) -> None:
        with self._lock:
            for child in self._children:
                if child.process is not None and has_exited(child.process):
                    self._note_exit(child)
                if child.process is None and time.monotonic() >= child.due:
                    self._nursery.launch(child)

    def _note_exit(self, child: Child) -> None:
        code = self._nursery.collect(child)
        lived = time.monotonic() - child.started
        child.failures = 1 if lived > STEADY_SECONDS else child.failures + 1
        pause = BACKOFF_SECONDS[min(child.failures, len(BACKOFF_SECONDS)) - 1]
        child.due = time.monotonic() + pause
        self._say(f"{child.spec.name} ended ({outcome(code)}) after {lived:.0f} s; again in {pause:g} s")


def _ended(children: Sequence[Child]) -> list[Child]:
    return [child for child in children if child.process is None or has_exited(child.process)]
