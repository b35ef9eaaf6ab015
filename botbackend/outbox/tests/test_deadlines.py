"""Interruptions of threads: each reaches its own run, none is left behind."""

import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from botbackend.outbox.claims import Claim
from botbackend.outbox.processes.deadlines import DeadlinePassed, Runs


def make_claim(task_id: int = 1, *, seconds: float = 0) -> Claim:
    """A claim whose deadline is so many seconds ahead; it has no row."""
    return Claim(
        task_id=task_id,
        token=1,
        handler="probe",
        topic="probe",
        key="1",
        project_id=None,
        payload={},
        attempts=1,
        deadline=timezone.now() + timedelta(seconds=seconds),
    )


def spin() -> None:
    """Stay inside Python until something strikes."""
    while True:
        pass


def swallow() -> None:
    """Do what a library does that catches everything."""
    try:
        spin()
    except BaseException:
        return


def strike_itself(runs: Runs) -> None:
    """Be struck by the deadline, which is now."""
    runs.interrupt_overdue()
    spin()


def strike_itself_in_vain(runs: Runs) -> None:
    """Be struck and swallow it."""
    runs.interrupt_overdue()
    swallow()


ENDS: dict[str, Callable[[Runs], None]] = {
    "by itself": lambda runs: None,
    "struck": strike_itself,
    "struck in vain": strike_itself_in_vain,
}


def run_and_trace(end: str) -> None:
    """Let one run end and trace a loop afterwards, as a debugger or a coverage tool does."""
    runs = Runs()
    runs.run(make_claim(), lambda claim: ENDS[end](runs))
    sys.settrace(lambda frame, event, argument: None)
    sum(number for number in range(100))
    sys.settrace(None)


@pytest.mark.parametrize("end", ENDS)
def test_a_process_can_be_traced_after_a_run(end: str) -> None:
    """An interruption that is taken back leaves CPython looking for it for good.

    Python 3.11 then never gets past the first call that is traced, so this needs a process of its own.
    """
    code = f"""
        import os, django
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botbackend.settings")
        django.setup()
        from botbackend.outbox.tests.test_deadlines import run_and_trace
        run_and_trace({end!r})
        print("traced")
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.returncode) == ("traced\n", 0), ended.stderr


def test_a_run_says_whether_it_was_interrupted() -> None:
    runs = Runs()
    assert runs.run(make_claim(), lambda claim: None)
    assert not runs.run(make_claim(), lambda claim: strike_itself(runs))
    assert len(runs) == 0


def test_a_body_may_swallow_its_interruption_and_ends_as_interrupted() -> None:
    runs = Runs()
    assert not runs.run(make_claim(), lambda claim: strike_itself_in_vain(runs))
    assert len(runs) == 0


def test_an_interruption_strikes_its_own_run_whenever_it_comes() -> None:
    """Runs end and are struck at the same moments, ten thousands of times."""
    runs, stopping = Runs(), threading.Event()

    def strike() -> None:
        while not stopping.is_set():
            runs.interrupt_overdue()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # so that the two threads meet at every place there is
    striker = threading.Thread(target=strike)
    striker.start()
    outcomes: list[Any] = []
    try:
        for number in range(30_000):
            try:
                outcomes.append(runs.run(make_claim(number), lambda claim: None))
            except DeadlinePassed:
                outcomes.append("struck outside")
    finally:
        stopping.set()
        striker.join()
        sys.setswitchinterval(interval)
    assert len(outcomes) == 30_000
    assert set(outcomes) == {True, False}
