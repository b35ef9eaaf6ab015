"""A new web process takes requests when it could answer them, and tells whoever waits for that."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from botbackend.lib import service_notices
from botbackend.web import gate
from botbackend.web.gate import Gate, NotReady


class Manager:
    """The socket of whoever started the process, at an address in the file system."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(str(path))
        self.address = str(path)

    def heard(self) -> list[str]:
        lines = []
        while True:
            try:
                lines.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return lines


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", made.address)
    monkeypatch.setattr(gate, "LOOK_SECONDS", 0.0)
    yield made
    made.socket.close()


def application(*statuses: str) -> Callable[..., list[bytes]]:
    """Answers /health/ready with these, the last one again and again."""
    left = list(statuses)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        assert environ["PATH_INFO"] == "/health/ready"
        status = left.pop(0) if len(left) > 1 else left[0]
        start_response(f"{status} X", [])
        return [json.dumps({"checks": {"keys": "ok" if status == "200" else "down"}}).encode()]

    return answer


def goes_on() -> bool:
    return True


def test_the_last_of_its_workers_says_that_it_is_ready(manager: Manager) -> None:
    made = Gate(2)
    made.wait(application("200"), goes_on, pid=101)
    assert manager.heard() == []
    made.wait(application("503", "503", "200"), goes_on, pid=102)
    assert manager.heard() == ["STATUS=not ready: keys: down"] * 2 + ["READY=1"]


def test_a_worker_that_is_started_again_does_not_count_for_one_that_is_missing(manager: Manager) -> None:
    made = Gate(2)
    made.wait(application("200"), goes_on, pid=101)
    made.left(101)
    made.wait(application("200"), goes_on, pid=103)
    assert manager.heard() == []
    made.wait(application("200"), goes_on, pid=102)
    assert manager.heard() == ["READY=1"]


def test_without_anybody_who_waits_it_lets_everybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Gate(1).wait(application("503"), goes_on)


def test_one_that_is_not_ready_in_time_ends_and_says_what_is_missing(manager: Manager) -> None:
    made = Gate(1, ready_seconds=0.05)
    with pytest.raises(NotReady, match="keys: down"):
        made.wait(application("503"), goes_on)
    made.wait(application("503"), goes_on)  # a worker that is renewed later has no former one to leave it to
    assert service_notices.READY not in manager.heard()


def test_one_that_is_told_to_end_waits_no_longer(manager: Manager) -> None:
    Gate(1).wait(application("503"), lambda: False)
    assert service_notices.READY not in manager.heard()


def test_an_application_that_fails_is_not_ready(
    manager: Manager, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise RuntimeError("no table")

    monkeypatch.setattr("threading.excepthook", lambda failed: None)
    Gate(1).wait(broken, lambda: False)
    assert manager.heard() == ["STATUS=not ready: the application failed"]


def test_a_manager_that_is_gone_is_told_nothing_and_harms_nobody(tmp_path: Path) -> None:
    service_notices.tell(str(tmp_path / "gone"), service_notices.READY)
    service_notices.tell("", service_notices.READY)
