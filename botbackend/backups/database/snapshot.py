"""One moment of a database: lent to pg_dump, and counted and hashed in the same transaction."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from botbackend.backups.archive.manifest import TableCount
from botbackend.backups.database.server import Server
from botbackend.backups.errors import BackupRuns

_LOCKS = {"backup": 0x626F7462, "drill": 0x626F7464}  # advisory locks that nobody else has
_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname
"""
# A sum does not depend on the order of rows, which a restore may change; md5 is the same in every version.
_COUNT = """
    SELECT count(*), COALESCE(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint), 0)::text
      FROM public.{table} t
"""


class Snapshot:
    """What a database holds at one moment, whatever is written meanwhile."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def export(self) -> str:
        """Return the name under which pg_dump sees the same moment, as long as this one is open."""
        return str(self._one("SELECT pg_export_snapshot()"))

    def server_version(self) -> int:
        """PostgreSQL's version as a number, such as 180006."""
        return self._connection.info.server_version

    def tables(self, beat: Callable[[], None] = lambda: None) -> dict[str, TableCount]:
        """Count and hash every table."""
        found: dict[str, TableCount] = {}
        for (name,) in self._connection.execute(_TABLES).fetchall():
            counted = self._connection.execute(sql.SQL(_COUNT).format(table=sql.Identifier(name)))
            found[name] = TableCount(*counted.fetchall()[0])
            beat()
        return found

    def migrations(self) -> tuple[str, ...]:
        """The migrations that were applied, as app.name."""
        if not self._has("django_migrations"):
            return ()
        rows = self._connection.execute("SELECT app || '.' || name FROM public.django_migrations ORDER BY 1")
        return tuple(row[0] for row in rows.fetchall())

    def canary(self) -> Mapping[str, str]:
        """The row that tells whose keys the database was written with; {} if there is none."""
        if not self._has("health_canary"):
            return {}
        row = self._connection.execute("SELECT sealed, keyed FROM public.health_canary").fetchone()
        return {"sealed": row[0], "keyed": row[1]} if row else {}

    def _has(self, table: str) -> bool:
        return self._one("SELECT to_regclass(%s) IS NOT NULL", f"public.{table}") is True

    def _one(self, statement: str, *values: object) -> object:
        row = self._connection.execute(statement, values).fetchone()
        return row[0] if row else None


@contextmanager
def snapshot_of(server: Server) -> Iterator[Snapshot]:
    """Open a moment of the database."""
    with server.connect() as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Snapshot(connection)


@contextmanager
def only_one(server: Server, what: str) -> Iterator[None]:
    """Let one process at a time do this with a database: "backup" or "drill". Raises BackupRuns."""
    with server.connect() as connection, connection.transaction():
        # Of the transaction: behind a pooler that lends connections by transaction it is held all the same.
        row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCKS[what]]).fetchone()
        if not row or not row[0]:
            raise BackupRuns(f"another {what} of this database runs at this moment")
        yield
