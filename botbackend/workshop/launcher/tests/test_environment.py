"""The script that makes .venv, on a copy of the few files it needs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from botbackend.workshop.launcher.run_directory import CHECKOUT

SCRIPT = "botbackend/workshop/launcher/environment.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / SCRIPT).parent.mkdir(parents=True)
    shutil.copy(CHECKOUT / SCRIPT, tmp_path / SCRIPT)
    (tmp_path / "requirements.txt").write_text("# nothing, so that no network is needed\n")
    return tmp_path


def make_environment(checkout: Path) -> str:
    command = [sys.executable, str(checkout / SCRIPT)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_it_installs_only_when_requirements_changed(checkout: Path) -> None:
    first = make_environment(checkout)
    assert "creating .venv" in first
    assert "installing requirements.txt" in first
    assert make_environment(checkout) == ""
    (checkout / "requirements.txt").write_text("# something else\n")
    again = make_environment(checkout)
    assert "creating" not in again
    assert "installing requirements.txt" in again
    assert_it_takes_the_lock_while_that_is_as_new(checkout)


def assert_it_takes_the_lock_while_that_is_as_new(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\necho pip got $*\n")  # what it is told is all that matters
    python.chmod(0o755)
    (checkout / "requirements.txt").write_text("Some.Thing[extra]==1.0  # what for\n")
    (checkout / "requirements.lock").write_text("some-thing==1.1 \\\n    --hash=sha256:0\n")
    said = make_environment(checkout)
    assert "older than requirements.txt (make lock): some-thing==1.0" in said
    assert "-r requirements.txt" in said
    (checkout / "requirements.lock").write_text("some-thing==1.0 \\\n    --hash=sha256:0\n")
    assert "--require-hashes -r requirements.lock" in make_environment(checkout)


@pytest.mark.slow
def test_it_replaces_an_environment_that_was_left_half_made(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    assert "creating .venv" in make_environment(checkout)
    python = checkout / ".venv" / "bin" / "python"
    assert subprocess.run([str(python), "-c", "import pip"], check=False).returncode == 0


def test_it_leaves_a_linked_environment_to_its_owner(checkout: Path) -> None:
    (checkout / "shared").mkdir()
    (checkout / ".venv").symlink_to("shared")
    assert make_environment(checkout) == ""
    assert list((checkout / "shared").iterdir()) == []
