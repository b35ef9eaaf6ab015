"""Encrypts everything stored with the first of FIELD_ENCRYPTION_KEYS, so that the others can be retired."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Field, Model
from psycopg import sql

from botbackend.lib import crypto
from botbackend.lib.fields import EncryptedBytesField, EncryptedJSONField, EncryptedTextField

BATCH = 500
BATCH_OF_FILES = 10


@dataclass
class Rotation:
    """Counts of values: brought under the first key, already there, and opened by none of the keys."""

    rotated: int = 0
    current: int = 0
    unreadable: int = 0

    def __add__(self, other: "Rotation") -> "Rotation":
        return Rotation(
            self.rotated + other.rotated, self.current + other.current, self.unreadable + other.unreadable
        )


def encrypted_columns() -> list[tuple[type[Model], "Field[Any, Any]"]]:
    """Return every encrypted column of every model."""
    columns: list[tuple[type[Model], Field[Any, Any]]] = [
        (model, field) for model in apps.get_models() for field in model._meta.concrete_fields
    ]
    kinds = (EncryptedTextField, EncryptedJSONField, EncryptedBytesField)
    return [item for item in columns if isinstance(item[1], kinds)]


def count_values(model: type[Model]) -> int:
    """Return how many rows a walk over the model will see."""
    return model._default_manager.count()


def rotate_column(
    model: type[Model], field: "Field[Any, Any]", *, dry_run: bool = False
) -> Iterator[Rotation]:
    """Walk the column in the order of the primary key and yield the counts of each batch.

    Each batch is a transaction of its own, and a value under the first key is left alone: the walk may be
    stopped at any time and started again. A row that somebody changes meanwhile is written by nobody twice.
    """
    first = Fernet(settings.FIELD_ENCRYPTION_KEYS[0])
    batch = BATCH_OF_FILES if isinstance(field, EncryptedBytesField) else BATCH
    last: Any = None
    while True:
        rows = _read(model, field, last, batch)
        if not rows:
            return
        last = rows[-1][0]
        with transaction.atomic():
            done = Rotation()
            for key, token in rows:
                done += _rotate_value(model, field, key, token, first, dry_run)
        yield done


def _rotate_value(
    model: type[Model],
    field: "Field[Any, Any]",
    key: Any,
    token: str,
    first: Fernet,
    dry_run: bool,
) -> Rotation:
    if not token:
        return Rotation()
    try:
        first.decrypt(token.encode())
        return Rotation(current=1)
    except InvalidToken:
        pass
    try:
        fresh = crypto.rotate(token)
    except InvalidToken:
        return Rotation(unreadable=1)
    if not dry_run:
        _write(model, field, key, token, fresh)
    return Rotation(rotated=1)


def _names(model: type[Model], field: "Field[Any, Any]") -> dict[str, sql.Composable]:
    return {
        "table": sql.Identifier(model._meta.db_table),
        "key": sql.Identifier(str(model._meta.pk.column)),
        "column": sql.Identifier(str(field.column)),
    }


def _read(model: type[Model], field: "Field[Any, Any]", last: Any, batch: int) -> list[tuple[Any, str]]:
    # Past the ORM: reading through the field would decrypt, and an unreadable row would stop the walk.
    where = sql.SQL("WHERE {key} > %s" if last is not None else "").format(**_names(model, field))
    query = sql.SQL("SELECT {key}, {column} FROM {table} {where} ORDER BY {key} LIMIT %s").format(
        where=where, **_names(model, field)
    )
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(), [batch] if last is None else [last, batch])
        return [(key, token or "") for key, token in cursor.fetchall()]


def _write(model: type[Model], field: "Field[Any, Any]", key: Any, token: str, fresh: str) -> None:
    query = sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s").format(
        **_names(model, field)
    )
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(), [fresh, key, token])
