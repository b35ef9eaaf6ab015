"""Where there are no network namespaces the run says so, and stops a host that it would cut off."""

import subprocess
import sys
from pathlib import Path

import pytest

from botbackend.workshop.chaos.hosts.network import HOSTS, Addresses
from botbackend.workshop.chaos.hosts.own import enter_own_network
from botbackend.workshop.launcher.processes import end_process, wait_until


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_host_that_is_cut_off_does_nothing_until_it_is_healed() -> None:
    network = Addresses("asked for")
    command = [sys.executable, "-c", "input()"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        network.cut("web-a", [process.pid])
        assert wait_until(lambda: state(process.pid) == "T", 10)
        network.heal("web-a", [process.pid])
        assert wait_until(lambda: state(process.pid) != "T", 10)
    finally:
        end_process(process, steps=())
        process.communicate()


def test_every_host_has_an_address_of_its_own() -> None:
    assert len({Addresses("").address(host) for host in HOSTS}) == len(HOSTS)


def test_a_machine_without_the_programs_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    assert "iproute2" in enter_own_network("nothing", [])
    assert "iproute2" in Addresses(enter_own_network("nothing", [])).form
