"""Many tasks at once in one process, and deadlines that interrupt."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import anthropic
import pytest
import requests

from botbackend.outbox import api
from botbackend.outbox.claims import Claim, network
from botbackend.outbox.models import Task
from botbackend.outbox.processes.runner import Runner
from botbackend.outbox.tests import trickling
from botbackend.outbox.tests.factories import make_handler
from projects.models import Project

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def running(threads: int = 8) -> Iterator[Runner]:
    """A runner of this process, stopped afterwards."""
    runner = Runner("default", threads)
    runner.start()
    try:
        yield runner
    finally:
        assert runner.stop(10)


@pytest.fixture
def trickling_server() -> Iterator[str]:
    """A server that sends one byte of its answer every 50 ms and never finishes."""
    command = [sys.executable, "-I", "-S", trickling.__file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_tasks_run_at_the_same_time_in_one_process() -> None:
    together = threading.Barrier(8, timeout=20)

    def body(claim: Claim) -> None:
        with network():
            together.wait()  # passes only when eight are here at once

    make_handler(body)
    for n in range(8):
        api.put("thing.done", key=str(n))
    with running():
        _wait_until_empty()
    assert not together.broken
    assert Task.objects.count() == 0


def _wait_until_empty(seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while Task.objects.exclude(state=Task.State.DEAD).exists():
        assert time.monotonic() < deadline, "tasks are left"


def test_no_more_tasks_run_at_once_than_there_are_threads() -> None:
    lock = threading.Lock()
    now_running = peak = 0

    def body(claim: Claim) -> None:
        nonlocal now_running, peak
        with lock:
            now_running += 1
            peak = max(peak, now_running)
        api.put("unknown.topic", key="x")
        with lock:
            now_running -= 1

    make_handler(body)
    for n in range(50):
        api.put("thing.done", key=str(n))
    with running(threads=3):
        _wait_until_empty()
    assert 1 <= peak <= 3


def run_job(runner: Runner, *keys: str) -> Future[None]:
    """Put a task for each key and run them as the job of a worker does; ends when all of them did."""
    for key in keys:
        api.put("thing.done", key=key)
    ids = list(Task.objects.filter(key__in=keys).order_by("pk").values_list("pk", flat=True))
    runner.redis_ok = True  # so that it claims nothing by itself
    assert runner.take_seats(1, 10)

    def job() -> None:
        runner.run(ids)

    return runner.in_thread(job)


def test_a_job_runs_its_tasks_at_the_same_time_and_ends_with_the_last() -> None:
    together = threading.Barrier(4, timeout=20)

    def body(claim: Claim) -> None:
        together.wait()

    make_handler(body)
    with running(threads=4) as runner:
        run_job(runner, "a", "b", "c", "d").result(20)
        assert Task.objects.count() == 0


def test_a_job_of_more_tasks_than_there_is_room_for_runs_them_one_after_the_other() -> None:
    seen = make_handler()
    with running(threads=2) as runner:
        run_job(runner, "a", "b", "c", "d", "e").result(20)
    assert {claim.key for claim in seen} == {"a", "b", "c", "d", "e"}


def make_tasks(name: str, number: int) -> list[int]:
    salon = Project.objects.create(slug=name, name=name)
    for n in range(number):
        api.put("thing.done", key=f"{name}{n}", project=salon)
    return list(Task.objects.filter(project=salon).order_by("pk").values_list("pk", flat=True))


def run_announced(runner: Runner, task_ids: list[int]) -> Future[None]:
    """Run a job of these tasks as a worker does."""
    runner.redis_ok = True  # so that it claims nothing by itself
    assert runner.take_seats(1, 10)

    def job() -> None:
        runner.run(task_ids)

    return runner.in_thread(job)


def test_jobs_of_a_flood_that_were_made_first_keep_no_other_salon_waiting() -> None:
    seen = make_handler()
    flood, other = make_tasks("a", 100), make_tasks("b", 1)
    with running(threads=1) as runner:
        jobs = [run_announced(runner, flood[:10]) for _ in range(1)]
        jobs[0].result(20)
    assert other[0] in [claim.task_id for claim in seen[:2]]
    assert Task.objects.count() == 0  # nobody has to announce the rest anew


def test_a_salon_at_its_ceiling_goes_on_by_itself_as_its_tasks_end(settings: Any) -> None:
    settings.SALON_AT_ONCE = {"default": 2}
    lock, peak, now_running = threading.Lock(), 0, 0

    def body(claim: Claim) -> None:
        nonlocal peak, now_running
        with lock:
            now_running += 1
            peak = max(peak, now_running)
        Project.objects.count()  # a statement in between, so that others get their turn
        with lock:
            now_running -= 1

    seen = make_handler(body)
    announced = make_tasks("a", 20)
    with running(threads=8) as runner:
        for job in [run_announced(runner, announced[:10]), run_announced(runner, announced[10:])]:
            job.result(20)
    assert len(seen) == 20
    assert peak <= 2


def test_a_slow_task_holds_up_only_its_own_job() -> None:
    release, begun = threading.Event(), threading.Semaphore(0)

    def body(claim: Claim) -> None:
        if claim.key.startswith("slow"):
            begun.release()
            release.wait(20)

    seen = make_handler(body)
    with running(threads=3) as runner:
        slow = run_job(runner, "slow 1", "slow 2")
        assert begun.acquire(timeout=20)
        assert begun.acquire(timeout=20)  # else the next job may run one of them: a job runs what is in turn
        run_job(runner, "quick").result(20)
        assert not slow.done()
        release.set()
        slow.result(20)
    assert len(seen) == 3


def test_a_job_gives_its_own_seat_back_before_it_waits_for_the_rest() -> None:
    release, waits = threading.Event(), threading.Event()
    first = threading.Lock()

    def body(claim: Claim) -> None:
        if claim.key != "late" and not first.acquire(blocking=False):
            waits.set()
            release.wait(20)

    make_handler(body)
    with running(threads=2) as runner:
        held = run_job(runner, "a", "b")
        assert waits.wait(20)
        run_job(runner, "late").result(20)
        assert not held.done()
        release.set()
        held.result(20)


def test_the_next_tasks_of_a_key_run_in_the_same_job() -> None:
    done: list[list[str]] = []
    seen = make_handler(lambda claim: _put_again(claim))
    api.put("thing.done", key="7")
    with running() as runner:
        runner.redis_ok = True  # so that it claims nothing by itself
        assert runner.take_seats(1)
        runner.in_thread(lambda: done.append(runner.run([Task.objects.get().pk]))).result(10)
    assert done == [[]]
    assert len(seen) == 10


def _put_again(claim: Claim) -> None:
    step = int(claim.payload.get("step", 0)) + 1
    if step < 10:
        api.put("thing.done", key=claim.key, payload={"step": step})


def _ask_claude(url: str, claim: Claim, timeout: float) -> None:
    with network(), anthropic.Anthropic(api_key="k", base_url=url, max_retries=5, timeout=timeout) as client:
        client.messages.create(model="m", max_tokens=5, messages=[{"role": "user", "content": "hello"}])


def _seconds_of_call(url: str, timeout: Callable[[Claim], float]) -> float:
    """How long a handler with two seconds to live waits for Claude."""
    ended = threading.Event()
    took: list[float] = []

    def body(claim: Claim) -> None:
        began = time.monotonic()
        try:
            _ask_claude(url, claim, timeout=timeout(claim))
        finally:
            took.append(time.monotonic() - began)
            ended.set()

    make_handler(body, lease_seconds=2, max_attempts=1)
    api.put("thing.done", key="7")
    with running():
        assert ended.wait(15)
    return took[0]


def test_a_claude_call_that_trickles_for_ever_ends_at_the_deadline(trickling_server: str) -> None:
    assert 1.5 < _seconds_of_call(trickling_server, lambda claim: 60) < 6
    assert Task.objects.get().state in (Task.State.DEAD, Task.State.RUNNING)


def test_a_claude_call_to_a_silent_server_ends_at_the_deadline_if_it_carries_the_claims_timeout(
    silent_server: str,
) -> None:
    # and the SDK's five retries were not begun
    assert 1.5 < _seconds_of_call(silent_server, lambda claim: claim.timeout(45)) < 6


def test_a_call_that_trickles_through_requests_ends_at_the_deadline_too(trickling_server: str) -> None:
    ended = threading.Event()

    def body(claim: Claim) -> None:
        try:
            with network():
                requests.get(trickling_server, timeout=30)
        finally:
            ended.set()

    make_handler(body, lease_seconds=1, max_attempts=1)
    api.put("thing.done", key="7")
    with running():
        assert ended.wait(15)


def test_an_interruption_never_strikes_the_next_task_of_the_thread() -> None:
    def body(claim: Claim) -> None:
        if claim.topic == "slow.thing":
            while True:
                time.sleep(0.01)

    make_handler(body, name="slow", topic="slow.thing", lease_seconds=1, max_attempts=1)
    quick = make_handler(body, name="quick")
    with running(threads=1):
        for n in range(3):
            api.put("slow.thing", key=str(n))
            api.put("thing.done", key=str(n))
        _wait_until_empty()
    assert len(quick) == 3
    assert not Task.objects.filter(handler="quick").exists()
    assert Task.objects.filter(handler="slow", state=Task.State.DEAD).count() == 3


def test_a_stopped_runner_takes_nothing_new() -> None:
    seen = make_handler()
    runner = Runner("default", 4)
    runner.start()
    assert runner.stop(5)
    api.put("thing.done", key="7")
    runner.look()
    assert not runner._claim_some()
    assert seen == []


def test_what_does_not_end_in_the_time_of_grace_is_free_for_others_at_once() -> None:
    began, release = threading.Event(), threading.Event()

    def body(claim: Claim) -> None:
        if claim.attempts == 1:
            began.set()
            release.wait(20)

    seen = make_handler(body)
    api.put("thing.done", key="7")
    old = Runner("default", 2)
    old.start()
    assert began.wait(10)
    assert not old.stop(0.1)
    with running():
        _wait_until_empty()
    release.set()
    assert [claim.attempts for claim in seen] == [1, 2]
