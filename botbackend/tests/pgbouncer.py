"""A real PgBouncer before the test database, where the machine has the program."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections
from pytest_django import Settings

from botbackend.lib.postgres.configuration import databases
from botbackend.outbox.tests.processes import database_url
from botbackend.workshop.launcher.ports import free_port
from botbackend.workshop.launcher.postgres_home import account
from botbackend.workshop.launcher.processes import end_process, wait_until

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
# Whoever asks is given the server that was idle longest, so that nobody keeps one by chance.
_CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {directory}/users
admin_users = {user}
pool_mode = {mode}
default_pool_size = 4
server_round_robin = 1
{more}
"""


@contextmanager
def pgbouncer(*, mode: str = "transaction", more: str = "") -> Iterator[str]:
    """Run one for the time of a test; yields the test database's URL through it."""
    if PROGRAM is None:
        pytest.skip("this machine has no pgbouncer: apt-get install pgbouncer")
    url, port = urlsplit(database_url()), free_port()
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as name:
        directory = Path(name)
        words = {"directory": name, "mode": mode, "more": more, "user": url.username}
        text = _CONFIGURATION.format(server=url.port, port=port, **words)
        (directory / "ini").write_text(text)
        (directory / "users").write_text(f'"{url.username}" "{url.password}"\n')
        for path in (directory, *directory.iterdir()):
            account().give(path)
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                [PROGRAM, str(directory / "ini")],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **account().popen_args(),
            )
        try:
            if not wait_until(lambda: _listens(port) or process.poll() is not None, 10) or process.poll():
                raise RuntimeError((directory / "log").read_text())
            yield url._replace(netloc=f"{url.netloc.rpartition(':')[0]}:{port}").geturl()
        finally:
            end_process(process, steps=[])


def let_it_have_several(url: str) -> None:
    """Three at once make it open three connections, which it lends in turn from then on."""
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(psycopg.connect(url)).execute("SELECT 1")


@contextmanager
def all_through(url: str, settings: Settings) -> Iterator[None]:
    """Let this process reach the database as one with DATABASE_URL and DATABASE_DIRECT_URL does."""
    found = databases(url=url, direct_url=database_url(), replica_url="", prepares=False, max_age=0)
    known = connections.settings
    saved = {name: dict(known[name]) for name in ("default", "direct")}
    settings.DATABASE_DIRECT_URL, settings.PREPARED_STATEMENTS = database_url(), False
    connections.close_all()
    for name in saved:
        known[name].update({key: value for key, value in found[name].items() if key != "TEST"})
    try:
        yield
    finally:
        connections.close_all()
        for name, values in saved.items():
            known[name].update(values)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
