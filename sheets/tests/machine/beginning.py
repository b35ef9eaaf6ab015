"""The database and the spreadsheet as a day begins, made once and put back for every example."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn

SCHEMA = "beginning"
KEPT = {"django_content_type", "auth_permission"}


class Beginning:
    """All rows of all tables; keys and ids are the same in every example, so that stories are too."""

    def __init__(self, google: GoogleStandIn) -> None:
        self._books = [book.copy() for book in google.books.values()]
        models = apps.get_models(include_auto_created=True)
        tables = sorted({model._meta.db_table for model in models if model._meta.managed} - KEPT)
        self._undo = sql.SQL("").join(map(_emptied, tables))
        with connection.cursor() as cursor:
            for table in tables:
                kept = sql.Identifier(SCHEMA, table)
                cursor.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(kept, sql.Identifier(table)))
                if cursor.rowcount:
                    self._undo += sql.SQL("INSERT INTO {} TABLE {};").format(sql.Identifier(table), kept)

    def again(self, google: GoogleStandIn) -> None:
        """Forget everything that happened since."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, no order of tables
            cursor.execute(self._undo)
        google.books = {book.id: book.copy() for book in self._books}


def _emptied(table: str) -> sql.Composed:
    return sql.SQL("DELETE FROM {};").format(sql.Identifier(table))


@contextmanager
def room_for_it() -> Iterator[None]:
    """The schema that holds the copies."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
