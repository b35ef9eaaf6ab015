"""What the assistant costs a salon in a month, and the ceiling that its owner sets."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from ai.claude import budget
from ai.models import AssistantSettings
from projects.locking import lock_project
from projects.models import Project

# One reading for the whole page: what each day cost, by what the calls were for and by model. Rows from
# before calls were counted so, and summaries, stand under their kind without a model.
_COSTS = """
    WITH spent AS (
        SELECT started_at AS at, cost_usd, calls, tally, 'respond' AS kind FROM ai_turn
        WHERE project_id = %(project)s AND started_at >= %(first)s AND started_at < %(end)s AND calls > 0
        UNION ALL
        SELECT created_at, cost_usd, 1, tally, 'try' FROM ai_rehearsal
        WHERE project_id = %(project)s AND created_at >= %(first)s AND created_at < %(end)s AND cost_usd > 0
        UNION ALL
        SELECT created_at, cost_usd, 1, '{}'::jsonb, 'compress' FROM ai_summary
        WHERE project_id = %(project)s AND created_at >= %(first)s AND created_at < %(end)s
    )
    SELECT (spent.at AT TIME ZONE %(zone)s)::date, spent.kind, part.kind, part.model,
           sum(part.calls)::bigint, sum(part.usd)
    FROM spent, LATERAL (
        SELECT one ->> 'kind' AS kind, one ->> 'model' AS model, (one ->> 'calls')::int AS calls,
               (one ->> 'usd')::numeric AS usd
        FROM jsonb_array_elements(spent.tally -> 'calls') AS one
        UNION ALL
        SELECT '', '', spent.calls, spent.cost_usd WHERE NOT spent.tally ? 'calls'
    ) AS part
    GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Share:
    """What calls of one purpose by one model cost; `model` is "" where it was not counted.

    `purpose` is understand, respond, check, compress, or try for rehearsals of prompts.
    """

    purpose: str
    model: str
    calls: int
    usd: Decimal


@dataclass(frozen=True)
class Bill:
    """A month, day by day and share by share."""

    days: dict[date, Decimal]
    shares: list[Share]

    @property
    def total(self) -> Decimal:
        return sum(self.days.values(), Decimal(0))


def bill_of(*, project: Project, first: datetime, end: datetime) -> Bill:
    """Return what was spent in [first, end), aware, on the salon's days; one statement."""
    values: dict[str, Any] = {"project": project.pk, "first": first, "end": end, "zone": project.timezone}
    days: dict[date, Decimal] = {}
    shares: dict[tuple[str, str], tuple[int, Decimal]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COSTS, values)
        for day, source, kind, model, calls, usd in cursor.fetchall():
            days[day] = days.get(day, Decimal(0)) + usd
            place = ("try" if source == "try" else kind or source, model)
            known, cost = shares.get(place, (0, Decimal(0)))
            shares[place] = (known + calls, cost + usd)
    listed = [Share(*place, calls, usd) for place, (calls, usd) in shares.items()]
    return Bill(days, sorted(listed, key=lambda share: -share.usd))


@transaction.atomic
def set_own_ceiling(*, project: Project, usd: Decimal | None) -> AssistantSettings:
    """Set what the owner lets a month cost, None for none of their own; the operator's holds besides."""
    lock_project(project.pk)
    row, _ = AssistantSettings.objects.get_or_create(project=project)
    row.own_budget_usd = usd
    row.full_clean(exclude=["project"])
    row.save(update_fields=["own_budget_usd"])
    transaction.on_commit(budget.forget_cache)
    return row
