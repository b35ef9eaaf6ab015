"""Migrations go forth and back, and leave no index that another one makes needless."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from botbackend.outbox.tests.processes import database_url
from botbackend.tests.checkout import CHECKOUT

OURS = ("sheets", "ai", "dialogues", "bookings", "outbox", "projects")
GROWING = ("bookings_booking", "dialogues_inboundevent", "dialogues_message", "ai_turn", "outbox_task")
NEEDLESS = """
    SELECT one.indexrelid::regclass::text FROM pg_index one JOIN pg_index other
        ON one.indrelid = other.indrelid AND one.indexrelid <> other.indexrelid
      JOIN pg_class kind ON kind.oid = one.indexrelid JOIN pg_class like_it ON like_it.oid = other.indexrelid
     WHERE one.indrelid = ANY(%s::regclass[]) AND NOT one.indisunique AND kind.relam = like_it.relam
       AND one.indpred IS NULL AND other.indpred IS NULL AND one.indexprs IS NULL AND other.indexprs IS NULL
       AND other.indkey::text || ' ' LIKE one.indkey::text || ' %%'
"""


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The URL of a database without a table."""
    url, name = database_url(), "migrations_to_and_fro"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{url.rsplit('/', 1)[0]}/{name}"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _manage(url: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, "DATABASE_URL": url},
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
    )


@pytest.mark.django_db
def test_every_migration_can_be_taken_back_and_made_again(empty_database: str) -> None:
    _manage(empty_database, "migrate")
    with psycopg.connect(empty_database) as connection:
        assert connection.execute(NEEDLESS, [list(GROWING)]).fetchall() == []
    _manage(empty_database, "migrate", "projects", "zero")  # everything else of ours stands on it
    with psycopg.connect(empty_database) as connection:
        left = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert not [name for (name,) in left if name.split("_")[0] in OURS]
    _manage(empty_database, "migrate")
