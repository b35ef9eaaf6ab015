"""What `run` decides before it starts anything."""

import socket
from pathlib import Path

import pytest

from botbackend.workshop.launcher.ports import free_port
from botbackend.workshop.launcher.run import CannotRun, chosen_port, settings_environment


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CannotRun, match=f"port {port} is in use.*PORT="):
            chosen_port({"PORT": str(port)})


def test_a_free_port_is_taken_as_given() -> None:
    port = free_port()
    assert chosen_port({"PORT": str(port)}) == port


@pytest.mark.parametrize("nonsense", ["web", "0", "70000", "-1", "80.5"])
def test_nonsense_for_a_port_is_refused(nonsense: str) -> None:
    with pytest.raises(CannotRun, match="PORT must be"):
        chosen_port({"PORT": nonsense})


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "env").write_text("STACK_TEST_ONE=file\nSTACK_TEST_TWO=file\n")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))
    monkeypatch.setenv("STACK_TEST_ONE", "environment")
    environment = settings_environment()
    assert (environment["STACK_TEST_ONE"], environment["STACK_TEST_TWO"]) == ("environment", "file")
