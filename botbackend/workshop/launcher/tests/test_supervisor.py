"""The supervisor with real, small children."""

import os
import signal
import sys
import time

from botbackend.workshop.launcher.children import ChildSpec
from botbackend.workshop.launcher.processes import pid_alive, wait_until_gone
from botbackend.workshop.launcher.run_directory import RunDirectory
from botbackend.workshop.launcher.tests.factories import (
    FAREWELL,
    STUBBORN,
    WAIT_SECONDS,
    Launch,
    Watched,
    make_child,
    read_line,
)

# Like RQ's job processes: a child of the child, in a process group of its own.
WITH_JOB = "pid = os.fork()\nif pid == 0:\n    os.setpgrp()\n    signal.pause()\nprint('job', pid)"

OTHER_SUPERVISOR = """
import signal, sys
from pathlib import Path
from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.tests.factories import STUBBORN, Watched, make_child
children = [make_child("one", code=STUBBORN), make_child("two")]
watched = Watched(*children, directory=Path(sys.argv[1]), guard=Guard())
watched.supervisor.start()
print(watched.next_pid(), watched.next_pid(), flush=True)
signal.pause()
"""


def test_it_starts_a_killed_child_again(directory: RunDirectory) -> None:
    watched = Watched(make_child(), directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    first = watched.next_pid()
    os.kill(first, signal.SIGKILL)
    second = watched.next_pid()
    assert second != first
    assert "SIGKILL" in watched.restarts.get(timeout=WAIT_SECONDS)
    assert watched.supervisor.pids() == {"child": second}
    watched.supervisor.stop()
    assert not pid_alive(second)


def test_it_waits_longer_from_failure_to_failure(directory: RunDirectory) -> None:
    failing = ChildSpec("failing", [sys.executable, "-I", "-c", "print('no luck'); raise SystemExit(3)"])
    watched = Watched(failing, directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    told = [watched.restarts.get(timeout=WAIT_SECONDS) for _ in range(3)]
    watched.supervisor.stop()
    assert [line.rpartition("again in ")[2] for line in told] == ["0.2 s", "0.5 s", "1 s"]
    assert "exit code 3" in told[0]
    assert watched.supervisor.failures()["failing"].endswith("no luck")


def test_it_closes_the_entrance_before_it_ends_the_workers(directory: RunDirectory) -> None:
    children = [make_child("worker", code=FAREWELL), make_child("web", code=FAREWELL, entrance=True)]
    watched = Watched(*children, directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    watched.await_lines("worker | listening", "web | listening")
    watched.supervisor.stop()
    farewells = [line for line in watched.await_lines("worker | bye", "web | bye") if "bye" in line]
    assert farewells == ["web | bye", "worker | bye"]


def test_it_kills_a_child_that_does_not_listen_when_its_time_is_over(directory: RunDirectory) -> None:
    child = make_child("worker", code=STUBBORN)
    watched = Watched(child, directory=directory.path, guard=directory.guard, stop_seconds=0.5)
    watched.supervisor.start()
    pid = watched.next_pid()
    watched.await_lines("worker | listening")
    began = time.monotonic()
    watched.supervisor.stop()
    assert 0.4 < time.monotonic() - began < 5
    assert not pid_alive(pid)


def test_it_ends_what_a_killed_child_had_started(directory: RunDirectory) -> None:
    watched = Watched(make_child(code=WITH_JOB), directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    child = watched.next_pid()
    job = int(watched.next_line().rpartition(" ")[2])
    os.kill(child, signal.SIGKILL)
    watched.next_pid()
    assert wait_until_gone([job], WAIT_SECONDS)
    watched.supervisor.stop()


def test_it_leaves_no_job_of_a_child_behind_when_stopped(directory: RunDirectory) -> None:
    watched = Watched(make_child(code=WITH_JOB), directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    watched.next_pid()
    job = int(watched.next_line().rpartition(" ")[2])
    watched.supervisor.stop()
    assert wait_until_gone([job], WAIT_SECONDS)


def test_children_end_with_a_killed_supervisor(directory: RunDirectory, launch: Launch) -> None:
    process = launch("-c", OTHER_SUPERVISOR, str(directory.path))
    pids = [int(word) for word in read_line(process).split()]
    assert len(pids) == 2
    assert all(pid_alive(pid) for pid in pids)
    process.kill()
    # One of them ignores SIGTERM: it is killed when the guard's patience is over.
    assert wait_until_gone(pids, WAIT_SECONDS)


def test_what_children_write_is_kept_with_time_and_name(directory: RunDirectory) -> None:
    watched = Watched(make_child("web"), directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    pid = watched.next_pid()
    watched.supervisor.stop()
    line = (directory.path / "log" / "web.log").read_text()
    assert line[:2] == "20"
    assert line.endswith(f" web | up {pid}\n")
