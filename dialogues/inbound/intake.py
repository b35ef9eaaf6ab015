"""Stores raw events: one statement, which nothing in their content can make fail."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import InterfaceError, OperationalError

from botbackend.lib import crypto
from botbackend.lib.cursors import plain_cursor
from botbackend.outbox import registry, wakeups
from dialogues import topics
from dialogues.inbound.credentials import VERSION
from dialogues.inbound.events import Json

_TRIES = 3
_write = json.JSONEncoder(separators=(",", ":")).encode
# One statement in its own transaction, because the round trips are what a webhook costs. The version of the
# project's row proves that it still is what the secret was checked against. Rows go in by dedupe key, so that
# two POSTs with the same events in another order cannot wait for each other; `position` keeps the order.
# The waiting task per contact is the outbox's own put(), folded in; it does not NOTIFY, because commits with
# a NOTIFY queue up behind each other. One that is as it should be already is only locked, so that nobody
# takes it before this event can be seen.
_EVENT = """
    INSERT INTO dialogues_inboundevent
        (project_id, dedupe_key, bot_id, contact_id, title, payload, position, state, note, received_at)
"""
_ONCE = "ON CONFLICT (project_id, dedupe_key) DO NOTHING RETURNING project_id, contact_id"
_TASK = """
    INSERT INTO outbox_task (project_id, topic, handler, queue, key, payload, state, due_at, lease_token,
                             attempts, last_error, created_at)
    SELECT {distinct} project_id, %(topic)s, %(handler)s, %(queue)s, project_id || ':' || contact_id,
           '{{}}'::jsonb, 'waiting', statement_timestamp(), 0, 0, '', statement_timestamp()
      FROM stored {order}
    ON CONFLICT (handler, key) WHERE state = 'waiting'
    DO UPDATE SET due_at = LEAST(outbox_task.due_at, EXCLUDED.due_at), dispatched_until = NULL
     WHERE outbox_task.due_at > EXCLUDED.due_at OR outbox_task.dispatched_until IS NOT NULL
"""
_STORE_MANY = f"""
WITH input AS (
    SELECT * FROM unnest(%(project)s::bigint[], %(version)s::text[], %(dedupe)s::text[], %(bot)s::text[],
                         %(contact)s::text[], %(title)s::text[], %(payload)s::text[])
        WITH ORDINALITY AS t(project_id, version, dedupe_key, bot_id, contact_id, title, payload, position)
), valid AS (
    SELECT input.* FROM input JOIN projects_project p ON p.id = input.project_id
      LEFT JOIN dialogues_channelsettings c ON c.project_id = p.id WHERE {VERSION} = input.version
), stored AS ({_EVENT}
    SELECT project_id, dedupe_key, bot_id, contact_id, title, payload, position, 'new', '',
           statement_timestamp()
      FROM valid WHERE (SELECT count(*) FROM valid) = (SELECT count(*) FROM input)
     ORDER BY dedupe_key, position {_ONCE}
), woken AS ({_TASK.format(distinct="DISTINCT", order="ORDER BY 5")})
SELECT (SELECT count(*) FROM valid), (SELECT count(*) FROM stored)
"""  # noqa: S608 - put together from the constants above
# Nearly every POST carries one event, which needs neither arrays nor sorting: half the price.
_STORE_ONE = f"""
WITH valid AS MATERIALIZED (
    SELECT p.id FROM projects_project p LEFT JOIN dialogues_channelsettings c ON c.project_id = p.id
     WHERE p.id = %(project)s::bigint AND {VERSION} = %(version)s
), stored AS ({_EVENT}
    SELECT valid.id, %(dedupe)s, %(bot)s, %(contact)s, %(title)s, %(payload)s, 1, 'new', '',
           statement_timestamp()
      FROM valid {_ONCE}
), woken AS ({_TASK.format(distinct="", order="")})
SELECT (SELECT count(*) FROM valid), (SELECT count(*) FROM stored)
"""  # noqa: S608 - as above


class ProjectChangedError(Exception):
    """A project's row is not what it was when the secret was checked: check again."""


@dataclass(frozen=True)
class RawEvent:
    """An event ready to be stored: where it goes, by what it is recognised, and itself."""

    project_id: int
    version: str
    dedupe_key: str
    bot_id: str
    contact_id: str
    title: str
    body: Json


def store(events: Sequence[RawEvent]) -> int:
    """Store what is new and wake its handler, all or nothing; returns the number of new events.

    Raises ProjectChangedError, and Django's database errors when PostgreSQL is away.
    """
    if not events:
        return 0
    rows = [_values(event) for event in events]
    one = rows[0] if len(rows) == 1 else {name: [row[name] for row in rows] for name in rows[0]}
    (subscription,) = registry.subscribers(topics.EVENT_RECEIVED)
    task = {"topic": subscription.topic, "handler": subscription.name, "queue": subscription.queue}
    valid, stored = _execute(_STORE_ONE if len(rows) == 1 else _STORE_MANY, {**one, **task})
    if valid != len(events):
        raise ProjectChangedError
    wakeups.after_commit()
    return stored


def _values(event: RawEvent) -> dict[str, Any]:
    return {
        "project": event.project_id,
        "version": event.version,
        "dedupe": event.dedupe_key,
        "bot": event.bot_id,
        "contact": event.contact_id,
        "title": event.title,
        # ASCII escapes: a lone surrogate or a NUL is then as harmless as any other character
        "payload": crypto.encrypt(_write(event.body)),
    }


def _execute(statement: str, values: dict[str, Any]) -> tuple[int, int]:
    """Run the statement; returns the numbers of valid and of stored rows.

    Again after a deadlock, and on a new connection where PostgreSQL dropped the old one: by its dedupe key an
    event that was stored all the same is stored once.
    """
    own = connections[DEFAULT_DB_ALIAS]
    for tries_left in reversed(range(_TRIES)):
        try:
            with plain_cursor() as cursor:
                cursor.execute(statement, values)
                row = cursor.fetchone()
        except (OperationalError, InterfaceError) as error:
            if not tries_left or own.in_atomic_block:
                raise
            if isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
                continue
            if own.connection is None or own.is_usable():
                raise
            own.close()
            continue
        return (int(row[0]), int(row[1])) if row else (0, 0)
    raise AssertionError("unreachable")
