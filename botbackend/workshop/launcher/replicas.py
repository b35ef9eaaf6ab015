"""What takes over when a server is lost: a standby of PostgreSQL, a replica of Redis, and its sentinels."""

import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis
from redis.sentinel import Sentinel as Asked

from botbackend.workshop.launcher.postgres_home import account, program_directory
from botbackend.workshop.launcher.server_process import Server, ServerError, write_private
from botbackend.workshop.launcher.servers import EmbeddedPostgres, EmbeddedRedis, redis_program

BASEBACKUP = "pg_basebackup"
PROMOTE_SECONDS = 60


class Standby(EmbeddedPostgres):
    """A copy of another server, which goes on replaying what that one writes."""

    def __init__(self, directory: Path, primary: str, **where: Any) -> None:
        """`primary` is the URL of the other one's database; `where` as for every server."""
        super().__init__(directory, **where)
        self.primary = primary

    @property
    def url(self) -> str:
        """The primary's database on this server."""
        url = urlsplit(self.primary)
        who = url.netloc.rpartition("@")[0]
        return url._replace(netloc=f"{who}@{self.address}:{self.port}").geturl()

    def promote(self) -> None:
        """Make it a primary; the former one must not be reachable any more. Returns when it takes writes."""
        with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as connection:
            connection.execute("SELECT pg_promote(true, %s)", [PROMOTE_SECONDS])

    def _initialise(self) -> None:
        program = program_directory() / BASEBACKUP
        if not program.exists():
            raise ServerError(f"the embedded PostgreSQL comes without {BASEBACKUP}")
        with tempfile.TemporaryDirectory(dir=self.data.parent, prefix="copy-") as scratch:
            account().give(Path(scratch))
            made = Path(scratch) / "pgdata"
            command = [str(program), "-D", str(made), "-d", self.primary, "-R", "-X", "stream"]
            done = subprocess.run(
                [*command, "--checkpoint=fast", "--no-sync"],
                check=False,
                capture_output=True,
                text=True,
                **self._popen_args(),
            )
            if done.returncode != 0:
                raise ServerError(f"{BASEBACKUP} failed:\n{done.stderr.strip()}")
            made.rename(self.data)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


class RedisReplica(EmbeddedRedis):
    """A Redis that follows another one until sentinels say otherwise."""

    def __init__(self, directory: Path, master: EmbeddedRedis, **where: Any) -> None:
        """It has the master's password, as sentinels know only one for both."""
        super().__init__(directory, **where)
        self.master = master

    def _secret(self) -> str:
        return self.master.password()

    def _more(self) -> str:
        return (
            f"masterauth {self.password()}\nreplicaof {self.master.address} {self.master.port}\n"
            f"replica-announce-ip {self.address}\n"
        )


class Sentinel(Server):
    """One that watches a master under a name; `quorum` of them have to find it away."""

    name = "sentinel"
    guard_signal = signal.SIGTERM
    away_milliseconds = 1500

    def __init__(
        self, directory: Path, master: EmbeddedRedis, *, known_as: str, quorum: int = 1, **where: Any
    ) -> None:
        super().__init__(directory, **where)
        self.master = master
        self.known_as = known_as
        self._quorum = quorum

    def told(self) -> dict[str, Any]:
        """What it knows of the master. Raises redis.RedisError."""
        limits: dict[str, Any] = {"socket_timeout": 1, "socket_connect_timeout": 1}
        with redis.Redis(self.address, self.port or 0, decode_responses=True, **limits) as asked:
            found: dict[str, Any] = asked.sentinel_master(self.known_as)
            return found

    def _prepare(self) -> None:
        name, master = self.known_as, self.master
        write_private(
            self.directory / "sentinel.conf",
            f'port {self.port or 0}\nbind {self.address}\nprotected-mode no\ndir "{self.directory}"\n'
            f"sentinel announce-ip {self.address}\n"
            f"sentinel monitor {name} {master.address} {master.port} {self._quorum}\n"
            f"sentinel auth-pass {name} {master.password()}\n"
            f"sentinel down-after-milliseconds {name} {self.away_milliseconds}\n"
            f"sentinel failover-timeout {name} {4 * self.away_milliseconds}\n",
        )

    def _command(self) -> list[str]:
        config = str(self.directory / "sentinel.conf")
        return [str(redis_program()), config, "--port", str(self.port), "--sentinel"]

    def _answers(self) -> bool:
        limits = {"socket_timeout": 1, "socket_connect_timeout": 1}
        found = Asked([(self.address, self.port)], sentinel_kwargs=limits)  # type: ignore[no-untyped-call]
        try:
            return bool(found.discover_master(self.known_as))  # type: ignore[no-untyped-call]
        except redis.RedisError:  # not listening yet, or it has not met the master
            return False
