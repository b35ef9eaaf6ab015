"""A real replica: an embedded PostgreSQL that streams from the one under test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from botbackend.workshop.launcher.postgres_home import program_directory, remove_outside_home
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.replicas import BASEBACKUP, Standby


@contextmanager
def standby(primary: str, directory: Path) -> Iterator[Standby]:
    """Run one for the time of a test; it has all that was committed before."""
    if not (program_directory() / BASEBACKUP).exists():
        pytest.skip(f"the embedded PostgreSQL comes without {BASEBACKUP}")
    server = Standby(directory, primary, fast=True)
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
        psycopg.connect(server.url, autocommit=True) as behind,
    ):
        ahead.execute("SELECT txid_current()")
        row = ahead.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        asked = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        assert wait_until(lambda: behind.execute(asked, row).fetchone() == (True,), 30)
