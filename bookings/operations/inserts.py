"""Rows inserted by one plain statement: the ORM takes longer to word it than PostgreSQL to run it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from psycopg import sql

from botbackend.lib.prepared import prepared_cursor


def insert_rows(rows: Sequence[Model]) -> None:
    """Store new rows of one model, as `bulk_create` would, and give them their ids."""
    if not rows:
        return
    fields, head, one = _statement(type(rows[0]))
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection=connection)
        for row in rows
        for field in fields
    ]
    with prepared_cursor() as cursor:
        cursor.execute(f"{head} {', '.join([one] * len(rows))} RETURNING id", values)
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = number, False, connection.alias


@cache
def _statement(model: type[Model]) -> tuple[list[Field[Any, Any]], str, str]:
    """Return the fields, the statement up to VALUES, and the placeholders of one row."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    head = sql.SQL("INSERT INTO {} ({}) VALUES").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields),
    )
    return fields, head.as_string(), f"({', '.join(['%s'] * len(fields))})"
