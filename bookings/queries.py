"""The statements that are plain SQL: they run for every wish, or while others wait for a lock.

Everything else is the ORM. Beside each stands what it takes of the CPU that the ORM takes for the same.
"""

# Writers of one specialist take turns, readers do not wait. A half; others wait meanwhile. The version tells
# whether somebody changed the row, as a change of hours or leave does, since the rules were read.
LOCK_SPECIALISTS = """
SELECT id, xmin::text AS version FROM bookings_specialist
WHERE project_id = %(project)s AND id = ANY(%(specialists)s) ORDER BY id FOR NO KEY UPDATE
"""
LOCK_RESOURCES = """
SELECT id FROM bookings_resource WHERE project_id = %s AND kind = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
# Two first requests of one person: there is no row yet that could be locked, so a number is.
LOCK_NUMBER = "SELECT pg_advisory_xact_lock(%s)"

# A sixth of get_or_create, which reads, sets a savepoint and inserts; a repeat breaks nothing here.
CLAIM_KEY = """
INSERT INTO bookings_idempotencykey (project_id, key, fingerprint, visit_id, created_at)
VALUES (%s, %s, %s, %s, statement_timestamp())
ON CONFLICT (project_id, key) DO NOTHING RETURNING id
"""

# A tenth of nine query sets: the rules of a salon are one JSON document of a few kilobytes, and the lock and
# the client come with them.
_RULES = """
json_build_object(
  'specialists', (
    SELECT json_agg(json_build_array(id, name, is_active, has_own_hours, does_every_service, names,
                                     xmin::text)
                    ORDER BY position, name, id)
    FROM bookings_specialist
    WHERE project_id = %(project)s
      AND (%(specialists)s::bigint[] IS NULL OR id = ANY(%(specialists)s))),
  'services', (
    SELECT json_agg(json_build_array(id, name, is_active, duration_minutes,
                                     json_build_array(price::text, price_from, price_to::text),
                                     buffer_before, buffer_after, gap_start, gap_minutes, resource_kind,
                                     names)
                    ORDER BY position, name, id)
    FROM bookings_service
    WHERE project_id = %(project)s AND (%(services)s::bigint[] IS NULL OR id = ANY(%(services)s))),
  'offerings', (
    SELECT json_agg(json_build_array(specialist_id, service_id, duration_minutes,
                                     json_build_array(price::text, price_from, price_to::text),
                                     buffer_before, buffer_after))
    FROM bookings_offering WHERE project_id = %(project)s),
  'weekly', (
    SELECT json_agg(json_build_array(specialist_id, weekday, start_minute, end_minute)
                    ORDER BY start_minute)
    FROM bookings_weeklyrange WHERE project_id = %(project)s),
  'breaks', (
    SELECT json_agg(json_build_array(specialist_id, weekday, start_minute, end_minute))
    FROM bookings_weeklybreak WHERE project_id = %(project)s),
  'overrides', (
    SELECT json_agg(json_build_array(specialist_id, date - DATE '1970-01-01', ranges))
    FROM bookings_dateoverride
    WHERE project_id = %(project)s AND date BETWEEN %(first)s AND %(last)s),
  'days_off', (
    SELECT json_agg(json_build_array(specialist_id, date_from - DATE '1970-01-01',
                                     date_to - DATE '1970-01-01'))
    FROM (
      SELECT specialist_id, date_from, date_to FROM bookings_dayoff
      WHERE project_id = %(project)s AND date_from <= %(last)s AND date_to >= %(first)s
      UNION ALL
      SELECT id, %(first)s::date, works_since - 1 FROM bookings_specialist
      WHERE project_id = %(project)s AND works_since > %(first)s::date) AS off),
  'resources', (
    SELECT json_agg(json_build_array(id, kind) ORDER BY id)
    FROM bookings_resource WHERE project_id = %(project)s AND is_active)
)::text
"""
_IS_BLOCKED = "(SELECT is_blocked FROM bookings_client WHERE id = %(client)s)"
RULES = f"SELECT {_RULES}"
RULES_AND_CLIENT = f"SELECT {_RULES}, {_IS_BLOCKED}"
# A part that nobody reads would be left out, and with it the locks.
LOCK_AND_RULES = (
    f"WITH locked AS ({LOCK_SPECIALISTS}) SELECT {_RULES}, {_IS_BLOCKED}, "  # noqa: S608
    "(SELECT json_object_agg(id, version) FROM locked)::text"
)

# A fifth of values_list, which makes datetimes that have to become minutes: a month has some 2,400 rows.
# Seconds in a row written around the engine widen its minute; they never make it look shorter.
OCCUPIED = """
SELECT id, specialist_id, resource_id, status, is_overbooked,
       floor(extract(epoch FROM busy_from) / 60)::bigint, ceil(extract(epoch FROM busy_until) / 60)::bigint,
       ceil(extract(epoch FROM gap_from) / 60)::bigint, floor(extract(epoch FROM gap_until) / 60)::bigint,
       hold_until IS NOT NULL AND hold_until <= %(now)s
FROM bookings_booking
WHERE specialist_id = ANY(%(specialists)s)
  AND busy_from < %(until)s AND busy_from > %(reach)s AND busy_until > %(first)s
  AND status IN ('booked', 'held', 'completed')
"""
OCCUPIED_WITH_ROOMS = (
    OCCUPIED
    + "UNION ALL"
    + OCCUPIED.replace("specialist_id = ANY(%(specialists)s)", "resource_id = ANY(%(resources)s)")
    + "  AND NOT specialist_id = ANY(%(specialists)s)"
)

# A booking and its audit line: a half of two inserts, and one way to the server less under the locks. A
# client who was made one with another meanwhile is that one: the row is read as it is once a merge let it go.
STORE_BOOKING = """
WITH made AS (
    INSERT INTO bookings_booking (
        project_id, visit_id, client_id, specialist_id, service_id, resource_id, status, start, "end",
        busy_from, busy_until, gap_from, gap_until, hold_until, is_overbooked, price, price_from,
        price_to, guest_name, guest_phone, photo_url, note, source, created_at, updated_at
    )
    VALUES (
        %(project)s, %(visit)s,
        (SELECT COALESCE(merged_into_id, id) FROM bookings_client WHERE id = %(client)s FOR KEY SHARE),
        %(specialist)s, %(service)s, %(resource)s, %(status)s,
        %(start)s, %(end)s, %(busy_from)s, %(busy_until)s, %(gap_from)s, %(gap_until)s, %(hold_until)s,
        %(is_overbooked)s, %(price)s, %(price_from)s, %(price_to)s, %(guest_name)s, %(guest_phone)s,
        %(photo_url)s, %(note)s, %(source)s, %(now)s, %(now)s
    )
    RETURNING id, client_id
), told AS (
    INSERT INTO bookings_bookingevent (project_id, booking_id, action, source, actor, reason, after, at)
    VALUES (%(project)s, (SELECT id FROM made), %(action)s, %(source)s, %(actor)s, %(reason)s, %(after)s,
            %(now)s)
)
SELECT id, client_id FROM made
"""

# Figures of up to two years are one pass over the visits: a query set for each cut reads them all anew. What
# is cut several ways is summed once for all cuts together, and those few sums are added up for each.
_VISIT_SUMS = """
  count(*) FILTER (WHERE status <> 'cancelled') AS planned,
  count(*) FILTER (WHERE is_done) AS done,
  count(*) FILTER (WHERE status = 'no_show') AS no_show,
  count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
  coalesce(sum(price) FILTER (WHERE is_done), 0) AS amount,
  count(*) FILTER (WHERE is_done AND price_from) AS begins,
  count(*) FILTER (WHERE is_done AND price IS NULL) AS unpriced,
  coalesce(sum(minutes) FILTER (WHERE status <> 'cancelled'), 0)::bigint AS minutes
"""
_SUMS_OF_SUMS = """
  coalesce(sum(planned), 0)::bigint, coalesce(sum(done), 0)::bigint, coalesce(sum(no_show), 0)::bigint,
  coalesce(sum(cancelled), 0)::bigint, coalesce(sum(amount), 0), coalesce(sum(begins), 0)::bigint,
  coalesce(sum(unpriced), 0)::bigint, coalesce(sum(minutes), 0)::bigint
"""
_VISITS = """
  status, price, price_from,
  (status = 'completed' OR (status = 'booked' AND "end" <= %(now)s)) AS is_done,
  round(date_part('epoch', least("end", %(end)s) - start) / 60)::int AS minutes
FROM bookings_booking
WHERE project_id = %(project)s AND start >= %(start)s AND start < %(end)s
  AND (%(specialist)s::bigint IS NULL OR specialist_id = %(specialist)s)
  AND status <> 'held' AND (status <> 'cancelled' OR hold_until IS NULL)
"""
# Per visit a search among known midnights, and the salon's clock once: both cost less than date_trunc.
CUT_COLUMNS = {
    "stretch": "width_bucket(start, %(edges)s::timestamptz[]) AS stretch",
    "week_hour": (
        "(floor(date_part('epoch', start AT TIME ZONE %(zone)s) / 3600)::int"
        " + %(monday)s) %% 168 AS week_hour"
    ),
    "specialist_id": "specialist_id",
    "service_id": "service_id",
    "source": "source",
}
VISIT_FIGURES = f"""
WITH fine AS MATERIALIZED (
    SELECT {{columns}} {_VISIT_SUMS} FROM (SELECT {{made}} {_VISITS}) AS visits GROUP BY {{grouping}}
)
SELECT {{columns}} GROUPING({{grouping}}), {_SUMS_OF_SUMS} FROM fine GROUP BY GROUPING SETS ({{sets}})
"""  # noqa: S608
VISIT_FIGURES_WHOLE = f"SELECT 0, {_VISIT_SUMS} FROM (SELECT {_VISITS}) AS visits"  # noqa: S608
