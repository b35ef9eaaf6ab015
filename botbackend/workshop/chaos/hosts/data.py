"""PostgreSQL with a standby, and Redis with a replica and three sentinels, as an operator keeps them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis

from botbackend.workshop.chaos.hosts.network import Network
from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.replicas import RedisReplica, Sentinel, Standby
from botbackend.workshop.launcher.server_process import Server
from botbackend.workshop.launcher.servers import EmbeddedPostgres, EmbeddedRedis

MASTER_NAME = "salons"
SENTINELS = ("data-a", "data-b", "data-c")
QUORUM = 2
SECONDS = 60.0
_SYNCHRONOUS = "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"


class Data:
    """All servers; `primary` and `master` are those that take writes, `standby` and `replica` the others."""

    def __init__(self, network: Network, directory: Path, guard: Guard) -> None:
        self._network = network
        self._directory = directory
        self._guard = guard
        self.hosts: dict[str, list[Server]] = {host: [] for host in SENTINELS}
        self.primary: EmbeddedPostgres = EmbeddedPostgres(
            directory / "postgres-first", **self._where("data-a")
        )
        self.master: EmbeddedRedis = EmbeddedRedis(directory / "redis-a", **self._where("data-a"))
        self.sentinels: list[Sentinel] = []
        self._ports: dict[str, int] = {}  # of PostgreSQL on each host, as the product knows it

    def start(self) -> None:
        """Start everything; returns when the standby is synchronous, and each sentinel knows the others."""
        for server in (self.primary, self.master):
            self._start("data-a", server)
        self._ports["data-a"] = self.primary.port or 0
        self.standby = self._follow("data-b")
        self.replica = RedisReplica(self._directory / "redis-b", self.master, **self._where("data-b"))
        self._start("data-b", self.replica)
        for host in SENTINELS:
            where = {"known_as": MASTER_NAME, "quorum": QUORUM, **self._where(host)}
            self.sentinels.append(Sentinel(self._directory / f"sentinel-{host}", self.master, **where))
            self._start(host, self.sentinels[-1])
        if not wait_until(lambda: all(map(_knows_all, self.sentinels)), SECONDS, every=0.2):
            raise RuntimeError("the sentinels did not find each other")

    def stop(self) -> None:
        """End all of it."""
        for servers in self.hosts.values():
            for server in reversed(servers):
                server.kill()

    def settings(self) -> Mapping[str, str]:
        """How the product finds them, wherever they are by then."""
        parts = urlsplit(self.primary.url)
        who = parts.netloc.rpartition("@")[0]
        both = f"{who}@{self.primary.address}:{self.primary.port},{self.standby.address}:{self.standby.port}"
        found = [f"{sentinel.address}:{sentinel.port}" for sentinel in self.sentinels]
        return {
            "DATABASE_URL": f"postgresql://{both}{parts.path}?target_session_attrs=read-write",
            "REDIS_URL": f"redis://:{self.master.password()}@{MASTER_NAME}/0",
            "REDIS_SENTINELS": ",".join(found),
        }

    def sessions(self, host: str) -> list[int]:
        """The leaders of what runs there."""
        return [server.pid for server in self.hosts[host] if server.pid is not None]

    def lose(self, host: str) -> None:
        """Kill all that is there; it does not come back."""
        for server in self.hosts[host]:
            server.kill()
        self.hosts[host] = []

    def promote(self) -> None:
        """What an operator does when the primary is gone for good, or cannot be reached by anybody."""
        self.standby.promote()
        self.primary = self.standby

    def add_standby(self, host: str) -> None:
        """Give the primary a new standby on that host, in an empty directory and at the former one's port."""
        self.standby = self._follow(host, port=self._ports[host])

    def await_master_elsewhere(self) -> bool:
        """Wait until the sentinels have made another one the master; False if they do not."""
        former = (self.master.address, str(self.master.port))
        return wait_until(lambda: _master_of(self.sentinels) not in (None, former), SECONDS, every=0.2)

    def _follow(self, host: str, port: int | None = None) -> Standby:
        number = len(list(self._directory.glob("postgres-*")))
        made = Standby(
            self._directory / f"postgres-{number}", self.primary.url, port=port, **self._where(host)
        )
        self._start(host, made)
        self._ports[host] = made.port or 0
        # Only now, or nobody could commit meanwhile. What is acknowledged from here on is on both.
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            if not wait_until(lambda: connection.execute(_SYNCHRONOUS).fetchone() == (1,), SECONDS):
                raise RuntimeError("the standby did not become synchronous")
        return made

    def _start(self, host: str, server: Server) -> None:
        self.hosts[host].append(server)
        with self._network.inside(host):
            server.start()

    def _where(self, host: str) -> dict[str, Any]:
        return {"address": self._network.address(host), "fast": True, "guard": self._guard}


def _knows_all(sentinel: Sentinel) -> bool:
    try:
        told = sentinel.told()
    except redis.RedisError:
        return False
    others = len(SENTINELS) - 1
    return (int(told["num-other-sentinels"]), int(told["num-slaves"])) == (others, 1)


def _master_of(sentinels: list[Sentinel]) -> tuple[str, str] | None:
    for sentinel in sentinels:
        try:
            told = sentinel.told()
        except redis.RedisError:
            continue
        return str(told["ip"]), str(told["port"])
    return None
