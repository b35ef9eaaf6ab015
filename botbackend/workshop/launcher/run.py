"""`run`: the product with the real services, in the foreground."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import environ

from botbackend.health_probe import ask_health, failing_checks
from botbackend.workshop.launcher.embedded import embed_servers
from botbackend.workshop.launcher.ports import DEFAULT_PORT, LOOPBACK, hold_port, port_is_free
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.product import PREPARATION, manage, product_specs
from botbackend.workshop.launcher.renewal.control import Control, ask
from botbackend.workshop.launcher.renewal.replacing import RENEWAL_FAILS, Renewal
from botbackend.workshop.launcher.run_directory import CHECKOUT, VAR, RunDirectory
from botbackend.workshop.launcher.stopping import Stopped, stop_on_signals
from botbackend.workshop.launcher.supervisor import Supervisor

HEALTH_POLL_SECONDS = 0.1
REPORT_SECONDS = 15.0


class CannotRun(RuntimeError):
    """Something the user has to change first; the message says what."""


def settings_environment() -> dict[str, str]:
    """The environment completed from `.env` (or the file that ENV_FILE names); the environment wins."""

    class Reader(environ.Env):  # type: ignore[misc]  # the package carries no types
        ENVIRON = dict(os.environ)

    path = Path(os.environ.get("ENV_FILE") or CHECKOUT / ".env")
    if path.is_file():
        Reader.read_env(str(path))
    return dict(Reader.ENVIRON)


def chosen_port(environment: dict[str, str], default: int = DEFAULT_PORT) -> int:
    """PORT, checked to be a free port. Raises CannotRun."""
    text = environment.get("PORT") or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotRun(f"PORT must be a number from 1 to 65535, not {text!r}")
    if not port_is_free(int(text), environment.get("BIND_ADDRESS") or LOOPBACK):
        raise CannotRun(
            f"port {text} is in use; stop what listens there, or choose another: make run PORT=8001"
            " (new code for what runs here already: make reload)"
        )
    return int(text)


def run() -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; returns the exit code."""
    stop_on_signals()
    try:
        environment = settings_environment()
        port = chosen_port(environment)
        with contextlib.ExitStack() as stack:
            directory = stack.enter_context(RunDirectory(VAR))
            embedded = embed_servers(stack, directory, environment, _tell)
            environment["PORT"] = str(port)
            listener = stack.enter_context(hold_port(port, environment.get("BIND_ADDRESS") or LOOPBACK))
            _tell("migrating the database")
            manage(environment, *PREPARATION)
            supervisor = _supervisor(directory, environment, listener.fileno())
            stack.callback(supervisor.stop)
            supervisor.start()
            stack.callback(_tell, "stopping")
            wait_for_health(port, environment, supervisor, _tell)
            _tell(f"ready on http://127.0.0.1:{port}/")
            renewal = Renewal(supervisor, listener, environment, embedded, settings_environment, _tell)
            stack.enter_context(Control(directory.path)).serve(renewal.renew, failures=RENEWAL_FAILS)
    except Stopped as stopped:
        _tell(f"stopped by {stopped}")
    return 0


def _supervisor(directory: RunDirectory, environment: dict[str, str], listener: int) -> Supervisor:
    return Supervisor(
        product_specs(listener),
        environment=environment,
        directory=CHECKOUT,
        log_directory=Path(environment.get("LOG_DIR") or VAR / "log"),
        guard=directory.guard,
        say=_tell,
        console=_print,
    )


def reload() -> int:
    """Have the launcher of this checkout take what the checkout holds now; returns the exit code."""
    problem = ask(VAR, _tell)
    if problem:
        _tell(f"NOT renewed, the former processes go on: {problem}")
    return 1 if problem else 0


def wait_for_health(
    port: int, environment: dict[str, str], supervisor: Supervisor, tell: Callable[[str], None]
) -> None:
    """Return when GET /health is 200; says every 15 s what is missing, and what failing children wrote."""
    while missing := wait_for_what_is_missing(port, environment, seconds=REPORT_SECONDS):
        tell(f"not ready yet: {missing}")
        for name, tail in supervisor.failures().items():
            tell(f"last lines of {name}:\n{tail}")


def wait_for_what_is_missing(port: int, environment: dict[str, str], *, seconds: float) -> str:
    """Return "" as soon as GET /health is 200, or after so many seconds what it says is missing."""
    status, text = 0, ""

    def is_healthy() -> bool:
        nonlocal status, text
        status, text = ask_health(port, environment)
        return status == 200

    if wait_until(is_healthy, seconds, every=HEALTH_POLL_SECONDS):
        return ""
    return failing_checks(text) if status else "the web process does not answer"


def _tell(line: str) -> None:
    _print(f"   stack | {line}")


def _print(line: str) -> None:
    print(line, flush=True)
