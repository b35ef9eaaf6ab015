"""Closing days: what talks came to on a date is written down, and read instead of its messages.

A date is closed when the next one is over too, and what was sent has its state. What comes late all the same,
such as an event that is replayed, is found as long as its date is among the last ones, which are written
again with every new one; for older ones there is `manage.py close_days --again`.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection, transaction
from django.db.models import Min
from django.utils import timezone

from ai.models import ClosedDays, TalkDay, Turn
from botbackend.outbox.claims import Claim
from dialogues.models import Message
from projects.models import Project
from projects.periods import whole_days

log = logging.getLogger(__name__)
OPEN_DAYS = 2  # of the last days, with today
AGAIN = 10  # days that are written once more with each new one
AT_ONCE = 31
_SECONDS = 120
_OPEN = "DELETE FROM ai_talkday WHERE project_id = %(project)s AND day >= %(first)s AND day < %(after)s"
_CLOSE = """
WITH parts AS (
    SELECT dialogue_id, (channel_date AT TIME ZONE %(zone)s)::date AS day,
           count(*) FILTER (WHERE direction = 'in') AS received,
           count(*) FILTER (WHERE direction = 'out' AND state = 'sent') AS sent,
           count(*) FILTER (WHERE author = 'staff') AS by_staff, 0 AS handed_off, 0 AS cost_usd
      FROM dialogues_message
     WHERE project_id = %(project)s AND channel_date >= %(start)s AND channel_date < %(end)s GROUP BY 1, 2
    UNION ALL
    SELECT dialogue_id, (started_at AT TIME ZONE %(zone)s)::date, 0, 0, 0,
           count(*) FILTER (WHERE outcome = 'handed_off'), sum(cost_usd)
      FROM ai_turn
     WHERE project_id = %(project)s AND started_at >= %(start)s AND started_at < %(end)s GROUP BY 1, 2
), sums AS (
    SELECT dialogue_id, day, sum(received) AS received, sum(sent) AS sent, sum(by_staff) AS by_staff,
           sum(handed_off) AS handed_off, sum(cost_usd) AS cost_usd
      FROM parts GROUP BY 1, 2
)
INSERT INTO ai_talkday (project_id, dialogue_id, day, received, sent, by_staff, handed_off, cost_usd)
SELECT %(project)s, sums.* FROM sums JOIN dialogues_dialogue talk ON talk.id = sums.dialogue_id
   FOR KEY SHARE OF talk
"""


def close_days(claim: Claim) -> None:
    """Close what is over in every salon; a job of the clock."""
    for project in _with_open_days(timezone.now()):
        try:
            for _ in close(project=project):
                claim.extend(_SECONDS)
        except DatabaseError:  # its figures are right all the same, and the other salons' days go on
            log.exception("days of project %s could not be closed", project.pk)


def _with_open_days(now: datetime) -> list[Project]:
    """Return the salons that have something to close: once a day, and not each time the clock looks."""
    closed = {row.project_id: row for row in ClosedDays.objects.all()}
    return [
        project
        for project in Project.objects.order_by("pk")
        if (known := closed.get(project.pk)) is None
        or known.zone != project.timezone
        or known.until < _until(project, now)
    ]


def _until(project: Project, now: datetime) -> date:
    """Return the first date of the salon that stays open."""
    return now.astimezone(ZoneInfo(project.timezone)).date() - timedelta(days=OPEN_DAYS - 1)


def close(*, project: Project, now: datetime | None = None, again: bool = False) -> Iterator[date]:
    """Close the salon's days that are over, all of them `again` if so asked; yields how far it has come.

    A month at most in one transaction; whoever goes on later begins where the last one ended.
    """
    until = _until(project, now or timezone.now())
    if again:
        ClosedDays.objects.filter(project=project).delete()
    while (reached := _close_some(project, until)) is not None:
        yield reached


@transaction.atomic
def _close_some(project: Project, until: date) -> date | None:
    """Close a month at most. None when all is closed; only one process does it at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ai.closed_days'), %s)", [project.pk])
    known = ClosedDays.objects.filter(project=project, zone=project.timezone).first()
    if known is None:
        TalkDay.objects.filter(project=project).delete()  # those of another clock, or to be written again
        begun = _first_day(project, until)
    elif known.until >= until:
        return None
    else:
        begun = known.until
    after = min(until, begun + timedelta(days=AT_ONCE))
    _write(project, begun - timedelta(days=AGAIN), after)
    ClosedDays.objects.update_or_create(project=project, defaults={"zone": project.timezone, "until": after})
    return after


def _first_day(project: Project, until: date) -> date:
    """Return the first date that has anything to count."""
    said = Message.objects.filter(project=project).aggregate(first=Min("channel_date"))["first"]
    taken = Turn.objects.filter(project=project).aggregate(first=Min("started_at"))["first"]
    zone = ZoneInfo(project.timezone)
    days: list[date] = [one.astimezone(zone).date() for one in (said, taken) if one]
    return min([until, *days])


def _write(project: Project, first: date, after: date) -> None:
    period = whole_days(project, first, after - timedelta(days=1))
    values: dict[str, Any] = {"project": project.pk, "zone": project.timezone, "first": first, "after": after}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        cursor.execute(_CLOSE, {**values, "start": period.start, "end": period.end})
