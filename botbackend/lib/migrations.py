"""Changes of the schema that do not hold up live traffic."""

from django.db.migrations import AlterField, RunSQL
from django.db.models import Field


def drop_index(name: str, *, table: str, model: str, column: str, field: Field[object, object]) -> RunSQL:
    """Drop the index of a single foreign key; `field` is the key without it. Reversible.

    For a migration with `atomic = False`. Django's own way would take the constraint away as well and check
    the whole table anew, with everybody else waiting.
    """
    return RunSQL(
        f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"',
        f'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{name}" ON "{table}" ("{column}")',
        state_operations=[AlterField(model, column.removesuffix("_id"), field)],
    )
