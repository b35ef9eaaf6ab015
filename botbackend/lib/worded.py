"""Queries and changes of single rows that Django words once instead of at every use.

Putting a SELECT of a model with its relations into words takes the ORM longer than PostgreSQL needs to run
it. In what runs for every message that is most of the work, and it gives the same words each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, F, Field, Func, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql

from botbackend.lib.cursors import plain_cursor

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """A value that is given at each run; stands in a filter wherever a plain value may stand."""

    def __init__(self, position: int) -> None:
        super().__init__(output_field=None)
        self.position = position

    def as_sql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """A placeholder, and itself as the value to be replaced."""
        return "%s", (self,)


def among(field: str, given: Given) -> Func:
    """A condition for `filter`: the field, a bigint, is one of the given list."""
    return Func(
        F(field),
        given,
        template="%(expressions)s::bigint[])",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


class _Words(Generic[Row]):
    """What the compiler of a query set found out, without the query set."""

    def __init__(self, rows: QuerySet[Row]) -> None:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self._given = _with_constants(*compiler.as_sql())
        select, about = compiler.select, compiler.klass_info
        if compiler.annotation_col_map or about is None:
            raise TypeError("only whole rows can be worded once")
        own = about["select_fields"]
        self._begin, self._end = own[0], own[-1] + 1
        self._model: type[Row] = about["model"]
        self._names = [column[0].target.attname for column in select[self._begin : self._end]]
        self._converters = list(compiler.get_converters([column[0] for column in select]).items())
        # The stubs speak of a later Django.
        self._related = get_related_populators(about, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def values(self, given: Sequence[Any]) -> list[Any]:
        """The values of one run in the order of their placeholders."""
        return [given[position] for position in self._given]

    def instance(self, found: Sequence[Any]) -> Row:
        """The model's instance, those of its relations with it."""
        row = list(found)
        connection = connections[DEFAULT_DB_ALIAS]
        for position, (converters, expression) in self._converters:
            for convert in converters:
                row[position] = convert(row[position], expression, connection)
        made = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._begin : self._end])
        for populator in self._related:
            populator.populate(row, made)
        return made


def _with_constants(statement: str, values: Sequence[Any]) -> tuple[str, list[int]]:
    """Write what never changes into the statement: only then can it use an index of some rows only."""
    raw = connections[DEFAULT_DB_ALIAS].connection
    first, *others = statement.split("%s")
    positions = []
    for value, part in zip(values, others, strict=True):
        if isinstance(value, Given):
            positions.append(value.position)
            first += f"%s{part}"
        else:
            first += sql.Literal(value).as_string(raw).replace("%", "%%") + part
    return first, positions


class Worded(Generic[Row]):
    """A query of whole rows. `build` gets a `Given` for each of its arguments and returns the query set.

    `select_related` and `select_for_update` work; prefetching, annotations and `__in` of a given value do
    not (`among` does). The same arguments are given to `all` or `first`.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]]) -> None:
        self._build = build
        self._words: _Words[Row] | None = None

    def all(self, *given: Any) -> list[Row]:
        """Every row, in the order of the query set."""
        return list(self._run(given))

    def first(self, *given: Any) -> Row | None:
        """The first row, None if there is none; let `build` limit what is found."""
        return next(self._run(given), None)

    def _run(self, given: Sequence[Any]) -> Iterator[Row]:
        if self._words is None:
            self._words = _Words(self._build(*map(Given, range(len(given)))))
        with plain_cursor() as cursor:
            cursor.execute(self._words.sql, self._words.values(given))
            found = cursor.fetchall()
        return map(self._words.instance, found)


def update_row(row: Model, *names: str) -> None:
    """Store these fields of a stored row, as `save(update_fields=names)` does without its signals."""
    fields, statement = _update(type(row), names)
    own = connections[DEFAULT_DB_ALIAS]
    values = [field.get_db_prep_save(field.pre_save(row, False), connection=own) for field in fields]
    with plain_cursor() as cursor:
        cursor.execute(statement, [*values, row.pk])


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> tuple[list[Field[Any, Any]], str]:
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    if len(fields) != len(names):
        raise FieldDoesNotExist(f"{model.__name__} has not all of {names}")
    changes = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    own = model._meta
    head = f'UPDATE "{own.db_table}"'
    return fields, f"{head} SET {changes} WHERE {_quoted(own.pk)} = %s"


def _quoted(field: Field[Any, Any]) -> str:
    return f'"{field.column}"'
