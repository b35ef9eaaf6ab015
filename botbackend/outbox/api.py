"""What the other apps call: put a fact into the outbox, in their own transaction."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal

from django.db import connection
from django.utils import timezone
from psycopg import sql

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
    DO UPDATE SET due_at = {due}, payload = outbox_task.payload || EXCLUDED.payload, dispatched_until = NULL
"""
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
    if not key:
        raise ValueError("a task needs a key: what must not run twice at the same time")
    due = due_at or timezone.now()
    entries = registry.subscribers(topic)
    if not entries:
        return
    project_id, content = project.pk if project else None, json.dumps(payload or {})
    values = [(project_id, topic, entry.name, entry.queue, key, content, due) for entry in entries]
    with connection.cursor() as cursor:
        statement = _PUT.format(rows=", ".join([_ROW] * len(values)), due=_DUE[when_waiting])
        cursor.execute(statement, [value for row in values for value in row])
    if due <= timezone.now():
        wakeups.after_commit()


def put_clause(topic: str, *, source: str, name: str) -> str:
    """Return `put` as a part of a larger statement, for the row whose id its part `source` returns.

    The id becomes the key and, called `name`, the payload. The statement needs the values `project` (an id)
    and `due_at`; whoever has run it with a due time that is here calls `wakeups.after_commit`. Nothing is
    returned when nobody subscribes.
    """
    entries = registry.subscribers(topic)
    return _clause(topic, tuple((entry.name, entry.queue) for entry in entries), source, name)


@lru_cache(maxsize=256)
def _clause(topic: str, targets: Sequence[tuple[str, str]], source: str, name: str) -> str:
    if not targets:
        return ""
    row = sql.SQL(
        "(%(project)s, {topic}, {handler}, {queue}, (SELECT id::text FROM {source}),"
        " (SELECT jsonb_build_object({name}::text, id) FROM {source}), 'waiting', %(due_at)s, 0, 0, '',"
        " statement_timestamp())"
    )
    rows = [
        row.format(topic=topic, handler=handler, queue=queue, source=sql.Identifier(source), name=name)
        for handler, queue in targets
    ]
    return _PUT.format(rows=sql.SQL(", ").join(rows).as_string(), due=_DUE["earlier"])
