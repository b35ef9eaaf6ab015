"""Stores raw events: one statement, which nothing in their content can make fail."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import OperationalError, connection

from botbackend.lib import crypto, request_ids
from botbackend.outbox import registry, wakeups
from dialogues import queries, topics
from dialogues.inbound.events import Json

_TRIES = 3
_write = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True)
class RawEvent:
    """An event ready to be stored: where it goes, by what it is recognised, and itself."""

    project_id: int
    dedupe_key: str
    bot_id: str
    contact_id: str
    title: str
    body: Json


def store(events: Sequence[RawEvent]) -> int:
    """Store what is new and wake its handler, all or nothing; returns the number of new events.

    Raises Django's database errors when PostgreSQL is away.
    """
    if not events:
        return 0
    rows = [_values(event) for event in events]
    one = rows[0] if len(rows) == 1 else {name: [row[name] for row in rows] for name in rows[0]}
    (subscription,) = registry.subscribers(topics.EVENT_RECEIVED)
    task = {"topic": subscription.topic, "handler": subscription.name, "queue": subscription.queue}
    stored = _execute(queries.STORE_ONE if len(rows) == 1 else queries.STORE_MANY, {**one, **task})
    wakeups.after_commit()
    return stored


def _values(event: RawEvent) -> dict[str, Any]:
    return {
        "project": event.project_id,
        "dedupe": event.dedupe_key,
        "bot": event.bot_id,
        "contact": event.contact_id,
        "title": event.title,
        # ASCII escapes: a lone surrogate or a NUL is then as harmless as any other character
        "payload": crypto.encrypt(_write(_with_request(event.body))),
    }


def _with_request(body: Json) -> Json:
    """The event and the id of the request that brought it; no column, so that old code may run beside."""
    ids = request_ids.current()
    return {**body, request_ids.EVENT_KEY: ids[0]} if ids else body


def _execute(statement: str, values: dict[str, Any]) -> int:
    """Run the statement, again after a deadlock; returns the number of stored rows."""
    for tries_left in reversed(range(_TRIES)):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return int(cursor.fetchone()[0])
        except OperationalError as error:
            is_deadlock = isinstance(error.__cause__, psycopg.errors.DeadlockDetected)
            if not is_deadlock or not tries_left or connection.in_atomic_block:
                raise
    raise AssertionError("unreachable")
