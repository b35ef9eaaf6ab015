"""Real worker and dispatcher processes: what is due gets done, whatever dies."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django_rq
import pytest
import redis
from django.conf import settings
from django.db import connection
from rq import Queue, Worker
from rq.job import Job, JobStatus

from botbackend.outbox import api
from botbackend.outbox.models import Heartbeat, Task
from botbackend.outbox.processes import heartbeats
from botbackend.outbox.tests.factories import make_handler
from botbackend.outbox.tests.processes import Processes, Watcher
from botbackend.workshop.launcher.ports import free_port
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.servers import EmbeddedRedis

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def put(kind: str, *keys: str) -> None:
    """Put a task for the probe; its handlers only exist in the processes."""
    for key in keys:
        api.put(f"probe.{kind}", key=key)


@pytest.fixture(autouse=True)
def _know_the_probes() -> None:
    for kind in ("note", "hang", "release", "fail"):
        make_handler(topic=f"probe.{kind}", name=f"probe.{kind}")


@pytest.fixture
def default() -> Iterator[Queue]:
    """The queue of that name in an empty Redis."""
    queue: Queue = django_rq.get_queue("default")
    queue.connection.flushall()
    yield queue
    queue.connection.close()


def why_it_failed(job: Job | None) -> str:
    """What RQ's pages show about a failed job."""
    assert job is not None
    result = job.latest_result()
    assert result is not None
    return str(result.exc_string)


def test_tasks_run_once_each_under_two_dispatchers_and_two_workers(
    processes: Processes, watcher: Watcher
) -> None:
    for command in ("dispatcher", "dispatcher", "rqworker default", "rqworker default"):
        processes.start(*command.split())
    put("note", *(str(n) for n in range(200)))
    watcher.wait_for("ran", times=200 + 1)  # and the job of the clock
    assert watcher.count("ran", "clock") == 1
    assert [watcher.count("ran", str(n)) for n in range(200)] == [1] * 200
    assert not Task.objects.filter(state=Task.State.RUNNING, key="7").exists()


def test_a_task_starts_within_a_moment_of_its_commit(processes: Processes, watcher: Watcher) -> None:
    processes.start("dispatcher")
    processes.start("rqworker", "default")
    watcher.wait_for("ran", "clock")
    waits = []
    for n in range(7):
        put("note", f"t{n}")
        waits.append(watcher.wait_for("ran", f"t{n}"))
    assert sorted(waits)[3] < 0.25  # a poll alone takes 0.15 s on average, before anything runs


def test_tasks_run_inside_the_jobs_of_rq(processes: Processes, watcher: Watcher, default: Queue) -> None:
    processes.start("dispatcher")
    worker = processes.start("rqworker", "default")
    put("note", *(str(n) for n in range(30)))
    ids = set(Task.objects.filter(handler="probe.note").values_list("pk", flat=True))
    watcher.wait_for("ran", times=31)
    # A job runs what is next in turn: one whose own tasks others ran already still waits for a moment.
    assert wait_until(lambda: default.count == 0, 20)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    finished = Job.fetch_many(default.finished_job_registry.get_job_ids(), connection=default.connection)
    assert {job.func_name for job in finished if job} == {"botbackend.outbox.processes.worker.run_tasks"}
    assert ids <= {pk for job in finished if job for pk in job.args[0]}
    assert (default.count, default.started_job_registry.count, default.failed_job_registry.count) == (0, 0, 0)
    assert Worker.count(queue=default) == 0


def test_a_job_counts_as_started_while_its_task_runs_and_rq_info_shows_it(
    processes: Processes, watcher: Watcher, default: Queue
) -> None:
    processes.start("dispatcher")
    processes.start("rqworker", "default")
    put("release", "last")
    watcher.wait_for("began", "last")
    task = Task.objects.get(handler="probe.release")
    started = Job.fetch_many(default.started_job_registry.get_job_ids(), connection=default.connection)
    assert task.pk in {pk for job in started if job for pk in job.args[0]}
    assert wait_until(
        lambda: bool(heartbeats.alive(Heartbeat.Kind.WORKER)), 10
    )  # it comes after the first job
    [seen] = heartbeats.alive(Heartbeat.Kind.WORKER)
    shown = subprocess.run(
        [sys.executable, "-m", "rq.cli", "info", "--url", settings.REDIS_URL],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert f"{seen.name}" in shown
    assert "1 workers" in shown
    watcher.raw.execute("NOTIFY probe_release")
    watcher.wait_for("ran", "last")


def test_a_task_that_fails_leaves_a_failed_job_with_the_reason(
    processes: Processes, watcher: Watcher, default: Queue
) -> None:
    processes.start("dispatcher")
    processes.start("rqworker", "default")
    put("fail", "a")
    watcher.wait_for("began", "a")
    assert wait_until(lambda: default.failed_job_registry.count == 1, 10)
    [job] = Job.fetch_many(default.failed_job_registry.get_job_ids(), connection=default.connection)
    task = Task.objects.get(handler="probe.fail")
    assert task.state == Task.State.DEAD
    reason = why_it_failed(job)
    assert f"probe.fail {task.pk}: ValueError in fail" in reason
    assert "a secret" not in reason


def test_a_job_too_many_finds_nothing_and_ends_well(
    processes: Processes, watcher: Watcher, default: Queue
) -> None:
    processes.start("dispatcher")
    processes.start("rqworker", "default")
    put("note", "a")
    [pk] = Task.objects.filter(handler="probe.note").values_list("pk", flat=True)
    watcher.wait_for("ran", "a")
    again = default.enqueue("botbackend.outbox.processes.worker.run_tasks", [pk])
    assert wait_until(lambda: again.get_status() == JobStatus.FINISHED, 10)
    assert watcher.count("ran", "a") == 1


def test_work_goes_on_without_redis(processes: Processes, watcher: Watcher) -> None:
    processes.redis_url = f"redis://127.0.0.1:{free_port()}/0"
    processes.start("dispatcher")
    processes.start("rqworker", "default")
    watcher.wait_for("ran", "clock")
    put("note", "a", "b")
    assert watcher.wait_for("ran", times=3) < 10
    assert Heartbeat.objects.filter(kind=Heartbeat.Kind.DISPATCHER).exists()


def test_work_goes_on_without_a_dispatcher(processes: Processes, watcher: Watcher) -> None:
    processes.start("rqworker", "default")
    put("note", "a")
    watcher.wait_for("ran", "a")


def test_work_goes_on_when_redis_is_lost_and_comes_back_empty(
    processes: Processes, watcher: Watcher, tmp_path: Path
) -> None:
    with EmbeddedRedis(tmp_path / "redis", fast=True) as server:
        assert isinstance(server, EmbeddedRedis)
        processes.redis_url = server.url
        processes.start("dispatcher")
        worker = processes.start("rqworker", "default")
        put("note", "before")
        watcher.wait_for("ran", "before")
        server.kill()
        put("note", "meanwhile")
        watcher.wait_for("ran", "meanwhile")
        server.start()
        noticed = heartbeats.alive(Heartbeat.Kind.WORKER).filter(redis_ok=True)
        assert wait_until(noticed.exists, 30)
        put("note", "after")
        watcher.wait_for("ran", "after")
        assert worker.poll() is None
        with redis.Redis.from_url(server.url) as client:
            assert wait_until(lambda: bool(client.zcard("rq:finished:default")), 10)  # in a job again


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
    processes.start("rqworker", "default")
    watcher.wait_for("ran", times=31)


def test_the_task_of_a_killed_worker_runs_again_within_45_seconds(
    processes: Processes, watcher: Watcher, default: Queue
) -> None:
    processes.start("dispatcher")
    killed = processes.start("rqworker", "default")
    put("hang", "victim")
    watcher.wait_for("began", "victim")
    killed.send_signal(signal.SIGKILL)
    processes.start("rqworker", "default")
    watcher.wait_for("ran", "victim", seconds=45)
    assert watcher.count("began", "victim") == 2
    # Only the job of the killed one is left: the other's is over a moment after its task.
    assert wait_until(lambda: default.started_job_registry.count <= 1, 10)
    default.started_job_registry.cleanup(timestamp=time.time() + 600)  # what every worker does after a while
    failed = Job.fetch_many(default.failed_job_registry.get_job_ids(), connection=default.connection)
    assert failed
    assert all("AbandonedJobError" in why_it_failed(job) for job in failed)
    assert watcher.count("began", "victim") == 2


def test_a_stopped_worker_finishes_what_it_runs(processes: Processes, watcher: Watcher) -> None:
    worker = processes.start("rqworker", "default")
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
    worker = processes.start("rqworker", "default")
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
