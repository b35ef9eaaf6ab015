"""The statements that run with every event, in plain SQL; everything else is the ORM.

Beside each: what it saves, as microseconds of this process's CPU against the ORM's way, both taken in turn
on a busy core (an idle one is twice as fast).
"""

# Salons by the keys of their secrets, or by their bots: 270 against 1,530, once an event.
SALONS = """
    SELECT p.id, p.slug, c.sendpulse_bot_id, c.webhook_key
      FROM dialogues_channelsettings c JOIN projects_project p ON p.id = c.project_id
     WHERE p.is_active AND (webhook_key = ANY(%(keys)s)
                          OR (sendpulse_bot_id = ANY(%(bots)s) AND sendpulse_bot_id <> ''))
"""

_EVENT = """
    INSERT INTO dialogues_inboundevent
        (project_id, dedupe_key, bot_id, contact_id, title, payload, position, state, note, received_at)
"""
_ONCE = "ON CONFLICT (project_id, dedupe_key) DO NOTHING RETURNING project_id, contact_id"
# The waiting task per contact is the outbox's own put(), folded in; it does not NOTIFY, because commits with
# a NOTIFY queue up behind each other. One that is as it should be already is only locked, so that nobody
# takes it before this event can be seen.
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
# An event and the waiting task of its contact: one round trip and one commit. 540 against
# 3,670 (a look for what is known, bulk_create, put).
STORE_ONE = f"""
WITH stored AS ({_EVENT}
    VALUES (%(project)s, %(dedupe)s, %(bot)s, %(contact)s, %(title)s, %(payload)s, 1, 'new', '',
            statement_timestamp())
    {_ONCE}
), woken AS ({_TASK.format(distinct="", order="")})
SELECT count(*) FROM stored
"""  # noqa: S608 - put together from the constants above
# The same for several. Rows go in by dedupe key, so that two POSTs with the same events in another order
# cannot wait for each other; `position` keeps the order. Five of them:
# 850 against 6,650; one of them costs 840 this way.
STORE_MANY = f"""
WITH input AS (
    SELECT * FROM unnest(%(project)s::bigint[], %(dedupe)s::text[], %(bot)s::text[], %(contact)s::text[],
                         %(title)s::text[], %(payload)s::text[])
        WITH ORDINALITY AS t(project_id, dedupe_key, bot_id, contact_id, title, payload, position)
), stored AS ({_EVENT}
    SELECT project_id, dedupe_key, bot_id, contact_id, title, payload, position, 'new', '',
           statement_timestamp()
      FROM input ORDER BY dedupe_key, position {_ONCE}
), woken AS ({_TASK.format(distinct="DISTINCT", order="ORDER BY 5")})
SELECT count(*) FROM stored
"""  # noqa: S608 - as above

# The lane's row alone, for who read client and settings a moment ago: 660 against 3,360 with all three,
# three times a turn.
LOCK_LANE = "SELECT {columns} FROM dialogues_dialogue WHERE id = %s FOR UPDATE"
# The lane begins to count anew from what is still unanswered: 210 against 3,210 (three statements), once a
# turn. A message that was edited since it was read is not answered yet.
RESET_LANE = """
    WITH read AS (
        SELECT * FROM unnest(%(answered)s::bigint[], %(edited)s::timestamptz[]) AS r(id, edited_at)),
    answered AS (
        UPDATE dialogues_message m SET turn_id = %(turn)s
          FROM read WHERE m.id = read.id AND m.turn_id IS NULL
           AND m.edited_at IS NOT DISTINCT FROM read.edited_at
        RETURNING m.id)
    UPDATE dialogues_dialogue SET discards = 0, first_unanswered_at = (
        SELECT min(created_at) FROM dialogues_message
         WHERE dialogue_id = %(dialogue)s AND direction = 'in' AND state = 'received' AND turn_id IS NULL
           AND id NOT IN (SELECT id FROM answered))
     WHERE id = %(dialogue)s RETURNING first_unanswered_at
"""

# What the ORM has no words for; nothing is saved by these.

# A message of the project's running hour, counted by whoever comes, in one statement that cannot miss one.
# Each moves the salon's pace on by its share of the burst's window: as far as that is ahead of the clock,
# less one window, the message comes too early.
COUNT_PROJECT = """
    WITH share AS (
        SELECT make_interval(secs => %(burst)s::float / COALESCE(
            (SELECT messages_per_burst FROM projects_allowance WHERE project_id = %(project)s),
            %(most)s)) AS share)
    INSERT INTO dialogues_projectwindow AS w (project_id, started_at, count, pace_at)
    SELECT %(project)s, %(at)s::timestamptz, 1, %(at)s::timestamptz + share FROM share
    ON CONFLICT (project_id) DO UPDATE SET
        started_at = CASE WHEN w.started_at <= %(old)s THEN %(at)s ELSE w.started_at END,
        count = CASE WHEN w.started_at <= %(old)s THEN 1 ELSE w.count + 1 END,
        pace_at = LEAST(GREATEST(w.pace_at, %(at)s) + (EXCLUDED.pace_at - %(at)s), %(farthest)s)
    RETURNING started_at, count, pace_at
"""
# The next place of an account in its limit, on PostgreSQL's clock. Spacing is stricter than "10 in any
# second", which a bucket with a burst would break at its edges.
TAKE_PLACE = """
    UPDATE dialogues_sendpulseaccount
       SET next_send_at = GREATEST(COALESCE(next_send_at, clock_timestamp()), clock_timestamp())
                          + make_interval(secs => %(spacing)s)
     WHERE id = %(id)s
       AND COALESCE(next_send_at, clock_timestamp())
           <= clock_timestamp() + make_interval(secs => %(patience)s)
 RETURNING EXTRACT(EPOCH FROM next_send_at - clock_timestamp())::float - %(spacing)s
"""
# Nobody uses the account for a while.
HOLD_BACK = """
    UPDATE dialogues_sendpulseaccount
       SET next_send_at = GREATEST(COALESCE(next_send_at, clock_timestamp()),
                                   clock_timestamp() + make_interval(secs => %s))
     WHERE id = %s
"""
# Where a person has read up to, in one talk and in all that moved lately; a late page sets nothing back.
_FORWARD = """
    ON CONFLICT (user_id, dialogue_id) DO UPDATE SET read_up_to = EXCLUDED.read_up_to
     WHERE dialogues_readmark.read_up_to < EXCLUDED.read_up_to
"""
MARK_READ = f"""
    INSERT INTO dialogues_readmark (dialogue_id, user_id, read_up_to)
    SELECT %(dialogue)s, %(user)s, LEAST(%(up_to)s, newest.id)
      FROM (SELECT max(id) AS id FROM dialogues_message WHERE dialogue_id = %(dialogue)s) newest
     WHERE newest.id IS NOT NULL {_FORWARD}
"""  # noqa: S608 - put together from the constant above
MARK_ALL_READ = f"""
    INSERT INTO dialogues_readmark (dialogue_id, user_id, read_up_to)
    SELECT d.id, %(user)s, newest.id
      FROM dialogues_dialogue d
     CROSS JOIN LATERAL (SELECT m.id FROM dialogues_message m WHERE m.dialogue_id = d.id
                          ORDER BY m.id DESC LIMIT 1) newest
     WHERE d.project_id = %(project)s AND d.last_message_at >= %(since)s {_FORWARD}
"""  # noqa: S608 - as above
# A lock on a name, until the transaction ends.
LOCK_NAME = "SELECT pg_advisory_xact_lock(%s)"
NOTIFY = "SELECT pg_notify(%s, %s)"
