"""The scripts that update an installation of systemd units or of containers, with stand-ins of both managers.

The stand-ins write down what they were asked; one that is told to fail does.
"""

import configparser
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from botbackend.lib import service_notices
from botbackend.tests.checkout import CHECKOUT
from botbackend.workshop.launcher.product import QUEUES

SYSTEMD = CHECKOUT / "deploy" / "systemd"
UNITS = sorted(path.name for path in SYSTEMD.iterdir() if path.suffix in (".service", ".socket", ".target"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
STAND_IN = """#!/bin/bash
echo "${{0##*/}} $*" >> {log}
case "${{0##*/}} $*" in {cases} esac
"""


class Machine:
    """A folder with stand-ins for programs, and what they were asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.log.touch()
        self.programs = folder / "bin"
        self.programs.mkdir()

    def stand_in(self, name: str, **answers: str) -> None:
        """A program; `answers` are shell for arguments that match a pattern, under any name."""
        cases = "\n".join(f"{line};;" for line in answers.values())
        path = self.programs / name
        path.write_text(STAND_IN.format(log=self.log, cases=cases))
        path.chmod(0o755)

    def run(
        self, *words: str, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A script with the stand-ins before everything else."""
        path = f"{self.programs}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, **(variables or {})}
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)

    def asked(self, pattern: str = "") -> list[str]:
        return [line for line in self.log.read_text().splitlines() if re.search(pattern, line)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


# --- systemd --------------------------------------------------------------------------------------------

OF_A = (
    *("botbackend-dispatcher@a.service", "botbackend-web@a.service"),
    *("botbackend-worker@turns-a.service", "botbackend-worker@turns-a-2.service"),
)
OF_B = tuple(re.sub(r"([@-])a(?=[.-])", r"\1b", name) for name in OF_A)


def make_releases(machine: Machine) -> Path:
    """Two releases with what passes for a Python, of which the first one runs."""
    home = machine.folder / "srv"
    for name in ("one", "two"):
        (home / "releases" / name / ".venv/bin").mkdir(parents=True)
        shutil.copy(Path("/bin/true"), home / "releases" / name / ".venv/bin/python")
    (home / "current").symlink_to(home / "releases" / "one")
    return home


def update_units(machine: Machine, release: str, *, fails: str = "", active: tuple[str, ...] = OF_A) -> int:
    home = machine.folder / "srv" if (machine.folder / "srv").exists() else make_releases(machine)
    others = "false" if active == OF_A else "true"
    machine.stand_in(
        "systemctl",
        listed=f'"systemctl list-units"*) printf "%s loaded active running x\\n" {" ".join(active)}',
        b=f'*"is-active --quiet botbackend-web@b.service") {others}',
        a=f'*"is-active --quiet botbackend-web@a.service") ! {others}',
        fails=f'"systemctl {fails}"*) false' if fails else "nothing) true",
    )
    machine.stand_in("runuser", fails='*"manage.py check") exit 1' if fails == "check" else "nothing) true")
    done = machine.run(
        str(SYSTEMD / "update"),
        release,
        variables={"BOTBACKEND_HOME": str(home), "BOTBACKEND_SETTINGS": "/env"},
    )
    machine.folder.joinpath("out").write_text(done.stdout + done.stderr)
    return done.returncode


def test_new_units_start_before_the_old_ones_stop(machine: Machine) -> None:
    assert update_units(machine, "two") == 0, (machine.folder / "out").read_text()
    steps = machine.asked(r"manage.py|systemctl (start|stop|--quiet)")
    assert [re.sub(r"^\S+ .*(manage.py .*)$", r"\1", line) for line in steps] == [
        "manage.py check",
        "manage.py migrate_live",
        f"systemctl start {' '.join(OF_B)}",
        f"systemctl --quiet enable {' '.join(OF_B)}",
        f"systemctl --quiet disable {' '.join(OF_A)}",
        f"systemctl stop {' '.join(OF_A)}",
    ]
    assert (machine.folder / "srv/current").resolve().name == "two"


def test_the_next_update_goes_back_to_the_first_slot(machine: Machine) -> None:
    assert update_units(machine, "two", active=OF_B) == 0, (machine.folder / "out").read_text()
    assert machine.asked("systemctl (start|stop)") == [
        f"systemctl start {' '.join(OF_A)}",
        f"systemctl stop {' '.join(OF_B)}",
    ]


def test_units_that_do_not_become_ready_leave_the_old_ones_alone(machine: Machine) -> None:
    assert update_units(machine, "two", fails="start") == 1
    assert "NOT updated" in (machine.folder / "out").read_text()
    assert machine.asked("systemctl stop") == [f"systemctl stop {' '.join(OF_B)}"]
    assert (machine.folder / "srv/current").resolve().name == "one"


def test_wrong_settings_stop_an_update_before_anything_starts(machine: Machine) -> None:
    assert update_units(machine, "two", fails="check") == 1
    assert machine.asked("systemctl (start|stop)|migrate") == []
    assert (machine.folder / "srv/current").resolve().name == "one"


def test_a_started_process_belongs_to_its_release_and_not_to_the_link(machine: Machine) -> None:
    home = make_releases(machine)
    python = home / "releases/one/.venv/bin/python"
    python.unlink()
    python.write_text('#!/bin/sh\necho "$0 $(pwd -P) $*"\n')
    python.chmod(0o755)
    (home / "releases/one/deploy/systemd").mkdir(parents=True)
    shutil.copy(SYSTEMD / "start", home / "releases/one/deploy/systemd/start")
    start, release = str(home / "current/deploy/systemd/start"), home.resolve() / "releases/one"
    front = f"{release}/.venv/bin/python {release}"
    assert machine.run(start, "worker", "turns-a-2").stdout == f"{front} manage.py rqworker turns\n"
    assert machine.run(start, "dispatcher").stdout == f"{front} manage.py dispatcher\n"
    web = machine.run(start, "web").stdout
    assert web.startswith(f"{front} -m gunicorn botbackend.wsgi -c botbackend/gunicorn_conf.py")
    assert machine.run(start, "cron").returncode == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for name in UNITS:  # an installation has the file that they start
        text = (SYSTEMD / name).read_text().replace("/srv/botbackend/current", str(CHECKOUT))
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "botbackend" in line]
    assert ours == []
    assert done.returncode == 0, done.stderr


def read_unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds the case
    unit.read(SYSTEMD / name)
    return unit


@pytest.mark.parametrize("name", UNITS)
def test_every_unit_is_started_with_the_machine_and_stopped_with_the_others(name: str) -> None:
    unit = read_unit(name)
    wanted = unit["Install"]["WantedBy"].split()
    if name == "botbackend.target":
        assert wanted == ["multi-user.target"]
    else:
        assert "botbackend.target" in wanted
        assert unit["Unit"]["PartOf"] == "botbackend.target"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_awaited_hardened_and_run_by_nobody_else(name: str) -> None:
    unit = read_unit(name)
    service = unit["Service"]
    assert (service["Type"], service["User"]) == ("notify", "botbackend")
    assert {"postgresql.service", "redis-server.service", "network-online.target"} <= set(
        unit["Unit"]["After"].split()
    )
    hardened = {"NoNewPrivileges", "ProtectHome", "PrivateTmp", "RestrictNamespaces", "ProtectKernelModules"}
    assert {service[line] for line in hardened} == {"true"}
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("strict", "")


def test_the_web_unit_gets_the_port_from_systemd() -> None:
    socket, web = read_unit("botbackend-web.socket"), read_unit("botbackend-web@.service")
    assert web["Service"]["Sockets"] == "botbackend-web.socket"
    assert socket["Socket"]["Service"] == "botbackend-web@a.service"
    assert service_notices.READY == "READY=1"  # said by a worker of gunicorn, not by its first process
    assert web["Service"]["NotifyAccess"] == "all"


def test_the_documentation_enables_a_worker_for_every_queue() -> None:
    text = (CHECKOUT / "docs/operations.md").read_text()
    enabled = re.search(r"systemctl enable --now .*botbackend-worker@\{([a-z,]+)\}-a", text)
    assert enabled is not None
    assert sorted(enabled[1].split(",")) == sorted(QUEUES)


# --- containers -----------------------------------------------------------------------------------------


def update_containers(machine: Machine, *, fails: str = "", is_broken_off: bool = False) -> int:
    spare = "true" if is_broken_off else "false"
    machine.stand_in(
        "docker",
        state=f'*"test -e /etc/nginx/backend/now.conf"*) {spare}',
        fails=f'*"{fails}"*) false' if fails else "nothing) true",
    )
    machine.stand_in("sleep")
    done = machine.run(str(CHECKOUT / "deploy/compose/update"))
    machine.folder.joinpath("out").write_text(done.stdout + done.stderr)
    return done.returncode


def container_steps(machine: Machine) -> list[str]:
    """What happened to containers and to the proxy, in short."""
    steps = []
    for line in machine.asked("^docker"):
        words = re.sub(r"--(profile update|detach|no-deps|wait|force|stop|no-TTY|rm) ?", "", line)
        words = words.removeprefix("docker compose ").strip()
        if "nginx -s reload" in words:
            steps.append("to the spare" if "web-spare" in words else "to web")
        elif not words.startswith(("exec", "logs")):
            steps.append(words)
    return steps


WORKERS = "dispatcher worker-turns worker-delivery worker-sheets worker-default"
SECOND_HALF = ["up web", "to web", "rm web-spare", f"up {WORKERS}", "up"]


def test_requests_go_to_the_spare_while_the_web_container_is_made_anew(machine: Machine) -> None:
    assert update_containers(machine) == 0, (machine.folder / "out").read_text()
    first = ["build web", "run migrate", "up web-spare", "to the spare"]
    assert container_steps(machine) == [*first, *SECOND_HALF]


def test_a_new_version_that_is_not_healthy_takes_over_nothing(machine: Machine) -> None:
    assert update_containers(machine, fails="--wait web-spare") == 1
    assert "NOT updated" in (machine.folder / "out").read_text()
    assert container_steps(machine) == ["build web", "run migrate", "up web-spare", "rm web-spare"]


def test_an_update_that_was_broken_off_goes_on_from_the_spare(machine: Machine) -> None:
    assert update_containers(machine, fails="--wait web", is_broken_off=True) == 1
    assert "web-spare goes on" in (machine.folder / "out").read_text()
    assert container_steps(machine) == ["build web", "run migrate", "up web"]
    machine.log.write_text("")
    assert update_containers(machine, is_broken_off=True) == 0
    assert container_steps(machine) == ["build web", "run migrate", *SECOND_HALF]
