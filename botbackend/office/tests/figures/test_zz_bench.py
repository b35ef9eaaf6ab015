import time
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from bookings.tests.factories import make_project, make_service, make_specialist
from botbackend.office.tests.people import make_colleague, signed_in

pytestmark = pytest.mark.django_db


def test_bench():
    salon = make_project()
    sp = [make_specialist(salon).pk for _ in range(10)]
    sv = [make_service(salon).pk for _ in range(24)]
    with connection.cursor() as c:
        c.execute(
            "INSERT INTO bookings_client (project_id, contact_id, name, name_index, phone, phone_index, language, source, is_blocked, notes, created_at) SELECT %s, 'c'||g, repeat('x',120), '', repeat('y',120), '', 'uk', CASE WHEN g %% 3=0 THEN 'insta' ELSE '' END, false, '', now() - (g %% 700) * interval '1 day' FROM generate_series(1,20000) g",
            [salon.pk],
        )
        c.execute("SELECT min(id) FROM bookings_client WHERE project_id=%s", [salon.pk])
        base = c.fetchone()[0]
        c.execute(
            """INSERT INTO bookings_booking (project_id, visit_id, client_id, specialist_id, service_id, status, start, "end", busy_from, busy_until, is_overbooked, price, guest_name, guest_phone, photo_url, note, source, created_at, updated_at)
          SELECT %s, gen_random_uuid(), %s + (g %% 20000), (%s::bigint[])[1 + g %% 10], (%s::bigint[])[1 + g %% 24], (ARRAY['completed','booked','no_show','cancelled'])[1 + (g * 7) %% 4], s, s + interval '1 hour', s, s + interval '1 hour', true, 700, repeat('g',120), '', '', repeat('n', 150), (ARRAY['bot','admin','sheet'])[1+g%%3], s, s
          FROM (SELECT g, date_trunc('hour', now()) - (g * 620 / 100 )* interval '1 minute' + interval '30 days' AS s FROM generate_series(1,100000) g) t""",
            [salon.pk, base, sp, sv],
        )
        c.execute(
            "INSERT INTO bookings_bookingevent (project_id, booking_id, action, source, actor, reason, at) SELECT project_id, id, 'booked', source, '', '', created_at FROM bookings_booking UNION ALL SELECT project_id, id, CASE status WHEN 'cancelled' THEN 'cancelled' ELSE 'changed' END, source, '', '', created_at FROM bookings_booking WHERE id %% 2 = 0"
            % ()
        )
        c.execute(
            "INSERT INTO dialogues_dialogue (project_id, client_id, mode, handoff_reason, channel_closed, telegram_id, language, window_count, discards, is_archived, created_at, last_message_at) SELECT project_id, id, 'bot', '', false, '', 'uk', 0, 0, false, created_at, now() - (id %% 400) * interval '1 day' FROM bookings_client"
            % ()
        )
        c.execute(
            "INSERT INTO dialogues_message (project_id, dialogue_id, direction, author, kind, text, text_hash, external_id, channel_message_id, via_flow, state, note, seq, attempts, looks, resends, is_settled, is_archived, channel_date, created_at) SELECT d.project_id, d.id, CASE g %% 2 WHEN 0 THEN 'in' ELSE 'out' END, CASE g %% 2 WHEN 0 THEN 'client' ELSE 'bot' END, 'text', repeat('m', 140), '', '', '', false, CASE g %% 2 WHEN 0 THEN 'received' ELSE 'sent' END, '', 0,0,0,0,false,false, d.last_message_at - g * interval '1 day', now() FROM dialogues_dialogue d, generate_series(0,49) g"
            % ()
        )
        c.execute(
            "INSERT INTO ai_turn (project_id, dialogue_id, mode, outcome, calls, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, language, note, started_at, finished_at) SELECT d.project_id, d.id, 'model', CASE g %% 9 WHEN 0 THEN 'handed_off' ELSE 'replied' END, 2, 1000, 100, 1000, 0, 0.01, '', '', d.last_message_at - g * interval '1 day', d.last_message_at FROM dialogues_dialogue d, generate_series(0,9) g"
            % ()
        )
        for t in (
            "bookings_booking",
            "bookings_bookingevent",
            "bookings_client",
            "dialogues_dialogue",
            "dialogues_message",
            "ai_turn",
        ):
            c.execute(f"ANALYZE {t}")
    b = signed_in(make_colleague(salon))
    for name in ("figures", "figures-visits", "figures-team", "figures-clients", "figures-talks"):
        for q in ("?span=30", "?span=365", "?span=own&since=2024-12-20&until=2026-11-29"):
            best = []
            for _ in range(3):
                t = time.perf_counter()
                with CaptureQueriesContext(connection) as spent:
                    r = b.get(reverse(f"office:{name}", args=[salon.slug]) + q)
                best.append(time.perf_counter() - t)
            slow = sorted(
                ((float(x["time"]), x["sql"][:110].replace("\n", " ")) for x in spent), reverse=True
            )[:3]
            print("BENCH", name, q, f"{min(best) * 1000:.0f} ms", len(spent), slow)
    t = time.perf_counter()
    n = sum(
        len(x)
        for x in b.get(
            reverse("office:figures-download", args=[salon.slug, "team"]) + "?span=365"
        ).streaming_content
    )
    print("BENCH csv", time.perf_counter() - t, n)
