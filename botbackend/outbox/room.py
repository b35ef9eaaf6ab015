"""The table of tasks takes room on the disk, however few tasks there are, so that it is read by its indexes.

PostgreSQL plans with the size that a table has at that moment. This one is empty most of the time, and a plan
made then reads it from end to end; prepared statements keep that plan while thousands come in, and a claim,
which looks at some salons and at what runs for each, reads the whole table for each of them: 36,000 pages for
one task where 360 waited. A large table is never read so. Its pages hold rows that were taken back, and
`vacuum_truncate = off` (migration 0003) lets them stay.
"""

from django.db import connection, transaction

PAGES = 512  # 4 MiB: far more than the pages that any look by an index takes
_ROWS_OF_A_PAGE, _WIDTH = 4, 1900
_PAGES = "SELECT pg_relation_size('outbox_task') / current_setting('block_size')::bigint"
# Of no queue, and waiting: so that the indexes of what waits are larger than what a look takes of them, too.
_FILL = """
    INSERT INTO outbox_task (topic, handler, queue, key, payload, state, due_at, lease_token, attempts,
                             last_error, created_at)
    SELECT 'room', 'room', '', n::text, '{}', 'waiting', statement_timestamp(), 0, 0,
           (SELECT string_agg(md5(n::text || part::text), '') FROM generate_series(1, %(width)s / 32) part),
           statement_timestamp()
      FROM generate_series(1, %(rows)s) n
"""


def keep_room() -> bool:
    """Make the table as large as it ought to be, unless it is; returns whether it was too small.

    A restored database begins small, and so does one whose table was rewritten. No row is seen by anybody.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAGES)
        (pages,) = cursor.fetchone()
        if pages >= PAGES:
            return False
        with transaction.atomic():
            cursor.execute(_FILL, {"rows": (PAGES - pages) * _ROWS_OF_A_PAGE, "width": _WIDTH})
            transaction.set_rollback(True)
        cursor.execute("ANALYZE outbox_task")
    return True


# A backlog of many salons comes faster than autovacuum looks, once a minute: until then a claim is planned
# for the few tasks that there were, and goes through all that wait for each salon.
_FEW, _TIMES = 200, 2
_KNOWN = "SELECT reltuples FROM pg_class WHERE oid = 'outbox_task'::regclass"
_THERE = "SELECT count(*) FROM outbox_task"


def tell_planner() -> bool:
    """Have the table looked at by the planner if it holds far more than it knows; returns whether it does.

    Statements that are prepared are planned anew with that.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN)
        (known,) = cursor.fetchone()
        cursor.execute(_THERE)
        (there,) = cursor.fetchone()
        if there <= _TIMES * max(_FEW, known):
            return False
        cursor.execute("ANALYZE outbox_task")
    return True
