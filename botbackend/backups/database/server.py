"""How a PostgreSQL database is reached by psycopg and by PostgreSQL's own programs."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from botbackend.backups.errors import BackupError
from botbackend.lib.postgres.configuration import OURS
from botbackend.lib.postgres.direct import session_alias

# A dump lasts as long as it lasts, and the transaction that lends its snapshot is idle meanwhile.
_PATIENT = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=60000"
# Rows are compared by their text, which must not depend on who asks.
_PLAIN = (
    " -c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex"
)


@dataclass(frozen=True)
class Server:
    """The parameters of libpq for one database, without those of our own connections."""

    parameters: Mapping[str, str]

    @property
    def database(self) -> str:
        """The database's name."""
        return self.parameters["dbname"]

    def beside(self, database: str) -> "Server":
        """Return another database of the same server."""
        return replace(self, parameters={**self.parameters, "dbname": database})

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection[Any]]:
        """Open a connection that commits every statement by itself. Raises BackupError."""
        try:
            connection = psycopg.connect(
                make_conninfo(**self.parameters, connect_timeout=10, options=_PATIENT + _PLAIN),
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            raise BackupError(f"no connection to the database {self.database}: {error}") from error
        try:
            with connection:
                yield connection
        except psycopg.Error as error:
            raise BackupError(f"the database {self.database}: {str(error).strip()}") from error

    def argument(self) -> str:
        """Return what --dbname of PostgreSQL's programs takes; the password is no part of it."""
        return make_conninfo(**{key: value for key, value in self.parameters.items() if key != "password"})

    def environment(self) -> dict[str, str]:
        """Return the environment of PostgreSQL's programs: nothing of ours but the database's password."""
        passed = {
            name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ
        }
        secret = {"PGPASSWORD": self.parameters["password"]} if "password" in self.parameters else {}
        return {**passed, **secret, "LC_ALL": "C", "PGOPTIONS": _PATIENT, "PGCONNECT_TIMEOUT": "10"}


def own_server() -> Server:
    """Return the database of the installation, by the address that has no pooler before it."""
    if settings.BACKUP_DATABASE_URL:
        return server_of(settings.BACKUP_DATABASE_URL)
    alias = session_alias()
    known = connections.settings[alias]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    told = {key: str(known[name]) for key, name in names.items() if known.get(name)}
    more = {key: str(value) for key, value in known["OPTIONS"].items() if key not in OURS}
    # Tests give the database another name only after the settings were read.
    return Server({**told, **more, "dbname": str(connections[alias].settings_dict["NAME"])})


def server_of(url: str) -> Server:
    """Return the database that a URL names. Raises BackupError."""
    try:
        told = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise BackupError(f"this is no address of a database: {error}") from error
    parameters = {key: str(value) for key, value in told.items() if key != "options" and value}
    if "dbname" not in parameters:
        raise BackupError("the address names no database: postgresql://user:password@host:5432/name")
    return Server(parameters)


def turn_to(server: Server) -> None:
    """Let Django's connections of this process lead to that database from now on."""
    connections.close_all()
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    changed = {name: server.parameters.get(key, "") for key, name in names.items()}
    for alias in {"default", session_alias()}:
        for known in (connections.settings[alias], connections[alias].settings_dict):
            options = {key: value for key, value in known["OPTIONS"].items() if key in OURS}
            more = {key: value for key, value in server.parameters.items() if key not in names}
            known.update({**changed, "OPTIONS": {**options, **more}})
