"""The processes that make up the running product, and the management commands around them."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

from botbackend.workshop.launcher.children import ChildSpec
from botbackend.workshop.launcher.run_directory import CHECKOUT

# One queue per worker process: a worker on several can lose a job, and a slow one delays no other.
QUEUES = ("turns", "delivery", "sheets", "default")
MANAGE = (sys.executable, str(CHECKOUT / "manage.py"))
GUNICORN_CONF = CHECKOUT / "botbackend" / "gunicorn_conf.py"


class CommandFailed(RuntimeError):
    """A management command ended with an error; the message carries its output."""


def product_specs(listener: int | None = None) -> list[ChildSpec]:
    """Web, dispatcher and one worker per queue.

    The web process serves on the descriptor of a listening socket, which then outlives it; or on its own.
    """
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "botbackend.wsgi",
        "-c",
        str(GUNICORN_CONF),
        "--no-control-socket",
    ]
    if listener is not None:
        web += ["--bind", f"fd://{listener}"]
    kept = () if listener is None else (listener,)
    workers = [ChildSpec(f"{queue}", [*MANAGE, "rqworker", queue]) for queue in QUEUES]
    entrance = ChildSpec("web", web, entrance=True, inherits=kept)
    return [entrance, ChildSpec("dispatcher", [*MANAGE, "dispatcher"]), *workers]


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


# Settings are checked, and the database brought to the newest migration, also while the former code runs.
PREPARATION = (("check", "--database", "default"), ("migrate_live",))
