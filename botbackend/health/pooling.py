"""What stands between us and PostgreSQL, and whether the settings know of it: a pooler, a replica."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from botbackend.health.findings import DEGRADED, DOWN, OK, Finding
from botbackend.lib.postgres import replica
from botbackend.lib.postgres.configuration import CONNECT_SECONDS, SILENCE, TIMEOUTS

_AT_ONCE, _ROUNDS = 3, 3  # few: the pool may be small, and whoever finds none free waits
_WHICH = """
    SELECT EXTRACT(epoch FROM pg_postmaster_start_time()), oid FROM pg_database
     WHERE datname = current_database()
"""
_USE_DIRECT = "Set DATABASE_DIRECT_URL to PostgreSQL's own address."


def look_at_pooler() -> Finding:
    """Does a pooler stand before the database, and is everything that it takes away done without?"""
    try:
        with closing(_connect("default")) as ours:
            if not settings.DATABASE_DIRECT_URL:
                return _undeclared(ours)
            wrong = [*_of_direct(ours), *_of_prepared(ours), *_of_timeouts(ours)]
            what = "a pooler" if _stands_before(ours) else "no pooler"
    except psycopg.Error as error:
        return Finding(DOWN, f"no answer ({type(error).__name__})", "See `database`.")
    if not wrong:
        return Finding(OK, f"{what}; sessions go around it")
    worst = DOWN if any(one.status == DOWN for one in wrong) else DEGRADED
    details, advice = (" ".join(getattr(one, name) for one in wrong) for name in ("detail", "advice"))
    return Finding(worst, details, advice)


def look_at_replica() -> Finding:
    """Is there a replica, and does it keep up? Without it pages come from the primary."""
    if replica.REPLICA not in settings.DATABASES:
        return Finding(OK, "none")
    try:
        behind = replica.seconds_behind()
    except (DatabaseError, InterfaceError) as error:
        return Finding(
            DEGRADED,
            f"no answer ({type(error).__name__}); pages are read from the primary",
            "Start it, or correct DATABASE_REPLICA_URL.",
        )
    finally:
        connections[replica.REPLICA].close()
    if behind is None:
        return Finding(
            DEGRADED,
            "DATABASE_REPLICA_URL leads to none, or to one that has replayed nothing since its start",
            "Name a streaming replica of the same database. Pages are read from the primary.",
        )
    if behind > replica.MOST_BEHIND_SECONDS:
        return Finding(
            DEGRADED,
            f"the last commit it has is {behind:.0f} s old; pages are read from the primary",
            "See that the dispatcher runs, and pg_stat_replication on the primary.",
        )
    return Finding(OK, f"the last commit it has is {behind:.1f} s old")


def _connect(alias: str) -> psycopg.Connection[Any]:
    """Open a connection beside Django's, which looks at what it is lent."""
    known = connections[alias].get_connection_params()
    who = ("user", "password", "dbname", "sslmode", "sslrootcert", "options")
    names = ("host", "port", "target_session_attrs", *who, *SILENCE)
    given = {name: str(known[name]) for name in names if known.get(name)}
    return psycopg.connect(make_conninfo(**given, connect_timeout=CONNECT_SECONDS), autocommit=True)


def _pid(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    return int(row[0]) if row else 0


def _stands_before(connection: psycopg.Connection[Any]) -> bool:
    """A pooler answers for a session of its own, and names another process than the one that runs this."""
    return _pid(connection) != connection.info.backend_pid


def _undeclared(ours: psycopg.Connection[Any]) -> Finding:
    if not _stands_before(ours):
        return Finding(OK, "none")
    if not _lends_by_transaction(ours):
        return Finding(OK, "a pooler that lends whole sessions")
    return Finding(
        DOWN,
        "a pooler stands before the database and lends connections by transaction: nobody hears"
        " notifications, and statements that were prepared are gone",
        _USE_DIRECT,
    )


def _lends_by_transaction(ours: psycopg.Connection[Any]) -> bool:
    """Is the process that ran our last statement another one's as soon as we are idle?"""
    last = _pid(ours)
    with ExitStack() as stack:
        for _ in range(_AT_ONCE):  # a pooler may keep several idle ones, and lend them in turn
            other = stack.enter_context(closing(_connect("default")))
            other.execute("BEGIN")
            if _pid(other) == last:
                return True
    return False


def _of_direct(ours: psycopg.Connection[Any]) -> Iterator[Finding]:
    try:
        with closing(_connect("direct")) as direct:
            if _stands_before(direct) and _lends_by_transaction(direct):
                yield Finding(DOWN, "DATABASE_DIRECT_URL leads through a pooler too.", _USE_DIRECT)
            if direct.execute(_WHICH).fetchone() != ours.execute(_WHICH, prepare=False).fetchone():
                yield Finding(
                    DOWN,
                    "DATABASE_DIRECT_URL and DATABASE_URL lead to different databases.",
                    "Name the same database in both.",
                )
    except psycopg.Error as error:
        yield Finding(
            DOWN,
            f"DATABASE_DIRECT_URL: no answer ({type(error).__name__}).",
            "Correct it: without it replies to flows and migrations come to nothing.",
        )


def _of_prepared(ours: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Are statements kept wherever they are run next? Old poolers, and one without room for them, do not."""
    if settings.PREPARED_STATEMENTS and _stands_before(ours) and not _keeps_prepared():
        yield Finding(
            DOWN,
            "PREPARED_STATEMENTS is on, and the pooler keeps none.",
            "Set it to false, or max_prepared_statements in a PgBouncer of 1.22 or newer.",
        )


def _keeps_prepared() -> bool:
    """Let several prepare under one name, and see whether each is answered what it asked."""
    try:
        with ExitStack() as stack:
            several = [stack.enter_context(closing(_connect("default"))) for _ in range(_AT_ONCE)]
            for _ in range(_ROUNDS):
                for number, one in enumerate(several):
                    asked = sql.SQL("SELECT {}").format(number)
                    if one.execute(asked, prepare=True).fetchone() != (number,):
                        return False
                _pid(several[0])  # so that the next round meets others
    except psycopg.Error:
        return False
    return True


def _of_timeouts(ours: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Has the role the timeouts that a connection through a pooler cannot ask for?"""
    row = ours.execute(
        "SELECT quote_ident(current_user), quote_ident(current_database()), "
        + ", ".join(f"current_setting('{name}')" for name in TIMEOUTS),
        prepare=False,
    ).fetchone()
    user, database, *found = row or ("", "")
    missing = [name for name, value in zip(TIMEOUTS, found, strict=True) if value == "0"]
    if missing:
        setting = f"ALTER ROLE {user} IN DATABASE {database} SET"
        statements = (f"{setting} {name} = {TIMEOUTS[name]};" for name in missing)
        yield Finding(
            DEGRADED,
            f"through the pooler there is no {', no '.join(missing)}.",
            f"Over DATABASE_DIRECT_URL: {' '.join(statements)} Then RECONNECT in the pooler's console.",
        )
