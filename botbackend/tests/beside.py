"""What a migration must not do while the former version of the code goes on running beside it.

In an update the database is migrated first, and the old processes serve until the new ones are ready; a
roll-back runs old code on the new schema. So a migration may only add what old code need not know of. What
old code uses is taken away one release later: the module then says `UNUSED_SINCE = "1.2.0"`, a release that
does without.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from django.contrib.postgres import operations as postgres
from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Field, GeneratedField, ManyToManyField
from django.db.models.fields import NOT_PROVIDED

# The others are short enough to be locked for the moment that an index or a look through all rows takes.
GROWING = {
    ("bookings", "booking"),
    ("bookings", "client"),
    ("dialogues", "inboundevent"),
    ("dialogues", "message"),
    ("dialogues", "dialogue"),
    ("ai", "turn"),
    ("outbox", "task"),
    ("sheets", "sheetrow"),
}
IN_SQL = {
    r"\bDROP\s+(TABLE|COLUMN)\b": "drops what the old code uses",
    r"\bRENAME\s+(TO|COLUMN)\b": "renames what the old code uses",
    r"\bSET\s+NOT\s+NULL\b": "refuses rows that the old code writes",
    r"\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b": "rewrites a table under a lock",
    r"\bADD\s+COLUMN\b(?!.*\bDEFAULT\b).*\bNOT\s+NULL\b": "refuses rows that the old code writes",
    r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)": "locks a table while it builds an index",
    r"\bLOCK\s+TABLE\b": "locks a table",
}
TAKES_AWAY = ("drops", "renames")


def objections(migration: Migration, before: ProjectState) -> list[str]:
    """What is wrong with a migration that runs on this state, in words; what it made itself it may change."""
    state = before.clone()
    own: set[tuple[str, str]] = set()
    found: list[str] = []
    for operation in migration.operations:
        found += _objections(operation, migration.app_label, state, own)
        operation.state_forwards(migration.app_label, state)
    if unused_since(migration):
        found = [line for line in found if not any(word in line for word in TAKES_AWAY)]
    return [f"{migration.app_label}.{migration.name}: {line}" for line in found]


def unused_since(migration: Migration) -> str:
    """The release that no longer uses what this migration takes away, "" if the module names none."""
    return str(getattr(import_module(type(migration).__module__), "UNUSED_SINCE", ""))


def _objections(
    operation: Operation, app: str, state: ProjectState, own: set[tuple[str, str]]
) -> Iterator[str]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        scratch = state.clone()
        for part in operation.database_operations:
            yield from _objections(part, app, scratch, own)
            part.state_forwards(app, scratch)
    elif isinstance(operation, operations.CreateModel):
        own.add((app, operation.name.lower()))
    elif isinstance(operation, operations.RunSQL):
        yield from _in_sql(operation.sql)
    elif _table(operation, app) not in own:
        for kind, judge in JUDGES.items():
            if isinstance(operation, kind):
                yield from (f"{operation.describe()}: {text}" for text in judge(operation, app, state))
                break


def _table(operation: Operation, app: str) -> tuple[str, str]:
    name = getattr(operation, "model_name", None) or getattr(operation, "name", None) or ""
    return app, str(name).lower()


def _in_sql(sql: Any) -> Iterator[str]:
    parts = (
        [sql] if isinstance(sql, str) else [part if isinstance(part, str) else part[0] for part in sql or ()]
    )
    for statement in (each for part in parts for each in part.split(";")):
        for pattern, text in IN_SQL.items():
            if re.search(pattern, statement, re.I | re.S):
                yield f"its SQL {text}"


def _added_field(operation: operations.AddField, app: str, state: ProjectState) -> Iterator[str]:
    field = operation.field
    if isinstance(field, ManyToManyField):
        return
    if not (field.null or isinstance(field, GeneratedField) or _has_default(field)):
        yield "the old code writes rows without it: null=True, or db_default"
    if _table(operation, app) in GROWING and (_is_indexed(field) or field.unique):
        yield "builds an index under a lock: db_index=False, then AddIndexConcurrently"


def _altered_field(operation: operations.AlterField, app: str, state: ProjectState) -> Iterator[str]:
    model: ModelState = state.models[app, operation.model_name_lower]
    old, new = model.fields[operation.name], operation.field
    if old.null and not new.null:
        yield "refuses rows that the old code writes without it"
    if _has_default(old) and not (_has_default(new) or new.null):
        yield "the old code leaves this column to its default"
    if (new.unique and not old.unique) or (_is_indexed(new) and not _is_indexed(old)):
        yield "builds an index under a lock"
    if not _is_wider(_type(old, app, operation, state), _type(new, app, operation, state)):
        yield "rewrites the table under a lock, and the old code knows another type"


def _type(field: Field[Any, Any], app: str, operation: operations.AlterField, state: ProjectState) -> str:
    scratch = state.clone()
    scratch.models[app, operation.model_name_lower].fields[operation.name] = field.clone()
    scratch.clear_delayed_apps_cache()
    made = scratch.apps.get_model(app, operation.model_name)._meta.get_field(operation.name)
    return str(made.db_parameters(connection)["type"])


def _is_wider(old: str, new: str) -> bool:
    """Whether PostgreSQL only notes the change: varchar to a longer one or to text."""
    if old == new or (old.startswith("varchar") and new == "text"):
        return True
    lengths = [re.fullmatch(r"varchar\((\d+)\)", each) for each in (old, new)]
    return all(lengths) and int(lengths[0][1]) <= int(lengths[1][1])  # type: ignore[index]  # all() saw to it


def _is_indexed(field: Field[Any, Any]) -> bool:
    return bool(getattr(field, "db_index", False))


def _has_default(field: Field[Any, Any]) -> bool:
    return getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED


def _dropped(operation: Operation, app: str, state: ProjectState) -> Iterator[str]:
    yield "drops what the old code uses: take it out of the code first, drop it a release later"


def _renamed(operation: Operation, app: str, state: ProjectState) -> Iterator[str]:
    yield "renames what the old code uses: add the new one, fill it, drop the old one a release later"


def _indexed(operation: Operation, app: str, state: ProjectState) -> Iterator[str]:
    if _table(operation, app) in GROWING:
        yield "locks a table that grows: AddIndexConcurrently in a migration that is not atomic"


def _constrained(operation: Operation, app: str, state: ProjectState) -> Iterator[str]:
    if _table(operation, app) in GROWING:
        yield "looks through a table that grows under a lock: AddConstraintNotValid, then ValidateConstraint"


def _nothing(operation: Operation, app: str, state: ProjectState) -> Iterator[str]:
    yield from ()


Judge = Callable[[Any, str, ProjectState], Iterator[str]]
JUDGES: Mapping[type[Operation], Judge] = {
    postgres.AddIndexConcurrently: _nothing,
    postgres.AddConstraintNotValid: _nothing,
    operations.AddField: _added_field,
    operations.AlterField: _altered_field,
    operations.RemoveField: _dropped,
    operations.DeleteModel: _dropped,
    operations.RenameField: _renamed,
    operations.RenameModel: _renamed,
    operations.AlterModelTable: _renamed,
    operations.AddIndex: _indexed,
    operations.AddConstraint: _constrained,
}
