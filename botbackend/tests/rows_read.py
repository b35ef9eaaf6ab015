"""How many statements something costs, and how many rows they look at, as PostgreSQL itself counts them."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

_EXPLAIN = "EXPLAIN (ANALYZE, FORMAT JSON) "
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "NOTIFY", "SET", "EXPLAIN", "LISTEN")
_REMOVED = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")
_OF_NO_TABLE = (
    "CTE Scan",
    "Subquery Scan",
    "Function Scan",
    "Values Scan",
    "Bitmap Index Scan",
    "WorkTable Scan",
)


@dataclass
class Cost:
    """What was seen of it."""

    statements: int = 0
    rows: int = 0
    dearest: tuple[int, str] = (0, "")


@contextmanager
def costs() -> Iterator[Cost]:
    """Count what the block does on the default connection, and take it back.

    Indexes are used wherever there is one: the planner reads small tables as a whole, and large ones not.
    """
    cost = Cost()

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and not sql.lstrip().startswith(_CONTROL):
            read = _rows_of(sql, params)
            cost.statements += 1
            cost.rows += read
            cost.dearest = max(cost.dearest, (read, sql))
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        with connection.execute_wrapper(count):
            yield cost
        transaction.set_rollback(True)


def _rows_of(sql: str, params: Any) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_EXPLAIN + sql, params)
            (found,) = cursor.fetchone()
        transaction.set_rollback(True)
    plan = json.loads(found) if isinstance(found, str) else found
    return sum(_looked_at(node) for node in _nodes(plan[0]["Plan"]))


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for part in node.get("Plans", ()):
        yield from _nodes(part)


def _looked_at(node: Mapping[str, Any]) -> int:
    kind = str(node["Node Type"])
    if not kind.endswith("Scan") or kind in _OF_NO_TABLE:
        return 0
    rows: float = node["Actual Rows"] + sum(node.get(name, 0) for name in _REMOVED)
    return round(int(node["Actual Loops"]) * rows)
