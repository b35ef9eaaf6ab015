"""The processes that make up the running product, and the management commands around them."""

import subprocess
import sys
from collections.abc import Mapping

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
    workers = [ChildSpec(f"{queue}", [*MANAGE, "work", queue]) for queue in QUEUES]
    return [ChildSpec("web", web, entrance=True), ChildSpec("dispatcher", [*MANAGE, "dispatcher"]), *workers]


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Run `manage.py ARGUMENTS` to its end and return its standard output. Raises CommandFailed."""
    done = subprocess.run(
        [*MANAGE, *arguments],
        env=dict(environment),
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        output = (done.stderr.strip() or done.stdout.strip())[-3000:]
        raise CommandFailed(f"`manage.py {arguments[0]}` failed:\n{output}")
    return done.stdout


def prepare(environment: Mapping[str, str]) -> None:
    """Check the settings and bring the database to the newest migration."""
    manage(environment, "check")
    manage(environment, "migrate", "--noinput")
