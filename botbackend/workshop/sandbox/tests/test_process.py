"""Each stand-in as a process: its ready line, its end, its options."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

COMMAND = [sys.executable, "-m", "botbackend.workshop.sandbox"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["sendpulse"],
        ["claude", "--unscripted", "read"],
        ["google", "--spreadsheet", "a:Salon"],
        ["transcriber", "--words", "hello"],
    ],
)
def test_a_stand_in_says_where_it_listens_and_ends_on_sigterm(arguments: list[str]) -> None:
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        word, url = server.stdout.readline().split()
        assert word == "ready"
        assert requests.get(f"{url}/_control/state", timeout=5).json()["name"] == arguments[0]
        server.send_signal(signal.SIGTERM)
        _, told = server.communicate(timeout=10)
    assert server.returncode == 0
    assert "stand-in" in told


def test_credentials_are_written_for_their_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "keys" / "google.json"
    command = [*COMMAND, "google", "--write-credentials", str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        _, url = server.stdout.readline().split()
        server.terminate()
    assert json.loads(target.read_text())["token_uri"] == f"{url}/token"
    assert target.stat().st_mode & 0o077 == 0
