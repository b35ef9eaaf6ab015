"""Years of a salon behind its tables, written by the database itself."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from botbackend.lib import crypto


def fill_years(*, project_id: int, clients: int, messages: int, visits: bool = True) -> None:
    """Write other clients' talk, and two years of visits where `visits` says so."""
    text, now = crypto.encrypt("Добрий день"), timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_CLIENTS, [project_id, clients])
        cursor.execute(_MESSAGES, [text, messages, clients])
        if visits:
            cursor.execute(_BOOKINGS, {"project": project_id, "now": now - timedelta(days=730)})
        cursor.execute("ANALYZE")


_CLIENTS = """
WITH made AS (
    INSERT INTO bookings_client (project_id, contact_id, name, name_index, phone, phone_index, language,
                                 is_blocked, notes, created_at)
    SELECT %s, 'old-' || n, '', '', '', '', 'uk', false, '', now() FROM generate_series(1, %s) n
    RETURNING id, project_id
)
INSERT INTO dialogues_dialogue (project_id, client_id, mode, handoff_reason, channel_closed, telegram_id,
                                language, window_count, discards, is_archived, created_at)
SELECT project_id, id, 'bot', '', false, '', 'uk', 0, 0, true, now() FROM made
"""
_MESSAGES = """
INSERT INTO dialogues_message (
    project_id, dialogue_id, direction, author, kind, text, text_hash, external_id, channel_message_id,
    via_flow, state, note, turn_id, seq, attempts, looks, resends, is_settled, channel_date, is_archived,
    created_at
)
SELECT d.project_id, d.id, 'in', 'client', 'text', %s, '', '', '', false, 'received', '', 1, 0, 0, 0, 0,
       false, now() - make_interval(mins => n), true, now() - make_interval(mins => n)
  FROM (SELECT id, project_id, row_number() OVER (ORDER BY id) - 1 AS place
          FROM dialogues_dialogue WHERE is_archived) d
  JOIN generate_series(1, %s) n ON n %% %s = d.place
"""
_BOOKINGS = """
INSERT INTO bookings_booking (
    project_id, visit_id, client_id, specialist_id, service_id, status, start, "end", busy_from, busy_until,
    is_overbooked, guest_name, guest_phone, photo_url, source, created_at, updated_at
)
SELECT %(project)s, gen_random_uuid(), (SELECT min(id) FROM bookings_client), s.id,
       (SELECT min(id) FROM bookings_service), 'completed', moment, moment + interval '1 hour', moment,
       moment + interval '1 hour', false, '', '', '', 'admin', now(), now()
  FROM bookings_specialist s, generate_series(%(now)s, now() - interval '1 day', interval '3 hours') moment
"""
