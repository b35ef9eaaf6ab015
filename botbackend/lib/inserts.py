"""Rows inserted by one plain statement: the ORM takes longer to word it than PostgreSQL to run it."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg import sql

from botbackend.lib.cursors import plain_cursor

# What the driver takes as Python holds it; it needs no preparation, which costs more than the driver's work.
_PLAIN = (
    models.ForeignKey,
    models.CharField,
    models.BooleanField,
    models.DateTimeField,
    models.DecimalField,
    models.UUIDField,
)


def insert_row(row: models.Model) -> None:
    """Store a new row and give it its id, as `save()` does without its signals."""
    insert_rows([row])


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model, as `bulk_create` would, and give them their ids."""
    if not rows:
        return
    with plain_cursor() as cursor:
        cursor.execute(_insert(type(rows[0]), len(rows)), [value for row in rows for value in values_of(row)])
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            mark_stored(row, number)


def mark_stored(row: models.Model, number: int) -> None:
    """Give a row that was inserted its id."""
    row.pk, row._state.adding, row._state.db = number, False, DEFAULT_DB_ALIAS


@cache
def columns(model: type[models.Model]) -> list[str]:
    """Return the names of the columns, in the order of `values_of`; the id is not among them."""
    return [str(field.column) for field in _fields(model)]


@lru_cache(maxsize=256)
def _insert(model: type[models.Model], count: int) -> str:
    one = f"({', '.join(['%s'] * len(_fields(model)))})"
    return f"{into(model)} VALUES {', '.join([one] * count)} RETURNING {_id_of(model)}"


def _id_of(model: type[models.Model]) -> str:
    return sql.Identifier(str(model._meta.pk.column)).as_string()


@cache
def into(model: type[models.Model]) -> str:
    """Return an INSERT up to its VALUES."""
    return (
        sql.SQL("INSERT INTO {} ({})")
        .format(
            sql.Identifier(model._meta.db_table),
            sql.SQL(", ").join(sql.Identifier(column) for column in columns(model)),
        )
        .as_string()
    )


def values_of(row: models.Model) -> list[Any]:
    """Return what goes into the columns of a new row; the row gets its own times of creation and change."""
    own = connections[DEFAULT_DB_ALIAS]
    return [
        getattr(row, attribute)
        if field is None
        else field.get_db_prep_save(field.pre_save(row, True), connection=own)
        for attribute, field in _sources(type(row))
    ]


@cache
def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@cache
def _sources(model: type[models.Model]) -> list[tuple[str, models.Field[Any, Any] | None]]:
    """Return each column's attribute, and its field where the value has to be prepared."""
    return [(str(field.attname), None if _is_plain(field) else field) for field in _fields(model)]


def _is_plain(field: models.Field[Any, Any]) -> bool:
    is_stamped = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return isinstance(field, _PLAIN) and not is_stamped
