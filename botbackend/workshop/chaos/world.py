"""The whole product on loopback, with every server in our hands so that it can be killed."""

import contextlib
import json
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from botbackend.workshop.launcher.children import ChildSpec
from botbackend.workshop.launcher.demo_world import (
    BOT_ID,
    CLAUDE_KEYS,
    SALON,
    clean_environment,
    demo_secrets,
)
from botbackend.workshop.launcher.ports import LOOPBACK, free_port, hold_port
from botbackend.workshop.launcher.product import MANAGE, manage, product_specs
from botbackend.workshop.launcher.run_directory import CHECKOUT, VAR, RunDirectory, ephemeral_directory
from botbackend.workshop.launcher.server_process import write_private
from botbackend.workshop.launcher.servers import EmbeddedPostgres, EmbeddedRedis
from botbackend.workshop.launcher.stand_ins import StandInProcess
from botbackend.workshop.launcher.supervisor import Supervisor

WITHOUT_RECOVERY = (sys.executable, "-m", "botbackend.workshop.chaos.without_recovery")
SENDPULSE_CLIENT = "chaos"
# An event that is refused while web or database are down is posted again until somebody takes it.
RETRIES = 1000
LOGS = VAR / "chaos"  # kept after the run, unlike the databases


@dataclass
class Outside:
    """What clients write through, and with whom the product talks; its environment."""

    environment: dict[str, str]
    claude: StandInProcess
    sendpulse: StandInProcess


@dataclass
class World(Outside):
    """Everything that runs on one host."""

    postgres: EmbeddedPostgres
    redis: EmbeddedRedis
    supervisor: Supervisor
    listener: socket.socket


@contextlib.contextmanager
def running_world(*, recovery: bool) -> Iterator[World]:
    """Start servers, stand-ins, a salon and the product; end all of it afterwards.

    Without `recovery` the product runs with everything switched off that brings lost work back.
    """
    with ephemeral_directory() as directory, contextlib.ExitStack() as stack:
        keys = demo_secrets(directory.path)
        listener = stack.enter_context(hold_port(free_port()))
        port = str(listener.getsockname()[1])
        environment = {**base_environment(keys), "PORT": port}
        postgres = EmbeddedPostgres(directory.path / "postgres", guard=directory.guard)
        redis = EmbeddedRedis(directory.path / "redis", guard=directory.guard)
        for server in (postgres, redis):
            stack.callback(server.stop)
            server.start()
        environment |= {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
        claude, sendpulse = start_stand_ins(stack, directory, keys)
        environment |= addresses_of(claude, sendpulse)
        post_webhooks_to(sendpulse, keys, f"http://127.0.0.1:{port}")
        manage(environment, ("migrate", "--noinput"))
        load_salon(directory, keys, environment)
        supervisor = _product(directory, environment, listener, recovery=recovery)
        stack.callback(supervisor.stop)
        supervisor.start()
        yield World(environment, claude, sendpulse, postgres, redis, supervisor, listener)


def base_environment(keys: dict[str, str]) -> dict[str, str]:
    """The machine's environment with the product's secrets and none of its other settings."""
    known = {name: keys[name] for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS")}
    return {**clean_environment(os.environ), "ENV_FILE": os.devnull, **known}


def start_stand_ins(
    stack: contextlib.ExitStack, directory: RunDirectory, keys: dict[str, str], address: str = LOOPBACK
) -> tuple[StandInProcess, StandInProcess]:
    """Claude and SendPulse, which listen on the address."""
    logs, guard, there = LOGS, directory.guard, ["--address", address]
    client = f"{SENDPULSE_CLIENT}:{keys['sendpulse_client_secret']}"
    claude = StandInProcess("claude", ["--delay", "0.3", *there], log_directory=logs, guard=guard)
    stack.callback(claude.stop)
    words = ["--client", client, "--bot", f"{BOT_ID}:Chaos", *there]
    sendpulse = StandInProcess("sendpulse", words, log_directory=logs, guard=guard)
    stack.callback(sendpulse.stop)
    return claude, sendpulse


def addresses_of(claude: StandInProcess, sendpulse: StandInProcess) -> dict[str, str]:
    """Settings with which the product finds them; waits until they listen."""
    return {
        "CLAUDE_BASE_URL": claude.url,
        "CLAUDE_API_KEY_1": CLAUDE_KEYS[0],
        "CLAUDE_API_KEY_2": CLAUDE_KEYS[1],
        "SENDPULSE_BASE_URL": sendpulse.url,
    }


def post_webhooks_to(sendpulse: StandInProcess, keys: dict[str, str], *webs: str) -> None:
    """Several addresses are taken in turn, try by try."""
    hooks = [f"{web}/webhook/sendpulse/{keys['webhook_secret']}" for web in webs]
    sendpulse.tell("webhooks", {"url": " ".join(hooks), "retries": RETRIES})


def load_salon(directory: RunDirectory, keys: dict[str, str], environment: dict[str, str]) -> None:
    """The demo's salon, whose bot is the stand-in's."""
    config = json.loads(SALON.read_text())
    config["google_sheet_id"] = None
    config["sendpulse"] = {
        "bot_id": BOT_ID,
        "client_id": SENDPULSE_CLIENT,
        "client_secret": keys["sendpulse_client_secret"],
        "webhook_secret": keys["webhook_secret"],
    }
    path = directory.path / "salon.json"
    write_private(path, json.dumps(config))
    manage(environment, ("load_project", str(path)))


def _product(
    directory: RunDirectory, environment: dict[str, str], listener: socket.socket, *, recovery: bool
) -> Supervisor:
    specs = product_specs(listener.fileno())
    return Supervisor(
        specs if recovery else [_crippled(spec) for spec in specs],
        environment=environment,
        directory=CHECKOUT,
        log_directory=LOGS,
        guard=directory.guard,
        say=lambda line: None,
    )


def _crippled(spec: ChildSpec) -> ChildSpec:
    if tuple(spec.command[: len(MANAGE)]) != MANAGE:
        return spec
    return replace(spec, command=[*WITHOUT_RECOVERY, *spec.command[len(MANAGE) :]])
