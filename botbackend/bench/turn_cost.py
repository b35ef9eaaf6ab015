"""What a turn costs us: CPU and SQL, without the time of Claude and SendPulse, and with years of data."""

import statistics
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai.models import Turn
from bookings.models import Client, Service, Specialist
from botbackend.bench._talks import Chat, Salon, drain, running_salon
from botbackend.bench.row import Options, Row
from botbackend.lib import crypto

NAME = "A turn's own cost"
OTHERS = 2000
LINES = ("Добрий день! Скільки коштує манікюр?", "хочу на манікюр до Анни післязавтра", "дякую")


def run(options: Options) -> list[Row]:
    """Measure on an empty salon, then with the history of years behind every table."""
    chats = 6 if options.quick else 25
    messages = 100_000 if options.quick else 1_000_000
    with running_salon() as salon:
        _talk(salon, "warm", 2)
        small_cpu, small_sql = _measure(salon, "small", chats)
        _fill(salon, messages)
        _talk(salon, "warm again", 2)
        large_cpu, large_sql = _measure(salon, "large", chats)
        replied = Turn.objects.filter(mode="model", outcome="replied").count()
        turns = Turn.objects.count()
    return [
        Row("CPU per turn", small_cpu * 1000, "ms", target=25, note="median, this process only"),
        Row(f"CPU per turn, {messages:,} messages", large_cpu * 1000, "ms", target=25),
        Row("CPU, large / small", large_cpu / small_cpu, "x", target=1.3, note="flat"),
        Row("SQL statements per turn", small_sql, "", target=30, note="most of any turn"),
        Row(f"SQL statements per turn, {messages:,} messages", large_sql, "", target=30),
        Row("turns answered by the model", replied / turns, "", target=1, better="higher"),
    ]


def _talk(salon: Salon, name: str, chats: int) -> list[float]:
    turns: list[float] = []
    for number in range(chats):
        chat = Chat(salon, f"{name}-{number}")
        for line in LINES:
            chat.say(line)
        turns += chat.turns
    return turns


def _measure(salon: Salon, name: str, chats: int) -> tuple[float, int]:
    """Median CPU seconds of a turn, and the most statements that one needed."""
    cpu = statistics.median(_talk(salon, name, chats))
    most = 0
    chat = Chat(salon, f"{name}-counted")
    for line in LINES:
        with CaptureQueriesContext(connection) as queries:
            chat.say(line)
        most = max(most, _statements_of_the_turn([query["sql"] for query in queries.captured_queries]))
    drain("message.queued")
    return cpu, most


def _statements_of_the_turn(statements: list[str]) -> int:
    """Those between the claim of the lane and the note of its end, both included."""
    claims = [place for place, sql in enumerate(statements) if "dialogue.due" in sql and "RETURNING" in sql]
    ends = [place for place, sql in enumerate(statements) if "message.queued" in sql and "RETURNING" in sql]
    return ends[0] - claims[0] if claims and ends else len(statements)


def _fill(salon: Salon, messages: int) -> None:
    """Years of other clients' talk and visits."""
    project = salon.project.pk
    text, now = crypto.encrypt("Добрий день"), timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_CLIENTS, [project, OTHERS])
        cursor.execute(_MESSAGES, [text, messages, OTHERS])
        cursor.execute(_BOOKINGS, {"project": project, "now": now - timedelta(days=730)})
        cursor.execute("ANALYZE")
    if not (Client.objects.exists() and Service.objects.exists() and Specialist.objects.exists()):
        raise RuntimeError("nothing was filled in")


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
