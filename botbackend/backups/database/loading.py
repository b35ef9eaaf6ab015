"""Puts a dump into a database: all of it in one transaction, or nothing."""

import contextlib
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from typing import IO, cast

import psycopg
from psycopg import sql

from botbackend.backups.archive.sealed import PIECE_BYTES
from botbackend.backups.database.dumping import started, told_in
from botbackend.backups.database.programs import Programs
from botbackend.backups.database.server import Server
from botbackend.backups.errors import BackupError

PATIENCE_SECONDS = 5.0  # that a process which was stopped a moment ago may take to be gone
_RELATIONS = """
    SELECT n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1, 2
"""
_ROUTINES = """
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = 'public'
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND usename = current_user AND backend_type = 'client backend'
       AND pid <> pg_backend_pid()
"""
_KINDS = {
    "v": "VIEW",
    "m": "MATERIALIZED VIEW",
    "f": "FOREIGN TABLE",
    "S": "SEQUENCE",
    "r": "TABLE",
    "p": "TABLE",
}


def relations_of(server: Server) -> Sequence[tuple[str, str, str]]:
    """Return schema, name and kind of everything that stands in a database; none in an empty one."""
    with server.connect() as connection:
        return connection.execute(_RELATIONS).fetchall()


def is_unused(server: Server) -> bool:
    """Say whether a database has our tables and no salon, as one that was only just migrated."""
    with server.connect() as connection:
        if connection.execute("SELECT to_regclass('public.projects_project')").fetchone() == (None,):
            return False
        return connection.execute("SELECT 1 FROM public.projects_project LIMIT 1").fetchone() is None


def users_of(server: Server) -> int:
    """Count the connections of the product that a database has; those that are just ending are waited for."""
    until = time.monotonic() + PATIENCE_SECONDS
    with server.connect() as connection:
        while True:
            ((count,),) = connection.execute(_OTHERS).fetchall()
            if not count or time.monotonic() > until:
                return int(count)
            time.sleep(0.1)


def emptying(server: Server) -> str:
    """Return the statements that take away what stands in the schema public, extensions excepted."""
    with server.connect() as connection:
        lines: list[sql.Composable] = [
            sql.SQL("DROP {} IF EXISTS public.{} CASCADE;").format(
                sql.SQL(_KINDS[kind]), sql.Identifier(name)
            )
            for schema, name, kind in connection.execute(_RELATIONS).fetchall()
            if schema == "public"
        ]
        routines = connection.execute(_ROUTINES).fetchall()
        lines += [sql.SQL(f"DROP ROUTINE IF EXISTS {name} CASCADE;") for (name,) in routines]
        return "\n".join(line.as_string(connection) for line in lines)


def load(server: Server, programs: Programs, dump: Iterable[bytes], *, before: str = "") -> None:
    """Run the statements `before` and the dump in one transaction. Raises BackupError, then nothing was done.

    Our own thread hands over what pg_restore writes: psql takes an end of its input for the end of the work,
    so it may only see one when pg_restore has come to its own.
    """
    reading = [programs.path("pg_restore"), "--file=-", "--no-owner", "--no-privileges", "--no-comments"]
    writing = [programs.path("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--no-password"]
    writing += ["--set=ON_ERROR_STOP=1", f"--dbname={server.argument()}", "--output=/dev/null"]
    writing += [f"--command={before}"] if before else []
    with (
        tempfile.TemporaryFile() as wrong,
        tempfile.TemporaryFile() as refused,
        started(reading, server, wrong, stdin=subprocess.PIPE) as pg_restore,
        started([*writing, "--file=-"], server, refused, stdin=subprocess.PIPE) as psql,
    ):
        handing = _HandOver(pg_restore.stdout, psql.stdin)
        handing.start()
        _feed(pg_restore, dump)
        handing.join()
        if not handing.is_broken and pg_restore.wait() != 0:
            raise BackupError(f"pg_restore failed, nothing was changed: {told_in(wrong)}")
        with contextlib.suppress(OSError):
            cast("IO[bytes]", psql.stdin).close()
        if psql.wait() != 0:
            raise BackupError(f"PostgreSQL refused the backup, nothing was changed: {told_in(refused)}")


def _feed(process: subprocess.Popen[bytes], dump: Iterable[bytes]) -> None:
    """Write all of it; a program that ends sooner says by itself why."""
    pipe = cast("IO[bytes]", process.stdin)
    with contextlib.suppress(BrokenPipeError):
        for piece in dump:
            pipe.write(piece)
        pipe.close()


class _HandOver(threading.Thread):
    """Writes what one program says into another one, without ending that one's input."""

    def __init__(self, source: IO[bytes] | None, target: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        self._source, self._target = cast("IO[bytes]", source), cast("IO[bytes]", target)
        self.is_broken = False

    def run(self) -> None:
        """Go on to the end of the source; where nobody takes it any more, let its program know."""
        try:
            while piece := self._source.read(PIECE_BYTES):
                self._target.write(piece)
            self._target.flush()
        except OSError:
            self.is_broken = True
            self._source.close()


def make_database(server: Server, name: str) -> Server:
    """Make an empty database beside another one, in the place of any of this name. Raises BackupError."""
    with server.connect() as connection:
        drop_database(server, name)
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                "the database user may not make a database beside its own. Let a superuser run ALTER ROLE ..."
                " CREATEDB, or restore by hand elsewhere: `manage.py restore FILE --into URL`."
            ) from error
    return server.beside(name)


def drop_database(server: Server, name: str) -> None:
    """Take away a database that `make_database` made."""
    with server.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
