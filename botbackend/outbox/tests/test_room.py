"""The table of tasks is large for the planner: a plan made while it is empty serves when it is not."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from botbackend.outbox.leases import statement_in_turn
from botbackend.outbox.models import Task
from botbackend.outbox.room import PAGES, keep_room, tell_planner

pytestmark = pytest.mark.django_db(transaction=True)


def plan_of_claim() -> Iterator[Mapping[str, Any]]:
    """The nodes that look at tasks, of the plan which a prepared statement keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute("PREPARE claim AS " + _numbered(statement_in_turn("turns")))
        cursor.execute("EXPLAIN (FORMAT JSON) EXECUTE claim (NULL, 'turns', 5, -1, 9, '{}', 20)")
        (found,) = cursor.fetchone()
        cursor.execute("DEALLOCATE claim")
        cursor.execute("RESET plan_cache_mode")
    plan = json.loads(found) if isinstance(found, str) else found
    waiting = [plan[0]["Plan"]]
    for node in waiting:
        waiting += node.get("Plans", [])
        if node.get("Relation Name") == "outbox_task" and node["Node Type"].endswith("Scan"):
            yield node


def _numbered(statement: str) -> str:
    names = ("now", "queue", "limit", "after", "ceiling", "leases", "lease")
    types = ("timestamptz", "text", "bigint", "bigint", "integer", "jsonb", "float")
    for number, (name, kind) in enumerate(zip(names, types, strict=True), start=1):
        statement = statement.replace(f"%({name})s", f"${number}::{kind}")
    return statement


def pages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('outbox_task') / 8192")
        return int(cursor.fetchone()[0])


def test_an_empty_table_is_as_large_as_a_full_one_and_stays_so() -> None:
    assert keep_room()
    assert pages() >= PAGES
    assert not Task.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE outbox_task")
    assert pages() >= PAGES
    assert not keep_room()


def test_a_claim_that_is_planned_while_nothing_waits_reads_no_whole_table() -> None:
    keep_room()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE outbox_task")
    kinds = [node["Node Type"] for node in plan_of_claim()]
    assert kinds
    assert "Seq Scan" not in kinds


def test_the_planner_is_told_of_a_backlog_once() -> None:
    keep_room()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE outbox_task")
    assert not tell_planner()
    now = timezone.now()
    Task.objects.bulk_create(
        Task(topic="line", handler="line", queue="turns", key=str(number), due_at=now)
        for number in range(900)
    )
    assert tell_planner()
    assert not tell_planner()
