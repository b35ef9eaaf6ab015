"""The past of all salons, written by the database itself: visits, their audit, talks, turns, tasks.

As many as salons have, and as they lie on the disk: talks go on side by side, clients come again, one has
written more than all others. Foreign keys are not looked at, and indexes are made after the rows.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from botbackend.lib import crypto

MINUTES = 45
_LARGE = ("bookings_booking", "bookings_bookingevent", "dialogues_message", "ai_turn")


@dataclass(frozen=True)
class Stretch:
    """How long ago it began, how far visits reach ahead, in days; how many a specialist has a day."""

    days: int
    ahead: int
    a_day: int


A_SALONS_YEARS = Stretch(days=1100, ahead=30, a_day=9)


def write_history(*, visits: int, messages: int, span: Stretch = A_SALONS_YEARS) -> None:
    """Write it for the salons that there are: they have specialists, services and clients.

    A salon has as many visits as it has specialists, and as many messages as it has clients.
    """
    now = timezone.now().replace(second=0, microsecond=0)
    words = {
        "text": crypto.encrypt("Добрий день, можна на манікюр у суботу?"),
        "note": crypto.encrypt(json.dumps({"padding": "x" * 300})),
    }
    said = {**words, "messages": messages, "visits": visits, "now": now}
    said |= {"first": now - timedelta(days=span.days), "tally": json.dumps(_TALLY), "busy_day": span.a_day}
    said |= {"days": span.days, "ahead": span.ahead, "minutes": MINUTES}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET session_replication_role = replica")  # no trigger of a foreign key
        with _without_indexes():
            for statement in (_VISITS, _EVENTS, _DIALOGUES, _MESSAGES, _TURNS):
                cursor.execute(statement, _of(statement, said))
        for statement in (_TOUCHED, _TASKS, _MARKS, _SUMMARIES, _NUMBERED):
            cursor.execute(statement, _of(statement, said))
        for setting in ("session_replication_role", "synchronous_commit"):
            cursor.execute(f"RESET {setting}")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _of(statement: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if f"%({name})s" in statement}


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Make the indexes that no constraint needs once all rows are there: a third of the time."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [list(_LARGE)])
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in found:
            cursor.execute(definition)


_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid::regclass::text = ANY(%s)
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
# Everybody has as many visits a day: the last ones lie ahead.
_VISITS = """
WITH people AS (
    SELECT id, project_id, row_number() OVER (PARTITION BY project_id ORDER BY id) - 1 AS place
      FROM bookings_specialist WHERE is_active
), offered AS (
    SELECT project_id, array_agg(id ORDER BY id) AS ids FROM bookings_service WHERE is_active GROUP BY 1
), known AS (
    SELECT project_id, array_agg(id ORDER BY id) AS ids FROM bookings_client GROUP BY 1
), planned AS (
    SELECT people.id AS specialist, people.project_id, day, place,
           (date_trunc('day', %(now)s::timestamptz) + make_interval(days => day) + interval '7 hours'
            + make_interval(mins => slot * (%(minutes)s + 30))) AS start,
           (day + %(days)s) * 997 + slot * 131 + place * 17 AS chance
      FROM generate_series(%(ahead)s - 1, -%(days)s, -1) day, people,
           generate_series(0, %(busy_day)s - 1) slot
     ORDER BY day DESC, place, slot LIMIT %(visits)s
)
INSERT INTO bookings_booking (
    project_id, visit_id, client_id, specialist_id, service_id, status, start, "end", busy_from, busy_until,
    is_overbooked, price, guest_name, guest_phone, photo_url, source, created_at, updated_at
)
SELECT planned.project_id, gen_random_uuid(),
       known.ids[1 + (chance * 7919::bigint) %% cardinality(known.ids)],
       specialist, offered.ids[1 + chance %% cardinality(offered.ids)],
       CASE WHEN chance %% 100 < 9 THEN 'cancelled'
            WHEN start > %(now)s - interval '3 days' THEN 'booked'
            WHEN chance %% 100 < 12 THEN 'no_show' WHEN chance %% 100 < 16 THEN 'booked' ELSE 'completed' END,
       start, start + make_interval(mins => %(minutes)s), start, start + make_interval(mins => %(minutes)s),
       false, CASE WHEN chance %% 50 = 0 THEN NULL ELSE 300 + chance %% 40 * 50 END,
       CASE WHEN chance %% 20 = 0 THEN %(text)s ELSE '' END, '', '',
       (ARRAY['bot', 'bot', 'bot', 'admin', 'sheet', 'api'])[1 + chance %% 6],
       start - make_interval(days => (chance %% 14)::int, hours => 3), start
  FROM planned JOIN offered USING (project_id) JOIN known USING (project_id) ORDER BY start
"""
_EVENTS = """
INSERT INTO bookings_bookingevent (project_id, booking_id, action, source, actor, reason, before, after, at)
SELECT project_id, id, act, source, 'Anna', '', NULL, %(note)s, created_at + make_interval(hours => n)
  FROM bookings_booking visit,
       LATERAL (VALUES ('booked', 0), (CASE WHEN id %% 7 = 0 THEN 'changed' END, 1),
                       (CASE WHEN status IN ('cancelled', 'no_show') THEN status END, 2)) AS line (act, n)
 WHERE act IS NOT NULL ORDER BY created_at + make_interval(hours => n)
"""
_DIALOGUES = """
INSERT INTO dialogues_dialogue (
    project_id, client_id, mode, handoff_reason, channel_closed, telegram_id, language, window_count,
    discards, is_archived, created_at, first_unanswered_at
)
SELECT project_id, id, CASE WHEN id %% 100 = 0 THEN 'human' ELSE 'bot' END, '', false, '', 'uk', 0, 0,
       id %% 5 = 0, created_at,
       CASE WHEN id %% 200 = 0 THEN %(now)s::timestamptz - make_interval(mins => (id %% 500)::int) END
  FROM bookings_client WHERE contact_id <> '' ORDER BY id
"""
# Ten talks go on at a time, ten messages each; of every five hundred one is of the client who writes most.
_MESSAGES = """
WITH lanes AS (
    SELECT array_agg(id ORDER BY id) AS ids, array_agg(project_id ORDER BY id) AS salons
      FROM dialogues_dialogue
), said AS (
    SELECT n, (n / 10) %% 5 AS step, (n / 100) * 10 + n %% 10 AS talk,
           %(first)s::timestamptz + n * (%(now)s::timestamptz - %(first)s::timestamptz) / %(messages)s AS at
      FROM generate_series(1, %(messages)s) n
), placed AS (
    SELECT said.*, CASE WHEN n %% 500 = 0 THEN cardinality(ids)
                        ELSE 1 + (talk * 7919::bigint) %% cardinality(ids) END AS place FROM said, lanes
)
INSERT INTO dialogues_message (
    project_id, dialogue_id, direction, author, kind, text, text_hash, external_id, channel_message_id,
    via_flow, state, note, turn_id, seq, attempts, looks, resends, is_settled, channel_date, sent_at,
    is_archived, created_at
)
SELECT salons[place], ids[place],
       CASE WHEN step IN (1, 4) THEN 'out' ELSE 'in' END,
       CASE WHEN step IN (0, 2, 3) THEN 'client' WHEN n %% 40 = 11 THEN 'staff' ELSE 'bot' END,
       'text', %(text)s, md5(n::text), '', n::text, false,
       CASE WHEN step IN (0, 2, 3) THEN 'received' WHEN n %% 5000 = 41 THEN 'failed' ELSE 'sent' END, '',
       CASE WHEN step IN (1, 4) THEN n END, 0, 0, 0, 0, false, at, CASE WHEN step IN (1, 4) THEN at END,
       n < %(messages)s - 50000, at
  FROM placed, lanes
"""
# Each answer has a turn of its own, with its number.
_TURNS = """
INSERT INTO ai_turn (
    id, project_id, dialogue_id, mode, outcome, trace, calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_tokens, cost_usd, tally, language, note, started_at, finished_at
)
SELECT turn_id, project_id, dialogue_id, CASE WHEN id %% 30 = 1 THEN 'guided' ELSE 'model' END,
       CASE WHEN turn_id %% 25 = 1 THEN 'handed_off' ELSE 'replied' END, %(note)s, 3, 900, 200, 4000, 100,
       0.00412345 + turn_id %% 10 * 0.0001, replace(%(tally)s, '777', (1 + turn_id %% 60)::text)::jsonb,
       'uk', '',
       channel_date - make_interval(secs => 3 + turn_id %% 17), channel_date
  FROM dialogues_message WHERE turn_id IS NOT NULL ORDER BY id
"""
_TALLY = {
    "notes": [777],
    "calls": [
        {"kind": kind, "model": model, "calls": 1, "usd": 0.0014, "tokens": [300, 70, 1300, 30]}
        for kind, model in (("understand", "fast"), ("respond", "main"), ("check", "fast"))
    ],
}
_TOUCHED = """
UPDATE dialogues_dialogue SET last_message_at = newest.at
  FROM (SELECT dialogue_id, max(channel_date) AS at FROM dialogues_message GROUP BY 1) newest
 WHERE newest.dialogue_id = dialogues_dialogue.id
"""
_TASKS = """
INSERT INTO dialogues_stafftask (project_id, dialogue_id, kind, reason, draft, state, told_by, created_at)
SELECT project_id, CASE WHEN place %% 20 <> 3 THEN id END,
       (ARRAY['handoff', 'question', 'draft', 'undelivered'])[1 + place %% 4], %(text)s, %(text)s,
       CASE WHEN place %% 9 = 0 THEN 'open' ELSE 'done' END, '',
       %(now)s::timestamptz - make_interval(mins => (place * 37)::int)
  FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM dialogues_dialogue) lane
 WHERE place <= 5000
"""
# Who sits at the desk has read half of what lies behind.
_MARKS = """
INSERT INTO dialogues_readmark (dialogue_id, user_id, read_up_to)
SELECT lane.id, member.user_id, (SELECT max(id) FROM dialogues_message) - 500
  FROM dialogues_dialogue lane, projects_membership member
 WHERE member.project_id = lane.project_id AND lane.id %% 2 = 0
"""
_SUMMARIES = """
INSERT INTO ai_summary (project_id, dialogue_id, first_message_id, last_message_id, content, prompt_version,
                        tokens, cost_usd, created_at)
SELECT project_id, id, 1, 2, %(note)s, '', 300, 0.001, created_at
  FROM dialogues_dialogue WHERE is_archived
"""
_NUMBERED = "SELECT setval(pg_get_serial_sequence('ai_turn', 'id'), %(messages)s + 1)"
