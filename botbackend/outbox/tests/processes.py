"""Starts real worker and dispatcher processes against the test database, and watches what they tell."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

MANAGE = Path(settings.BASE_DIR) / "manage.py"


def database_url() -> str:
    """The database pytest made, for other processes."""
    database = connection.settings_dict
    return (
        f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        f"/{database['NAME']}"
    )


class Processes:
    """The processes of one test; both URLs may be changed before the next one is started."""

    def __init__(self, log: Path) -> None:
        self.redis_url = settings.REDIS_URL
        self.database_url = database_url()
        self._log = log
        self._all: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """`manage.py <command>` with the probe's handlers."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "botbackend.outbox.tests.probe.settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
        }
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, str(MANAGE), *command],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=settings.BASE_DIR,
            )
        self._all.append(process)
        return process

    def kill_all(self) -> None:
        """End what still runs."""
        for process in self._all:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.send_signal(signal.SIGKILL)
            process.wait()


class Watcher:
    """Waits for what the probe's handlers tell."""

    def __init__(self, raw: psycopg.Connection[tuple[object, ...]]) -> None:
        self.raw = raw
        raw.execute("DROP TABLE IF EXISTS probe_event")
        raw.execute(
            "CREATE TABLE probe_event (id bigserial PRIMARY KEY, event text, key text, pid int,"
            " at timestamptz DEFAULT clock_timestamp())"
        )
        raw.execute("LISTEN probe")

    def count(self, event: str, key: str | None = None) -> int:
        """How often an event was told."""
        row = self.raw.execute(
            "SELECT count(*) FROM probe_event WHERE event = %s AND (%s::text IS NULL OR key = %s)",
            [event, key, key],
        ).fetchone()
        assert row is not None
        return int(str(row[0]))

    def wait_for(self, event: str, key: str | None = None, *, times: int = 1, seconds: float = 90) -> float:
        """Wait until an event was told so often; returns the seconds it took."""
        began = time.monotonic()
        while self.count(event, key) < times:
            left = began + seconds - time.monotonic()
            assert left > 0, f"no {event} {key or ''} within {seconds} s"
            for _ in self.raw.notifies(timeout=left, stop_after=1):
                pass
        return time.monotonic() - began


@contextmanager
def watching() -> Iterator[Watcher]:
    """A connection of its own, outside Django's."""
    with psycopg.connect(database_url(), autocommit=True) as raw:
        yield Watcher(raw)
        raw.execute("DROP TABLE probe_event")
