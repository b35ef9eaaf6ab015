"""A real replica: an embedded PostgreSQL that streams from the one under test."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from botbackend.workshop.launcher.postgres_home import account, program_directory, remove_outside_home
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.servers import EmbeddedPostgres

BASEBACKUP = "pg_basebackup"


class Standby(EmbeddedPostgres):
    """A copy of another server, which goes on replaying what that one writes."""

    primary = ""

    def _initialise(self) -> None:
        program = program_directory() / BASEBACKUP
        if not program.exists():
            pytest.skip(f"the embedded PostgreSQL comes without {BASEBACKUP}")
        with tempfile.TemporaryDirectory(dir=self.data.parent, prefix="copy-") as scratch:
            account().give(Path(scratch))
            made = Path(scratch) / "pgdata"
            command = [str(program), "-D", str(made), "-d", self.primary, "-R", "-X", "stream"]
            subprocess.run(
                [*command, "--checkpoint=fast", "--no-sync"],
                check=True,
                capture_output=True,
                **self._popen_args(),
            )
            made.rename(self.data)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.primary_here(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def primary_here(self) -> str:
        """The URL of the primary's database on this server."""
        url = urlsplit(self.primary)
        return url._replace(netloc=f"{url.netloc.rpartition(':')[0]}:{self.port}").geturl()


@contextmanager
def standby(primary: str, directory: Path) -> Iterator[Standby]:
    """Run one for the time of a test; it has all that was committed before."""
    server = Standby(directory, fast=True)
    server.primary = primary
    try:
        with server:
            wait_until_it_has_all(primary, server)
            yield server
    finally:
        remove_outside_home(server.directory)


def wait_until_it_has_all(primary: str, server: Standby) -> None:
    """Wait until the replica has replayed all that is committed now."""
    with (
        psycopg.connect(primary, autocommit=True) as ahead,
        psycopg.connect(server.primary_here(), autocommit=True) as behind,
    ):
        ahead.execute("SELECT txid_current()")
        row = ahead.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        asked = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        assert wait_until(lambda: behind.execute(asked, row).fetchone() == (True,), 30)
