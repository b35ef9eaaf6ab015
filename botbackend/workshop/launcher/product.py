"""The processes that make up the running product, and the management commands around them."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

from botbackend.workshop.launcher.run_directory import CHECKOUT
from botbackend.workshop.launcher.supervisor import ChildSpec

# One queue per worker process: a worker on several can lose a job, and a slow one delays no other.
QUEUES = ("turns", "delivery", "sheets", "default")
MANAGE = (sys.executable, str(CHECKOUT / "manage.py"))
GUNICORN_CONF = CHECKOUT / "botbackend" / "gunicorn_conf.py"


class CommandFailed(RuntimeError):
    """A management command ended with an error; the message carries its output."""


def product_specs() -> list[ChildSpec]:
    """Web, dispatcher and one worker per queue."""
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "botbackend.wsgi",
        "-c",
        str(GUNICORN_CONF),
        "--no-control-socket",
    ]
    workers = [ChildSpec(f"{queue}", [*MANAGE, "rqworker", queue]) for queue in QUEUES]
    return [ChildSpec("web", web, entrance=True), ChildSpec("dispatcher", [*MANAGE, "dispatcher"]), *workers]


def manage(environment: Mapping[str, str], *commands: Sequence[str]) -> list[str]:
    """Run management commands in one process and return what each printed. Raises CommandFailed."""
    done = subprocess.run(
        [sys.executable, "-m", f"{__package__}.commands"],
        env=dict(environment),
        cwd=CHECKOUT,
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CommandFailed((done.stderr.strip() or done.stdout.strip())[-3000:])
    outputs: list[str] = json.loads(done.stdout)
    return outputs


# Settings are checked, and the database brought to the newest migration.
PREPARATION = (("check", "--database", "default"), ("migrate", "--noinput"))
