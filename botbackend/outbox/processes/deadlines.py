"""Ends runs that exceed their deadline, in threads, where no signal reaches.

At the deadline `DeadlinePassed` is raised inside the thread. It is no `Exception`, so client libraries that
retry "any exception" do not swallow it. It arrives between two Python instructions, not inside a blocking
read: calls must also carry a timeout of at most `claim.timeout(...)`. Together a call that trickles bytes for
ever ends at the deadline, and one that is silent ends at its timeout. While a database connection is taken or
given back nobody is struck: it would belong to nobody from then on, and be missing in the pool.
"""

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from botbackend.lib.uninterrupted import strike
from botbackend.outbox.claims import Claim


class DeadlinePassed(BaseException):
    """The run took longer than its claim allows, or its claim was lost to somebody else."""


@dataclass
class _Run:
    claim: Claim
    thread: int
    interrupted: bool = False


class Runs:
    """The runs of this process, one per thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[int, _Run] = {}

    def __len__(self) -> int:
        return len(self._runs)

    def claims(self) -> list[Claim]:
        """The claims of all runs."""
        with self._lock:
            return [run.claim for run in self._runs.values()]

    def run(self, claim: Claim, body: Callable[[Claim], None]) -> bool:
        """Run `body` in this thread; False if it was interrupted."""
        run = _Run(claim, threading.get_ident())
        try:
            try:
                with self._lock:
                    self._runs[run.thread] = run
                body(claim)
            finally:
                self._leave(run)
        except DeadlinePassed:
            self._leave(run)  # it may have come on the way into the first call
        return not run.interrupted

    def _leave(self, run: _Run) -> None:
        """Take an interruption that is still on its way: it may not strike the next run.

        Nobody is struck twice. Taking it back would be shorter, but CPython then goes on looking for it for
        good, and 3.11 does not get past the first call that is traced.
        """
        try:
            with self._lock:
                self._runs.pop(run.thread, None)
            if run.interrupted:
                _raise_in(run.thread)  # in the place of the one on its way, if there is one
                while True:
                    pass
        except DeadlinePassed:
            with self._lock:
                self._runs.pop(run.thread, None)

    def interrupt_overdue(self) -> list[Claim]:
        """Interrupt the runs that are past their deadline; returns their claims."""
        return self._interrupt(lambda claim: claim.remaining() <= 0)

    def interrupt_lost(self, still_held: set[int]) -> list[Claim]:
        """Interrupt the runs whose task id is not in `still_held`."""
        return self._interrupt(lambda claim: claim.task_id not in still_held)

    def _interrupt(self, wanted: Callable[[Claim], bool]) -> list[Claim]:
        struck = []
        with self._lock:
            for run in self._runs.values():
                if not run.interrupted and wanted(run.claim) and strike(run.thread, partial(_strike, run)):
                    struck.append(run.claim)
        return struck


def _strike(run: _Run) -> None:
    run.interrupted = True
    _raise_in(run.thread)


def _raise_in(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(DeadlinePassed))
