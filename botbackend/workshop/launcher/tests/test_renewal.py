"""An update with real processes: the port stays open, and a new version that fails changes nothing."""

import http.client
import os
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from botbackend.workshop.launcher.children import ChildSpec
from botbackend.workshop.launcher.ports import free_port, hold_port
from botbackend.workshop.launcher.processes import pid_alive, wait_until, wait_until_gone
from botbackend.workshop.launcher.product import GUNICORN_CONF
from botbackend.workshop.launcher.renewal.control import Control, NobodyRuns, ask
from botbackend.workshop.launcher.renewal.replacing import CannotRenew, Renewal
from botbackend.workshop.launcher.run_directory import CHECKOUT, RunDirectory
from botbackend.workshop.launcher.supervisor import NotReady, Supervisor
from botbackend.workshop.launcher.tests.factories import WAIT_SECONDS, Watched, make_child

APPLICATION = "botbackend.workshop.launcher.tests.tiny_app"
PER_SECOND = 20
READY = (
    "sender = __import__('socket').socket(1, 2)\n"
    "where = os.environ.get('NOTIFY_SOCKET', '')\n"
    "where and sender.sendto(b'READY=1', chr(0) + where[1:])\n"
)
MUTE = "print('mute')"
NOT_QUITE = READY.replace("READY=1", "STATUS=keys: down")


def make_web(listener: socket.socket, name: str = "web") -> ChildSpec:
    """The tiny application under gunicorn as it is configured, on a socket that is kept."""
    words = [sys.executable, "-m", "gunicorn", APPLICATION, "-c", str(GUNICORN_CONF), "--no-control-socket"]
    words += ["--bind", f"fd://{listener.fileno()}"]
    return ChildSpec(name, words, entrance=True, inherits=(listener.fileno(),))


def variables(**more: str) -> dict[str, str]:
    return {**os.environ, "WEB_WORKERS": "2", **more}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with hold_port(free_port()) as held:
        yield held


@contextmanager
def supervising(directory: RunDirectory, *specs: ChildSpec, **more: str) -> Iterator[Supervisor]:
    """A supervisor over these, in the checkout, with their output in the directory."""
    supervisor = Supervisor(
        specs,
        environment=variables(**more),
        directory=CHECKOUT,
        log_directory=directory.path / "log",
        guard=directory.guard,
        say=lambda line: None,
    )
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def get(port: int, path: str = "/", timeout: float = WAIT_SECONDS) -> tuple[str, str]:
    """What came back, and which version answered; the name of the error if nothing did."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return str(answer.status), answer.read().decode()
    except OSError as error:
        return type(error).__name__, ""
    except http.client.HTTPException as error:
        return type(error).__name__, ""
    finally:
        connection.close()


class Visitors:
    """So many requests a second, each on a connection of its own and in a thread of its own."""

    def __init__(self, port: int) -> None:
        self.answers: Counter[tuple[str, str]] = Counter()
        self._port = port
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._coming = threading.Thread(target=self._come)

    def __enter__(self) -> "Visitors":
        self._coming.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        self._coming.join()
        for thread in self._threads:
            thread.join()

    def _come(self) -> None:
        while not self._stopping.wait(1 / PER_SECOND):
            thread = threading.Thread(target=self._visit)
            thread.start()
            self._threads.append(thread)

    def _visit(self) -> None:
        self.answers[get(self._port)] += 1


def test_nobody_is_refused_while_web_processes_are_replaced(
    directory: RunDirectory, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    web = make_web(listener)
    with supervising(directory, web, VERSION="old") as supervisor, Visitors(port) as visitors:
        assert wait_until(lambda: visitors.answers["200", "old"] > 0, WAIT_SECONDS)
        slow: list[tuple[str, str]] = []
        held = threading.Thread(target=lambda: slow.append(get(port, "/slow")))
        held.start()
        assert wait_until(lambda: (directory.path / "log/web.log").read_text().count("slow begins") == 1, 9)
        former = supervisor.pids()["web"]
        supervisor.replace([web], environment=variables(VERSION="new"))
        held.join()
        assert not pid_alive(former)
        served = visitors.answers["200", "new"]
        assert wait_until(lambda: visitors.answers["200", "new"] > served, WAIT_SECONDS)
    assert slow == [("200", "old")]  # what the former one had begun it ended
    assert set(visitors.answers) == {("200", "old"), ("200", "new")}


def test_a_web_process_that_is_not_ready_never_takes_a_request(
    directory: RunDirectory, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    web = make_web(listener)
    with supervising(directory, web, VERSION="old") as supervisor, Visitors(port) as visitors:
        assert wait_until(lambda: visitors.answers["200", "old"] > 0, WAIT_SECONDS)
        former = supervisor.pids()["web"]
        with pytest.raises(NotReady, match="web: not ready: database: down"):
            supervisor.replace([web], environment=variables(VERSION="bad"), ready_seconds=4)
        assert supervisor.pids() == {"web": former}
    assert set(visitors.answers) == {("200", "old")}


def test_a_killed_web_process_costs_time_and_no_request(
    directory: RunDirectory, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    with supervising(directory, make_web(listener), VERSION="old") as supervisor:
        assert get(port) == ("200", "old")  # the socket was there before the process
        killed = supervisor.pids()["web"]
        os.kill(killed, signal.SIGKILL)
        assert wait_until_gone([killed], WAIT_SECONDS)
        assert get(port) == ("200", "old")


def test_the_former_processes_end_only_when_all_new_ones_are_ready(directory: RunDirectory) -> None:
    specs = [make_child("one", code=READY), make_child("two", code=READY)]
    watched = Watched(*specs, directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    former = {watched.next_pid(), watched.next_pid()}
    mute = make_child("two", code=MUTE)
    with pytest.raises(NotReady, match=r"two: not ready in time;.*\nup .*\nmute$") as refused:
        watched.supervisor.replace([specs[0], mute], environment={}, ready_seconds=1)
    assert "one:" not in str(refused.value)
    assert set(watched.supervisor.pids().values()) == former
    watched.supervisor.replace(specs, environment={})
    assert not any(pid_alive(pid) for pid in former)
    assert set(watched.supervisor.pids()) == {"one", "two"}
    watched.supervisor.stop()


def test_a_new_process_that_ends_is_told_at_once_and_why(directory: RunDirectory) -> None:
    watched = Watched(make_child(), directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    former = watched.next_pid()
    broken = make_child(code="raise SystemExit('no module named x')")
    with pytest.raises(NotReady, match=r"child: ended.*\n(.*\n)*no module named x"):
        watched.supervisor.replace([broken], environment={})
    waiting = make_child(code=NOT_QUITE)
    with pytest.raises(NotReady, match="child: keys: down"):
        watched.supervisor.replace([waiting], environment={}, ready_seconds=1)
    assert watched.supervisor.pids() == {"child": former}
    watched.supervisor.stop()


def test_a_renewed_process_that_is_killed_comes_back_by_itself(directory: RunDirectory) -> None:
    child = make_child(code=READY)
    watched = Watched(child, directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    watched.next_pid()
    watched.supervisor.replace([child], environment={})
    new = watched.next_pid()
    os.kill(new, signal.SIGKILL)
    assert watched.next_pid() != new
    watched.supervisor.stop()


def test_stopping_in_the_middle_of_an_update_ends_both_generations(directory: RunDirectory) -> None:
    watched = Watched(make_child(), directory=directory.path, guard=directory.guard)
    watched.supervisor.start()
    pids = [watched.next_pid()]

    def interrupt() -> None:
        pids.append(watched.next_pid())
        os.kill(os.getpid(), signal.SIGUSR1)

    def stop(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, stop)
    threading.Thread(target=interrupt).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            watched.supervisor.replace([make_child(code=MUTE)], environment={})
    finally:
        signal.signal(signal.SIGUSR1, before)
    watched.supervisor.stop()
    assert len(pids) == 2
    assert not any(pid_alive(pid) for pid in pids)


def test_whoever_asks_for_an_update_hears_what_came_of_it(directory: RunDirectory) -> None:
    outcomes = iter([None, CannotRenew("PORT was changed,\nwhich needs a new start")])

    def act(say: object) -> None:
        assert callable(say)
        say("migrating")
        if (error := next(outcomes)) is not None:
            raise error

    with pytest.raises(NobodyRuns, match="make run"):
        ask(directory.path, lambda line: None)
    heard: list[str] = []
    with Control(directory.path) as control:
        assert (directory.path / "control").stat().st_mode & 0o777 == 0o600
        serving = threading.Thread(target=lambda: control.serve(act, failures=(CannotRenew,)), daemon=True)
        serving.start()
        assert ask(directory.path, heard.append) == ""
        assert ask(directory.path, heard.append) == "PORT was changed,\nwhich needs a new start"
    assert heard == ["migrating", "migrating"]


def test_an_update_refuses_what_only_a_new_start_can_give(listener: socket.socket, tmp_path: Path) -> None:
    started = {"PORT": "8000", "REDIS_URL": "redis://embedded", "DATABASE_URL": "postgres://given"}
    told: list[str] = []

    def renew(settings: dict[str, str]) -> None:
        supervisor = Supervisor.__new__(Supervisor)  # nothing gets as far
        embedded = {"REDIS_URL": "redis://embedded"}
        Renewal(supervisor, listener, started, embedded, lambda: settings, told.append).renew(told.append)

    with pytest.raises(CannotRenew, match="PORT was changed"):
        renew({"PORT": "8001", "DATABASE_URL": "postgres://given"})
    with pytest.raises(CannotRenew, match="BIND_ADDRESS was changed"):
        renew({"BIND_ADDRESS": "192.0.2.1", "DATABASE_URL": "postgres://given"})
    with pytest.raises(CannotRenew, match="DATABASE_URL was taken out"):
        renew({})
    assert all(line.startswith("NOT renewed, the former processes go on") for line in told)
