"""Jobs of the clock are ordinary tasks: one row each, put back to waiting when it has run."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from botbackend.outbox import registry

KEY = "clock"
# Due is what PostgreSQL's clock says, and ours may be behind: so shortly before its hour a daily job may have
# run already and must not be set for the same hour again.
CLOCKS_DIFFER = timedelta(minutes=1)

# The NOT EXISTS only saves work: a row put while another runs would merge with it when that one ends.
_ENSURE = """
    INSERT INTO outbox_task (topic, handler, queue, key, payload, state, due_at, lease_token, attempts,
                             last_error, created_at)
    SELECT %(topic)s, %(handler)s::varchar, %(queue)s, %(key)s::varchar, '{}', 'waiting',
           %(first)s::timestamptz, 0, 0, '', statement_timestamp()
    WHERE NOT EXISTS (SELECT 1 FROM outbox_task WHERE handler = %(handler)s AND key = %(key)s
                      AND state IN ('waiting', 'running') AND due_at <= %(next)s::timestamptz)
    ON CONFLICT (handler, key) WHERE state = 'waiting'
    DO UPDATE SET due_at = LEAST(outbox_task.due_at, %(next)s::timestamptz)
"""


def ensure_jobs() -> None:
    """Make sure that every job of the clock has its row, due no later than its period says.

    A new job that runs every so many seconds starts at once, a daily one at its hour.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        for entry in registry.all_subscriptions():
            clockwork = registry.clockwork(entry.name)
            if clockwork is None:
                continue
            following = clockwork.next_run(now + CLOCKS_DIFFER if clockwork.at_local else now)
            cursor.execute(
                _ENSURE,
                {
                    "topic": entry.topic,
                    "handler": entry.name,
                    "queue": entry.queue,
                    "key": KEY,
                    "first": following if clockwork.at_local else now,
                    "next": following,
                },
            )
