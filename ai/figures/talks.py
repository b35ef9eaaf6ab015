"""What the talks of a period came to: closed days from their rows, the last ones from what was said."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connections

from projects.models import Project
from projects.periods import Period

# One statement, so one state of the tables: a day that is closed meanwhile is not counted twice. A talk
# counts once, however many days of the period it goes on.
_TALKS = """
WITH closed AS MATERIALIZED (
    SELECT coalesce(max(until), '-infinity') AS until FROM ai_closeddays
     WHERE project_id = %(project)s AND zone = %(zone)s
), live AS MATERIALIZED (
    SELECT greatest(%(start)s, until::timestamp AT TIME ZONE %(zone)s) AS start FROM closed
), parts AS (
    SELECT dialogue_id, sum(received) AS received, sum(sent) AS sent, sum(by_staff) AS by_staff,
           sum(handed_off) AS handed_off, sum(cost_usd) AS cost_usd
      FROM ai_talkday
     WHERE project_id = %(project)s AND day >= %(first)s
       AND day < least(%(after)s, (SELECT until FROM closed))
     GROUP BY dialogue_id
    UNION ALL
    SELECT dialogue_id, count(*) FILTER (WHERE direction = 'in'),
           count(*) FILTER (WHERE direction = 'out' AND state = 'sent'),
           count(*) FILTER (WHERE author = 'staff'), 0, 0
      FROM dialogues_message
     WHERE project_id = %(project)s AND channel_date >= (SELECT start FROM live) AND channel_date < %(end)s
     GROUP BY dialogue_id
    UNION ALL
    SELECT dialogue_id, 0, 0, 0, count(*) FILTER (WHERE outcome = 'handed_off'), sum(cost_usd)
      FROM ai_turn
     WHERE project_id = %(project)s AND started_at >= (SELECT start FROM live) AND started_at < %(end)s
     GROUP BY dialogue_id
), talks AS (
    SELECT dialogue_id, sum(received) AS received, sum(sent) AS sent, sum(cost_usd) AS cost_usd,
           sum(received) > 0 AS is_active, sum(by_staff) + sum(handed_off) > 0 AS is_to_people
      FROM parts GROUP BY dialogue_id
), told AS MATERIALIZED (
    SELECT talks.*,
           talk.client_id IN (
               SELECT id FROM bookings_client WHERE project_id = %(project)s AND created_at < %(start)s
           ) AS is_known,
           talk.client_id IN (
               SELECT client_id FROM bookings_booking
                WHERE project_id = %(project)s AND created_at >= %(start)s AND created_at < %(end)s
                  AND status <> 'held' AND (status <> 'cancelled' OR hold_until IS NULL)
           ) AS has_booked
      FROM talks JOIN dialogues_dialogue talk ON talk.id = talks.dialogue_id
)
SELECT coalesce(sum(received), 0)::bigint, coalesce(sum(sent), 0)::bigint, coalesce(sum(cost_usd), 0),
       count(*) FILTER (WHERE is_active),
       count(*) FILTER (WHERE is_active AND is_known),
       count(*) FILTER (WHERE is_active AND has_booked),
       count(*) FILTER (WHERE is_active AND NOT has_booked AND is_to_people)
  FROM told
"""


@dataclass(frozen=True)
class TalkFigures:
    """Messages of clients, and those that reached the channel; what turns cost; the clients who wrote.

    Of the `active` ones, `returning` were known before. Each counts once as the first of these that is true:
    they `booked`, their talk went `to_people`, the bot was alone with them.
    """

    received: int
    sent: int
    cost_usd: Decimal
    active: int
    returning: int
    booked: int
    to_people: int

    @property
    def bot_alone(self) -> int:
        return self.active - self.booked - self.to_people

    @property
    def booked_share(self) -> float:
        """The part of the clients who wrote that booked, from 0 to 1."""
        return round(self.booked / self.active, 4) if self.active else 0.0


def talk_figures(*, project: Project, period: Period, using: str = "default") -> TalkFigures:
    """Count over the salon's dates of a period, the last one as far as it is; one statement."""
    asked: dict[str, Any] = {
        "project": project.pk,
        "zone": project.timezone,
        "start": period.start,
        "end": period.end,
        "first": period.first,
        "after": period.last + timedelta(days=1),
    }
    with connections[using].cursor() as cursor:
        cursor.execute(_TALKS, asked)
        return TalkFigures(*cursor.fetchone())
