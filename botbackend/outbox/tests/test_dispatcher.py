"""The dispatcher's own duties, without processes."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django_rq
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis
from rq.job import Job

from botbackend.outbox import api, registry, wakeups
from botbackend.outbox.claims import Claim
from botbackend.outbox.models import Heartbeat, Task
from botbackend.outbox.processes import announcements, clock, dispatcher, heartbeats, worker
from botbackend.outbox.processes.dispatcher import Dispatcher
from botbackend.outbox.testing import run_due
from botbackend.outbox.tests.factories import claim_one, let_lease_lapse, make_handler

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty_redis() -> Iterator[Redis]:
    """The real one, without what other tests left there."""
    client: Redis = Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.close()


def in_threads(count: int, body: object) -> None:
    """Run `body()` in so many threads at once."""
    assert callable(body)
    barrier = threading.Barrier(count)

    def one() -> None:
        barrier.wait()
        body()
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def mark_due(limit: int = 200) -> dict[str, int]:
    """How many tasks of each queue were marked as announced."""
    return {queue: len(tasks) for queue, tasks in announcements.mark_due(limit).items()}


def jobs(queue: str) -> list[Job]:
    """The RQ jobs that wait in a queue."""
    found: list[Job] = django_rq.get_queue(queue).jobs
    return found


def test_a_due_task_is_announced_once_until_its_announcement_is_old() -> None:
    make_handler()
    api.put("thing.done", key="7")
    assert mark_due() == {"default": 1}
    assert mark_due() == {}
    Task.objects.update(dispatched_until=timezone.now() - timedelta(seconds=1))
    assert mark_due() == {"default": 1}


def test_two_dispatchers_announce_each_task_once() -> None:
    make_handler()
    for n in range(100):
        api.put("thing.done", key=str(n))
    found: list[int] = []
    in_threads(4, lambda: found.append(sum(mark_due(40).values())))
    assert sum(found) <= 100
    while more := sum(mark_due().values()):
        found.append(more)
    assert sum(found) == 100


def test_a_task_whose_key_runs_is_not_announced() -> None:
    make_handler()
    api.put("thing.done", key="7")
    claim_one()
    api.put("thing.done", key="7")
    assert mark_due() == {}


def test_one_full_queue_does_not_crowd_out_another() -> None:
    make_handler(name="many", queue="sheets")
    make_handler(name="one", topic="rare.thing", queue="turns")
    for n in range(10):
        api.put("thing.done", key=str(n))
    api.put("rare.thing", key="7")
    assert mark_due(5) == {"sheets": 5, "turns": 1}


def test_due_tasks_become_jobs_of_their_queue_that_run_them(empty_redis: Redis) -> None:
    make_handler(queue="sheets")
    for n in range(25):
        api.put("thing.done", key=str(n))
    Dispatcher().cycle()
    due = list(Task.objects.order_by("due_at", "id").values_list("pk", flat=True))
    assert [job.args[0] for job in jobs("sheets")] == [due[:10], due[10:20], due[20:]]
    assert {job.func for job in jobs("sheets")} == {worker.run_tasks}
    assert "test.handler" in str(jobs("sheets")[0].description)
    assert jobs("default") == []


def test_a_job_that_redis_lost_is_announced_again(empty_redis: Redis) -> None:
    make_handler(queue="sheets")
    api.put("thing.done", key="7")
    Dispatcher().cycle()
    [lost] = jobs("sheets")
    empty_redis.flushall()
    Dispatcher().cycle()
    assert jobs("sheets") == []
    Task.objects.update(dispatched_until=timezone.now() - timedelta(seconds=1))
    Dispatcher().cycle()
    assert [job.args for job in jobs("sheets")] == [lost.args]


def test_a_queue_that_nobody_serves_does_not_fill_redis(
    empty_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcements, "MOST_WAITING", 2)
    make_handler(queue="sheets")
    for n in range(35):
        api.put("thing.done", key=str(n))
    for _ in range(2):
        Dispatcher().cycle()
        Task.objects.update(dispatched_until=None)
    assert len(jobs("sheets")) == 2


def test_a_cycle_brings_back_what_a_lost_process_held() -> None:
    make_handler()
    api.put("thing.done", key="7")
    let_lease_lapse(claim_one())
    Dispatcher().cycle()
    task = Task.objects.get()
    assert task.state == Task.State.WAITING
    assert task.dispatched_until is not None


def test_a_cycle_leaves_a_sign_of_life_and_the_end_takes_it_back() -> None:
    one = Dispatcher()
    one.cycle()
    assert [beat.name for beat in heartbeats.alive(Heartbeat.Kind.DISPATCHER)] == [one.name]
    stopping = threading.Event()
    stopping.set()
    one.run(stopping)
    assert not Heartbeat.objects.exists()


def test_a_commit_wakes_a_dispatcher_that_would_sleep_for_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 60.0)
    monkeypatch.setattr(wakeups, "_last", float("-inf"))  # another test may have notified just now
    make_handler()
    stopping = threading.Event()

    def dispatch() -> None:
        Dispatcher().run(stopping)
        connection.close()

    thread = threading.Thread(target=dispatch)
    thread.start()
    with connection.cursor() as cursor:  # it listens as soon as its connection says so
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'")
            if cursor.fetchone():
                break
    api.put("thing.done", key="7")
    began = time.monotonic()
    while time.monotonic() - began < 10 and Task.objects.get().dispatched_until is None:
        pass
    stopping.set()
    api.put("thing.done", key="8")
    assert Task.objects.get(key="7").dispatched_until is not None
    assert time.monotonic() - began < 5
    thread.join()


def test_a_job_of_the_clock_runs_once_whoever_ensures_it() -> None:
    seen: list[Claim] = []
    registry.every(name="prune", seconds=600, handler=seen.append)
    in_threads(6, clock.ensure_jobs)
    in_threads(4, lambda: run_due())
    clock.ensure_jobs()
    assert run_due() == 0
    assert len(seen) == 1
    task = Task.objects.get()
    assert (task.due_at - timezone.now()).total_seconds() == pytest.approx(600, abs=5)


def test_a_failing_job_of_the_clock_comes_again_and_is_never_parked() -> None:
    def fail(claim: Claim) -> None:
        raise ValueError

    registry.every(name="prune", seconds=60, handler=fail)
    clock.ensure_jobs()
    for _ in range(12):
        run_due(ignore_due=True, until_empty=False)
    task = Task.objects.get()
    assert task.state == Task.State.WAITING
    assert "ValueError" in task.last_error
    assert 0 < (task.due_at - timezone.now()).total_seconds() <= 60


def test_a_daily_job_runs_at_its_hour() -> None:
    nightly = registry.Clockwork(86400, datetime(2026, 1, 1, 3, 30).time())  # noqa: DTZ001 - only its time
    assert nightly.next_run(datetime(2026, 5, 1, 3, 0, tzinfo=UTC)) == datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
    assert nightly.next_run(datetime(2026, 5, 1, 3, 30, tzinfo=UTC)) == datetime(
        2026, 5, 2, 3, 30, tzinfo=UTC
    )


def test_a_shorter_period_takes_effect_without_waiting_for_the_longer_one() -> None:
    registry.every(name="prune", seconds=86400, handler=lambda claim: None)
    clock.ensure_jobs()
    run_due()
    registry._clockwork["prune"] = registry.Clockwork(60, None)
    clock.ensure_jobs()
    assert (Task.objects.get().due_at - timezone.now()).total_seconds() <= 60
