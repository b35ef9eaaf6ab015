"""Whatever is lost, at whatever moment: the work is done within 45 seconds, and committed once."""

import signal
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from botbackend.outbox import api
from botbackend.outbox.models import Heartbeat, Task
from botbackend.outbox.processes import announcements, heartbeats
from botbackend.outbox.tests.factories import make_handler
from botbackend.outbox.tests.processes import Processes, Watcher
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.servers import EmbeddedPostgres

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BACK_WITHIN = 45.0


def put(kind: str, key: str) -> None:
    api.put(f"probe.{kind}", key=key)


@pytest.fixture(autouse=True)
def _know_the_probes() -> None:
    for kind in ("note", "hang", "die", "late"):
        make_handler(topic=f"probe.{kind}", name=f"probe.{kind}")
    make_handler(topic="probe.poison", name="probe.poison", lease_seconds=4, max_attempts=3)


def test_a_task_committed_by_a_web_process_that_died_before_its_wake_up_is_done(
    processes: Processes, watcher: Watcher
) -> None:
    processes.start("dispatcher")
    processes.start("rqworker", "default")
    watcher.wait_for("ran", "clock")
    Task.objects.create(topic="probe.note", handler="probe.note", key="a", due_at=timezone.now())
    assert watcher.wait_for("ran", "a", seconds=BACK_WITHIN) < 10


def test_a_task_whose_dispatcher_died_before_it_told_redis_is_done(
    processes: Processes, watcher: Watcher
) -> None:
    processes.start("rqworker", "default")
    put("note", "a")
    assert announcements.mark_due()["default"]  # and the dispatcher is gone
    watcher.wait_for("ran", "a", seconds=BACK_WITHIN)


def test_work_goes_on_when_the_dispatcher_is_killed(processes: Processes, watcher: Watcher) -> None:
    killed = processes.start("dispatcher")
    processes.start("rqworker", "default")
    watcher.wait_for("ran", "clock")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    put("note", "meanwhile")
    watcher.wait_for("ran", "meanwhile", seconds=BACK_WITHIN)


def test_a_worker_killed_after_its_commit_leaves_a_task_that_ends(
    processes: Processes, watcher: Watcher
) -> None:
    processes.start("dispatcher")
    killed = processes.start("rqworker", "default")
    put("die", "a")
    assert killed.wait(90) == -signal.SIGKILL
    processes.start("rqworker", "default")
    watcher.wait_for("ran", "a", times=2, seconds=BACK_WITHIN)
    assert wait_until(lambda: not Task.objects.filter(handler="probe.die").exists(), 10)


def test_a_frozen_worker_loses_its_task_and_can_commit_nothing_when_it_thaws(
    processes: Processes, watcher: Watcher
) -> None:
    processes.start("dispatcher")
    frozen = processes.start("rqworker", "default")
    put("late", "a")
    watcher.wait_for("began", "a")
    processes.start("rqworker", "default")
    assert wait_until(lambda: heartbeats.alive(Heartbeat.Kind.WORKER).count() == 2, 90)
    frozen.send_signal(signal.SIGSTOP)
    watcher.wait_for("ran", "a", seconds=BACK_WITHIN)
    frozen.send_signal(signal.SIGCONT)
    watcher.raw.execute("NOTIFY probe_release")
    frozen.send_signal(signal.SIGTERM)
    assert frozen.wait(60) == 0
    assert watcher.count("ran", "a") == 1


def test_a_task_that_kills_every_worker_is_parked_with_its_reason_and_the_rest_is_done(
    processes: Processes, watcher: Watcher
) -> None:
    processes.start("dispatcher")
    workers = [processes.start("rqworker", "default") for _ in range(4)]
    assert wait_until(lambda: heartbeats.alive(Heartbeat.Kind.WORKER).count() == 4, 180)
    put("poison", "a")
    dead = Task.objects.filter(handler="probe.poison", state=Task.State.DEAD)
    assert wait_until(dead.exists, BACK_WITHIN)
    assert dead.get().last_error == "the process that ran it stopped"
    assert watcher.count("began", "a") == 3
    assert wait_until(lambda: sum(worker.poll() is None for worker in workers) == 1, 10)
    put("note", "b")
    watcher.wait_for("ran", "b")


def test_a_killed_postgresql_loses_nothing_and_the_processes_find_it_again(
    processes: Processes, tmp_path: Path
) -> None:
    with EmbeddedPostgres(tmp_path / "postgres", fast=True) as server:
        assert isinstance(server, EmbeddedPostgres)
        processes.database_url = server.url
        assert processes.start("migrate", "--verbosity", "0").wait(120) == 0
        with psycopg.connect(server.url, autocommit=True) as raw:
            Watcher(raw)
        alive = [processes.start("dispatcher"), processes.start("rqworker", "default")]
        for key in ("first", "second"):
            with psycopg.connect(server.url, autocommit=True) as raw:
                _insert(raw, key)
                assert wait_until(lambda: _is_done(raw, key), BACK_WITHIN)  # noqa: B023 - called here
                _insert(raw, f"{key} outage", due_in=2)
            server.kill()
            server.start()
            with psycopg.connect(server.url, autocommit=True) as raw:
                assert wait_until(lambda: _is_done(raw, f"{key} outage"), BACK_WITHIN)  # noqa: B023 - as above
        assert [process.poll() for process in alive] == [None, None]


def _insert(raw: psycopg.Connection[tuple[object, ...]], key: str, *, due_in: float = 0) -> None:
    raw.execute(
        "INSERT INTO outbox_task (topic, handler, queue, key, payload, state, due_at, lease_token, attempts,"
        " last_error, created_at) VALUES ('probe.note', 'probe.note', 'default', %s, '{}', 'waiting',"
        " now() + make_interval(secs => %s), 0, 0, '', now())",
        [key, due_in],
    )


def _is_done(raw: psycopg.Connection[tuple[object, ...]], key: str) -> bool:
    told = raw.execute("SELECT 1 FROM probe_event WHERE event = 'ran' AND key = %s", [key]).fetchone()
    return told is not None
