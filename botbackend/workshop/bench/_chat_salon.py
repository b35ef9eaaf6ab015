"""A running product around the demo salon, with stand-ins of Claude and SendPulse, to measure turns."""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botbackend.health_probe import ask_health
from botbackend.workshop.launcher.children import ChildSpec
from botbackend.workshop.launcher.demo_world import BOT_ID, CLAUDE_KEYS, SALON
from botbackend.workshop.launcher.guarding import default_guard
from botbackend.workshop.launcher.ports import free_port
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.product import MANAGE, manage, product_specs
from botbackend.workshop.launcher.run_directory import CHECKOUT
from botbackend.workshop.launcher.stand_ins import StandInProcess
from botbackend.workshop.launcher.supervisor import Supervisor

Json = dict[str, Any]
CLIENT, CLIENT_SECRET, HOOK_SECRET = "bench", "bench-client-secret", "bench-webhook-secret"

START_SECONDS = 120.0


@dataclass
class Running:
    """The stand-ins and the processes of the product."""

    claude: StandInProcess
    sendpulse: StandInProcess
    supervisor: Supervisor
    port: int

    def pids(self, prefix: str) -> list[int]:
        """Process ids of the children whose name begins so."""
        return [pid for name, pid in self.supervisor.pids().items() if name.startswith(prefix)]


@contextlib.contextmanager
def running_salon(
    answers: Sequence[Json], *, claude_seconds: float, turn_workers: int = 1, debounce_seconds: float = 0.0
) -> Iterator[Running]:
    """Start it all on the database and Redis of the environment; Claude takes its time for every answer.

    `answers` are what it answers to every client, one for each kind of request.
    """

    def bring_in(sendpulse: StandInProcess, environment: dict[str, str]) -> None:
        hook = f"http://127.0.0.1:{environment['PORT']}/webhook/sendpulse/{HOOK_SECRET}"
        sendpulse.tell("webhooks", {"url": hook, "open_chat": False, "retries": 100})
        _load_salon(environment, debounce_seconds)

    with running_product(
        answers,
        claude_seconds=claude_seconds,
        turn_workers=turn_workers,
        bring_in=bring_in,
        settings={"SENDPULSE_PER_SECOND": "1000"},  # else the account's limit is what is measured
    ) as running:
        yield running


@contextlib.contextmanager
def running_product(
    answers: Sequence[Json],
    *,
    claude_seconds: float,
    turn_workers: int,
    bring_in: Callable[[StandInProcess, dict[str, str]], None],
    settings: Mapping[str, str],
) -> Iterator[Running]:
    """Start stand-ins, let `bring_in` tell SendPulse and the database of salons, start the product."""
    with contextlib.ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = {**os.environ, "PORT": str(free_port()), "LOG_LEVEL": "WARNING", **settings}
        claude = _stand_in(
            stack, directory, "claude", "--unscripted", "refuse", "--delay", str(claude_seconds)
        )
        claude.tell("script", [{"data": answer, "times": None} for answer in answers])
        words = ("--client", f"{CLIENT}:{CLIENT_SECRET}", "--bot", f"{BOT_ID}:Bench")
        sendpulse = _stand_in(stack, directory, "sendpulse", *words)
        environment |= {
            "CLAUDE_BASE_URL": claude.url,
            "CLAUDE_API_KEY_1": CLAUDE_KEYS[0],
            "SENDPULSE_BASE_URL": sendpulse.url,
        }
        bring_in(sendpulse, environment)
        supervisor = Supervisor(
            _specs(turn_workers),
            environment=environment,
            directory=CHECKOUT,
            log_directory=directory,
            guard=default_guard(),
            say=lambda line: None,
        )
        stack.callback(supervisor.stop)
        supervisor.start()
        port = int(environment["PORT"])
        if not wait_until(lambda: ask_health(port, environment)[0] == 200, START_SECONDS):
            raise RuntimeError(f"not ready: {ask_health(port, environment)} {supervisor.failures()}")
        yield Running(claude, sendpulse, supervisor, port)


def _stand_in(stack: contextlib.ExitStack, directory: Path, name: str, *words: str) -> StandInProcess:
    stand_in = StandInProcess(name, words, log_directory=directory, guard=default_guard())
    stack.callback(stand_in.stop)
    return stand_in


def _specs(turn_workers: int) -> list[ChildSpec]:
    more = [ChildSpec(f"turns-{n}", [*MANAGE, "rqworker", "turns"]) for n in range(1, turn_workers)]
    return [*product_specs(), *more]


def _load_salon(environment: dict[str, str], debounce_seconds: float) -> None:
    config = json.loads(SALON.read_text())
    config |= {"google_sheet_id": None, "debounce_seconds": debounce_seconds}
    config["sendpulse"] = {
        "bot_id": BOT_ID,
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "webhook_secret": HOOK_SECRET,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(config, file)
        file.flush()
        manage(environment, ("load_project", file.name))
