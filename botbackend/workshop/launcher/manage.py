"""`manage WORDS`: one management command with the servers of this checkout, whoever started them."""

import contextlib
import subprocess
import sys
from collections.abc import Sequence

from botbackend.workshop.launcher.embedded import embed_servers, missing_servers, running_servers
from botbackend.workshop.launcher.product import MANAGE, PREPARATION, manage
from botbackend.workshop.launcher.run import settings_environment
from botbackend.workshop.launcher.run_directory import CHECKOUT, VAR, RunDirectory


def manage_here(words: Sequence[str]) -> int:
    """Run `manage.py WORDS` with the settings of `run`; returns its exit code.

    Embedded servers that `run` keeps are used; if it does not run, they are started for this one command.
    """
    environment = settings_environment()
    missing = missing_servers(environment)
    with contextlib.ExitStack() as stack:
        running = running_servers(VAR) if missing else {}
        environment |= {name: url for name, url in running.items() if name in missing}
        if missing_servers(environment):
            directory = stack.enter_context(RunDirectory(VAR))
            embed_servers(stack, directory, environment, _tell)
            manage(environment, *PREPARATION)
        return subprocess.run([*MANAGE, *words], env=environment, cwd=CHECKOUT, check=False).returncode


def _tell(line: str) -> None:
    print(f"   stack | {line}", file=sys.stderr, flush=True)
