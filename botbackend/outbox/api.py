"""What the other apps call: put a fact into the outbox, in their own transaction."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from django.db import connection
from django.utils import timezone

from botbackend.lib import request_ids
from botbackend.outbox import registry, wakeups
from projects.models import Project

WhenWaiting = Literal["earlier", "push", "keep"]

# "keep" updates the row as well, to lock it: a row that is only looked at could be claimed and finished
# before the caller's facts are committed, and nobody would come back for them.
_DUE = {
    "earlier": "LEAST(outbox_task.due_at, EXCLUDED.due_at)",
    "push": "EXCLUDED.due_at",
    "keep": "outbox_task.due_at",
}
_PUT = """
    INSERT INTO outbox_task (project_id, topic, handler, queue, key, payload, state, due_at, lease_token,
                             attempts, last_error, created_at)
    VALUES {rows}
    ON CONFLICT (handler, key) WHERE state = 'waiting'
    DO UPDATE SET due_at = {due}, dispatched_until = NULL, payload = outbox_task.payload || CASE
        WHEN pg_column_size(outbox_task.payload) < %s THEN EXCLUDED.payload
        ELSE EXCLUDED.payload - %s::text[] END
"""
# A flood of one client's waits in one task: beyond so many bytes the ids of further requests are left out.
_MOST_BYTES = 1500
_ROW = "(%s, %s, %s, %s, %s, %s, 'waiting', %s, 0, 0, '', statement_timestamp())"


def put(
    topic: str,
    *,
    key: str,
    project: Project | None = None,
    payload: dict[str, int | str] | None = None,
    due_at: datetime | None = None,
    when_waiting: WhenWaiting = "earlier",
) -> None:
    """Make every subscriber of the topic run once for `key`, from `due_at` (aware; default now) on.

    Belongs to the caller's transaction: rolled back, nothing happened. A task of the same key that still
    waits is not doubled; `when_waiting` says which due time it then has: the earlier of both, the new one
    (push), or its own (keep). A task of the key that already runs does not count: a new one follows it.
    """
    fact = Fact(key, project.pk if project else None, payload or {}, due_at or timezone.now())
    put_many(topic, [fact], when_waiting=when_waiting)


class Fact(NamedTuple):
    """One of many: `project` is a salon's primary key, `due_at` aware."""

    key: str
    project: int | None
    payload: Mapping[str, int | str]
    due_at: datetime


def put_many(topic: str, facts: Sequence[Fact], *, when_waiting: WhenWaiting = "earlier") -> None:
    """Like `put` for each of them, in one statement; no two have the same key."""
    if not all(fact.key for fact in facts):
        raise ValueError("a task needs a key: what must not run twice at the same time")
    entries = registry.subscribers(topic)
    if not entries or not facts:
        return
    requests = request_ids.as_payload()
    values = [
        (fact.project, topic, entry.name, entry.queue, fact.key, content, fact.due_at)
        for fact in facts
        for content in [json.dumps({**fact.payload, **requests})]
        for entry in entries
    ]
    with connection.cursor() as cursor:
        statement = _PUT.format(rows=", ".join([_ROW] * len(values)), due=_DUE[when_waiting])
        cursor.execute(statement, [*(value for row in values for value in row), _MOST_BYTES, list(requests)])
    if min(fact.due_at for fact in facts) <= timezone.now():
        wakeups.after_commit()
