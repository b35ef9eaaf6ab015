"""Several hosts in small: half of them is cut off, both masters are lost, and the product is updated."""

import os
import subprocess
import sys

import pytest

from botbackend.workshop.chaos.hosts.__main__ import MODULE
from botbackend.workshop.launcher.run_directory import CHECKOUT

# Twenty processes and four servers: on two cores beside other tests they are late, and nothing is told by it.
IS_NIGHT = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IS_NIGHT, reason="needs the machine for itself: HYPOTHESIS_PROFILE=nightly"),
]

HAPPENED = (
    "a web and a worker host cut off",
    "Redis master killed",
    "host of the PostgreSQL primary lost",
    "update: webhooks not answered with 2xx",
)


def test_nothing_is_lost_or_doubled_while_hosts_are_lost_and_then_updated() -> None:
    # A program of its own: it becomes one in another network, where the machine has one for us.
    command = [sys.executable, "-m", MODULE, "--quick", "--seed", "7"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert done.stdout.startswith("hosts are ")
    assert [what for what in HAPPENED if what not in done.stdout] == []
