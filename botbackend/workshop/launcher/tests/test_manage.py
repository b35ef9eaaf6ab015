"""Management commands reach the embedded servers, running or not."""

import contextlib
import os
import socket
from pathlib import Path

import pytest

from botbackend.workshop.launcher import manage
from botbackend.workshop.launcher.embedded import ADDRESSES, embed_servers, missing_servers, running_servers
from botbackend.workshop.launcher.execute import throwaway_secrets
from botbackend.workshop.launcher.run_directory import RunDirectory
from botbackend.workshop.launcher.server_process import write_private


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A var/ of its own and settings that name no server."""
    for name, value in {**throwaway_secrets(), "ENV_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    for name in ("DATABASE_URL", "REDIS_URL", "REDIS_SENTINELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(manage, "VAR", tmp_path)
    return tmp_path


def test_a_command_on_a_fresh_checkout_starts_the_servers_and_leaves_none(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    salon = checkout / "salon.json"
    salon.write_text('{"project_id": "salon_abc", "specialists": ["Anna"], "services": {"Haircut": 1}}')
    assert manage.manage_here(["load_project", str(salon), "--api-key"]) == 0
    assert capfd.readouterr().out.splitlines()[0] == "project_id=salon_abc"
    assert running_servers(checkout) == {}
    assert not (checkout / ADDRESSES).exists()


def test_a_command_beside_a_running_stack_uses_its_servers(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(RunDirectory(checkout))
        environment: dict[str, str] = {}
        embed_servers(stack, directory, environment, print)
        assert running_servers(checkout) == environment
        assert (checkout / ADDRESSES).stat().st_mode & 0o777 == 0o600  # it holds the passwords
        assert manage.manage_here(["migrate", "--noinput"]) == 0  # would wait for the lock otherwise
        assert manage.manage_here(["load_project", str(checkout / "nothing.json")]) == 1
    output = capfd.readouterr()
    assert "Applying projects.0001_squashed_salons_people_and_keys" in output.out
    assert "cannot read" in output.err


def test_addresses_that_a_killed_launcher_left_are_not_believed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        write_private(tmp_path / ADDRESSES, f'{{"REDIS_URL": "{url}"}}')
        assert running_servers(tmp_path) == {"REDIS_URL": url}
    assert running_servers(tmp_path) == {}


def test_only_what_the_settings_do_not_name_is_embedded() -> None:
    assert missing_servers({}) == ["DATABASE_URL", "REDIS_URL"]
    assert missing_servers({"DATABASE_URL": "postgresql://here", "REDIS_URL": ""}) == ["REDIS_URL"]
    assert missing_servers({"REDIS_SENTINELS": "one:26379"}) == ["DATABASE_URL"]
