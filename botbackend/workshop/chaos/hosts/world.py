"""The whole product on four hosts, its servers on three more, and a proxy before it."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from botbackend.loopback import request
from botbackend.workshop.chaos.hosts.data import Data
from botbackend.workshop.chaos.hosts.front import PROGRAM, Front
from botbackend.workshop.chaos.hosts.network import Network
from botbackend.workshop.chaos.world import (
    LOGS,
    Outside,
    addresses_of,
    base_environment,
    load_salon,
    post_webhooks_to,
    start_stand_ins,
)
from botbackend.workshop.launcher.children import ChildSpec
from botbackend.workshop.launcher.demo_world import demo_secrets
from botbackend.workshop.launcher.ports import free_port, hold_port
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.product import PREPARATION, manage, product_specs
from botbackend.workshop.launcher.run_directory import CHECKOUT, RunDirectory, ephemeral_directory
from botbackend.workshop.launcher.supervisor import Supervisor

WEBS, WORKERS = ("web-a", "web-b"), ("worker-a", "worker-b")
WELL_SECONDS = 90.0
# A process that has said so within ten seconds works with the database and the Redis of this moment.
_WELL = (
    "SELECT count(*) FROM outbox_heartbeat WHERE redis_ok AND seen_at > clock_timestamp() - interval '10 s'"
)


@dataclass
class Host:
    """One machine of the product."""

    name: str
    address: str
    supervisor: Supervisor
    listener: socket.socket | None

    def specs(self) -> list[ChildSpec]:
        """What runs there: the web on the socket that stays, or a dispatcher and a worker of each queue."""
        return _specs(self.listener)

    def sessions(self) -> list[int]:
        """The leaders of what runs there now."""
        return list(self.supervisor.pids().values())


@dataclass
class Hosts(Outside):
    """Everything."""

    network: Network
    data: Data
    hosts: dict[str, Host] = field(default_factory=dict)

    def cut(self, *names: str) -> None:
        """Cut hosts off, without a word to anybody."""
        for name in names:
            self.network.cut(name, self._sessions(name))

    def heal(self, *names: str) -> None:
        """Let them be there again."""
        for name in names:
            self.network.heal(name, self._sessions(name))

    def _sessions(self, name: str) -> Sequence[int]:
        return self.hosts[name].sessions() if name in self.hosts else self.data.sessions(name)

    def update(self) -> None:
        """Migrate, then one half of the hosts after the other: new processes beside the former ones."""
        manage(self.environment, *PREPARATION)
        for site in zip(WEBS, WORKERS, strict=True):
            with ThreadPoolExecutor(len(site)) as both:
                list(both.map(self._renew, site))

    def _renew(self, name: str) -> None:
        host = self.hosts[name]
        with self.network.inside(name):
            host.supervisor.replace(host.specs(), environment=self.environment)

    def await_well(self) -> float:
        """Return after how many seconds every process works with the primary and the master of now.

        Raises RuntimeError.
        """
        began, found = time.monotonic(), 0
        expected = sum(len(host.specs()) for host in self.hosts.values() if host.listener is None)

        def all_are() -> bool:
            nonlocal found
            found = _count_well(self.data.primary.url)
            return found >= expected and all(self._is_well(name) for name in WEBS)

        if not wait_until(all_are, WELL_SECONDS, every=0.5):
            told = {name: self._health(name) for name in WEBS}
            failures = {name: host.supervisor.failures() for name, host in self.hosts.items()}
            raise RuntimeError(f"{found} of {expected} workers are well; web hosts: {told}; {failures}")
        return time.monotonic() - began

    def _is_well(self, name: str) -> bool:
        status, text = self._health(name)
        return status == 200 and json.loads(text)["checks"]["redis"] == "ok"

    def _health(self, name: str) -> tuple[int, str]:
        return request(f"{self.url_of(name)}/health", headers={"Host": "127.0.0.1"}, timeout=10)

    def url_of(self, name: str) -> str:
        """A web host without the proxy."""
        return f"http://{self.hosts[name].address}:{self.environment['PORT']}"


def _count_well(url: str) -> int:
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(_WELL).fetchone()
        return int(row[0]) if row else 0
    return 0


@contextlib.contextmanager
def running_hosts(network: Network) -> Iterator[Hosts]:
    """Start all of it; end it afterwards."""
    with ephemeral_directory() as directory, contextlib.ExitStack() as stack:
        keys = demo_secrets(directory.path)
        data = Data(network, directory.path, directory.guard)
        stack.callback(data.stop)
        claude, sendpulse = start_stand_ins(stack, directory, keys, network.outside)
        data.start()
        environment = {**base_environment(keys), **data.settings(), "PORT": str(free_port())}
        # Little of everything: sixteen processes, and as many again in an update, share two cores.
        environment |= {"WEB_WORKERS": "1", "WORKER_CONNECTIONS": "5"}
        found = addresses_of(claude, sendpulse)
        environment |= {name: network.name_outside(value) for name, value in found.items()}
        manage(environment, ("migrate", "--noinput"))
        load_salon(directory, keys, environment)
        world = Hosts(environment, claude, sendpulse, network, data)
        for name in (*WEBS, *WORKERS):
            world.hosts[name] = _start_host(stack, directory, world, name)
        webs = [f"{world.hosts[name].address}:{environment['PORT']}" for name in WEBS]
        post_webhooks_to(sendpulse, keys, *_entrances(stack, directory, webs))
        world.await_well()
        yield world


def _entrances(stack: contextlib.ExitStack, directory: RunDirectory, webs: list[str]) -> list[str]:
    """The proxy; without one SendPulse takes the web hosts in turn."""
    if PROGRAM is None:
        return [f"http://{web}" for web in webs]
    front = Front(directory.path / "nginx", webs, directory.guard)
    stack.callback(front.stop)
    return [front.url]


def _start_host(stack: contextlib.ExitStack, directory: RunDirectory, world: Hosts, name: str) -> Host:
    address = world.network.address(name)
    with world.network.inside(name):
        listener = None
        if name in WEBS:
            listener = stack.enter_context(hold_port(int(world.environment["PORT"]), address))
        supervisor = _supervisor(directory, world, name, listener)
        stack.callback(supervisor.stop)
        supervisor.start()
    return Host(name, address, supervisor, listener)


def _supervisor(
    directory: RunDirectory, world: Hosts, name: str, listener: socket.socket | None
) -> Supervisor:
    return Supervisor(
        _specs(listener),
        environment=world.environment,
        directory=CHECKOUT,
        log_directory=Path(LOGS / name),
        guard=directory.guard,
        say=lambda line: None,
        stop_seconds=3.0,
    )


def _specs(listener: socket.socket | None) -> list[ChildSpec]:
    every = product_specs(listener.fileno() if listener else None)
    return [spec for spec in every if spec.entrance == (listener is not None)]
