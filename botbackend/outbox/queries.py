"""The statements by which tasks are taken, in plain SQL: they run for every task, while others wait.

A claim is one statement in one short transaction. What it says of a salon that is too large for it is said
in the settings (`SALON_..._AT_ONCE`) and, for one salon, in the operator's `Allowance`.
"""

_MOMENT = "COALESCE(%(now)s, statement_timestamp())"
_FREE = """NOT EXISTS (SELECT 1 FROM outbox_task r
                       WHERE r.state = 'running' AND r.handler = t.handler AND r.key = t.key)"""
_TAKE = """
    UPDATE outbox_task t
    SET state = 'running', attempts = t.attempts + 1, lease_token = nextval('outbox_lease_token'),
        dispatched_until = NULL,
        lease_until = statement_timestamp() + make_interval(secs => COALESCE(
            (%(leases)s::jsonb ->> t.handler)::float, %(lease)s))
    FROM due WHERE t.id = due.id
    RETURNING t.id, t.lease_token, t.handler, t.topic, t.key, t.project_id, t.payload, t.attempts
"""

# The oldest first, of everything: for a task that is named, and for tests.
CLAIM_OLDEST = f"""
    WITH due AS (
        SELECT t.id FROM outbox_task t
        WHERE t.state = 'waiting' {{only}} AND t.due_at <= {_MOMENT} AND {_FREE}
        ORDER BY t.due_at LIMIT %(limit)s FOR UPDATE OF t SKIP LOCKED
    )
    {_TAKE}, false
"""  # noqa: S608 - put together from the constants above

# Salons take turns. Each stands in line with its own tasks, the oldest first, behind those of its tasks that
# run already; of all the front ones go first, from the salon on that comes after the one served last.
#
# What is due is short nearly always: then its first WINDOW rows are all of it, and are ranked as they are. A
# full window says that somebody floods. Only then salons with waiting tasks are walked through, each by one
# step of the index, from the one served last until there are as many as this claim can use; each brings its
# first tasks, and none counts that can take nothing now: at its ceiling, or with all keys at work. (Asked by
# a scalar: of EXISTS the planner makes a join that reads all tasks.) So a claim costs as much with 100,000
# tasks of one salon as with a hundred. Nothing is stored for it and no row is shared, so no claim waits.
WINDOW = 64
SPARE = 16  # salons more than there are places: others may take their tasks at the same moment
_SALON = "COALESCE(t.project_id, 0)"  # tasks of the installation itself stand in a line of their own
_DUE = f"t.state = 'waiting' AND t.queue = %(queue)s AND t.due_at <= {_MOMENT} AND {_FREE}"
_NEXT_SALON = f"""SELECT {_SALON} AS salon, t.due_at FROM outbox_task t
                   WHERE t.state = 'waiting' AND t.queue = %(queue)s AND {_SALON} > w.salon
                   ORDER BY {_SALON}, t.due_at LIMIT 1"""  # noqa: S608 - as above
# Compared as rows, so that no plan can be made of another index and a filter: that would read past all tasks
# of the salon that floods.
_FIRST_TASKS = f"""SELECT t.id, t.due_at FROM outbox_task t
                    WHERE t.state = 'waiting' AND {_FREE}
                      AND (t.queue, {_SALON}, t.due_at) >= (%(queue)s, {{salon}}, '-infinity'::timestamptz)
                      AND (t.queue, {_SALON}, t.due_at) <= (%(queue)s, {{salon}}, {_MOMENT})
                    ORDER BY t.queue, {_SALON}, t.due_at LIMIT {{most}}"""  # noqa: S608 - as above
CLAIM_IN_TURN = f"""
    WITH RECURSIVE oldest AS MATERIALIZED (
        SELECT t.id, {_SALON} AS salon, t.due_at FROM outbox_task t
        WHERE {_DUE} ORDER BY t.due_at LIMIT {WINDOW}
    ), flood AS MATERIALIZED (
        SELECT count(*) = {WINDOW} AS is_on FROM oldest
    ), busy AS MATERIALIZED (
        SELECT {_SALON} AS salon, count(*) AS tasks FROM outbox_task t
        WHERE t.state = 'running' AND t.queue = %(queue)s GROUP BY 1
    ), walk AS (
        SELECT %(after)s::bigint AS salon, 0 AS lap, 0 AS found, false AS is_due FROM flood WHERE is_on
        UNION ALL
        SELECT COALESCE(n.salon, -1), w.lap + (n.salon IS NULL)::integer,
               w.found + COALESCE(can.take, false)::integer, COALESCE(can.take, false)
        FROM walk w LEFT JOIN LATERAL ({_NEXT_SALON}) n ON true
        LEFT JOIN LATERAL (
            SELECT n.due_at <= {_MOMENT}
               AND (n.salon = 0 OR COALESCE((SELECT b.tasks FROM busy b WHERE b.salon = n.salon), 0)
                    < COALESCE((SELECT {{ceiling}} FROM projects_allowance a WHERE a.project_id = n.salon),
                               %(ceiling)s))
               AND (SELECT f.id FROM ({_FIRST_TASKS.format(salon="n.salon", most="1")}) f) IS NOT NULL AS take
        ) can ON true
        WHERE w.found < %(limit)s + {SPARE} AND (w.lap = 0 OR n.salon <= %(after)s)
    ), heads AS MATERIALIZED (
        SELECT o.id, o.salon, o.due_at FROM oldest o, flood WHERE NOT is_on
        UNION ALL
        SELECT h.id, w.salon, h.due_at
        FROM walk w, LATERAL ({_FIRST_TASKS.format(salon="w.salon", most="%(limit)s + 1")}) h WHERE w.is_due
    ), placed AS (
        SELECT h.id, h.salon, COALESCE(b.tasks, 0)
               + row_number() OVER (PARTITION BY h.salon ORDER BY h.due_at, h.id) AS place
        FROM heads h LEFT JOIN busy b USING (salon)
    ), due AS (
        SELECT t.id FROM placed p JOIN outbox_task t ON t.id = p.id
        LEFT JOIN projects_allowance a ON a.project_id = p.salon
        WHERE t.state = 'waiting'
          AND (p.salon = 0 OR p.place <= COALESCE({{ceiling}}, %(ceiling)s))
        ORDER BY p.place, p.salon <= %(after)s, p.salon LIMIT %(limit)s FOR UPDATE OF t SKIP LOCKED
    )
    {_TAKE}, (SELECT count(*) FROM heads) > (SELECT count(*) FROM due)
"""  # noqa: S608 - as above
