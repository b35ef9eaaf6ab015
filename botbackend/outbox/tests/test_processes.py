"""Real worker and dispatcher processes: what is due gets done, whatever dies."""

import signal
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from botbackend.outbox import api, heartbeats
from botbackend.outbox.models import Heartbeat, Task
from botbackend.outbox.tests.factories import make_handler
from botbackend.outbox.tests.processes import Processes, Watcher
from botbackend.workshop.launcher.ports import free_port
from botbackend.workshop.launcher.servers import EmbeddedRedis

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def put(kind: str, *keys: str) -> None:
    """Put a task for the probe; its handlers only exist in the processes."""
    for key in keys:
        api.put(f"probe.{kind}", key=key)


@pytest.fixture(autouse=True)
def _know_the_probes() -> None:
    for kind in ("note", "hang", "release"):
        make_handler(topic=f"probe.{kind}", name=f"probe.{kind}")


def test_tasks_run_once_each_under_two_dispatchers_and_two_workers(
    processes: Processes, watcher: Watcher
) -> None:
    for command in ("dispatcher", "dispatcher", "work default", "work default"):
        processes.start(*command.split())
    put("note", *(str(n) for n in range(200)))
    watcher.wait_for("ran", times=200 + 1)  # and the job of the clock
    assert watcher.count("ran", "clock") == 1
    assert [watcher.count("ran", str(n)) for n in range(200)] == [1] * 200
    assert not Task.objects.filter(state=Task.State.RUNNING, key="7").exists()


def test_a_task_starts_within_a_moment_of_its_commit(processes: Processes, watcher: Watcher) -> None:
    processes.start("dispatcher")
    processes.start("work", "default")
    watcher.wait_for("ran", "clock")
    waits = []
    for n in range(7):
        put("note", f"t{n}")
        waits.append(watcher.wait_for("ran", f"t{n}"))
    assert sorted(waits)[3] < 0.25  # a poll alone takes 0.15 s on average, before anything runs


def test_wake_ups_leave_nothing_in_redis(processes: Processes, watcher: Watcher) -> None:
    client = redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)
    client.flushdb()
    processes.start("dispatcher")
    worker = processes.start("work", "default")
    put("note", *(str(n) for n in range(30)))
    watcher.wait_for("ran", times=31)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    left = [key for key in client.scan_iter("rq:*default*") if not key.startswith("rq:worker")]
    client.close()
    assert left == []


def test_work_goes_on_without_redis(processes: Processes, watcher: Watcher) -> None:
    processes.redis_url = f"redis://127.0.0.1:{free_port()}/0"
    processes.start("dispatcher")
    processes.start("work", "default")
    watcher.wait_for("ran", "clock")
    put("note", "a", "b")
    assert watcher.wait_for("ran", times=3) < 10
    assert Heartbeat.objects.filter(kind=Heartbeat.Kind.DISPATCHER).exists()


def test_work_goes_on_without_a_dispatcher(processes: Processes, watcher: Watcher) -> None:
    processes.start("work", "default")
    put("note", "a")
    watcher.wait_for("ran", "a")


def test_work_goes_on_when_redis_is_lost_and_comes_back_empty(
    processes: Processes, watcher: Watcher, tmp_path: Path
) -> None:
    with EmbeddedRedis(tmp_path / "redis", fast=True) as server:
        assert isinstance(server, EmbeddedRedis)
        processes.redis_url = server.url
        processes.start("dispatcher")
        worker = processes.start("work", "default")
        put("note", "before")
        watcher.wait_for("ran", "before")
        server.kill()
        put("note", "meanwhile")
        watcher.wait_for("ran", "meanwhile")
        server.start()
        put("note", "after")
        watcher.wait_for("ran", "after")
        assert worker.poll() is None


def test_a_flushed_redis_loses_nothing(processes: Processes, watcher: Watcher) -> None:
    processes.start("dispatcher")
    put("note", *(str(n) for n in range(30)))
    client = redis.Redis.from_url(settings.REDIS_URL)
    watcher.raw.execute("LISTEN outbox")
    for _ in range(20):  # wake-ups are sent, but nobody is there to take them
        if client.llen("rq:queue:default"):
            break
        for _ in watcher.raw.notifies(timeout=0.3, stop_after=1):
            pass
    client.flushdb()
    client.close()
    processes.start("work", "default")
    watcher.wait_for("ran", times=31)


def test_the_task_of_a_killed_worker_runs_again_within_45_seconds(
    processes: Processes, watcher: Watcher
) -> None:
    processes.start("dispatcher")
    killed = processes.start("work", "default")
    put("hang", "victim")
    watcher.wait_for("began", "victim")
    killed.send_signal(signal.SIGKILL)
    processes.start("work", "default")
    watcher.wait_for("ran", "victim", seconds=45)
    assert watcher.count("began", "victim") == 2


def test_a_stopped_worker_finishes_what_it_runs(processes: Processes, watcher: Watcher) -> None:
    worker = processes.start("work", "default")
    put("release", "last")
    watcher.wait_for("began", "last")
    worker.send_signal(signal.SIGTERM)
    watcher.raw.execute("NOTIFY probe_release")
    assert worker.wait(timeout=20) == 0
    assert watcher.count("ran", "last") == 1
    assert not heartbeats.alive(Heartbeat.Kind.WORKER).exists()
    assert [task.key for task in Task.objects.filter(state=Task.State.RUNNING)] == []


def test_processes_reconnect_when_postgresql_dropped_their_connections(
    processes: Processes, watcher: Watcher
) -> None:
    dispatcher = processes.start("dispatcher")
    worker = processes.start("work", "default")
    watcher.wait_for("ran", "clock")
    watcher.raw.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = ''"
    )
    connection.close()
    put("note", "after")
    watcher.wait_for("ran", "after")
    assert dispatcher.poll() is None
    assert worker.poll() is None
