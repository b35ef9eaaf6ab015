"""Figures of the turns of one salon."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    Sum,
)
from django.db.models.functions import Extract

from ai.models import Turn
from projects.models import Project

_ANSWERED = Q(outcome__in=[Turn.Outcome.REPLIED, Turn.Outcome.HANDED_OFF], finished_at__isnull=False)


@dataclass(frozen=True)
class TurnFigures:
    """Turns begun within the period; shares from 0 to 1; milliseconds from the start to the reply.

    `cache_hit_share` is the part of all input tokens that came from Claude's prompt cache.
    """

    turns: int
    tokens: int
    cost_usd: Decimal
    cache_hit_share: float
    guided_share: float
    p50_ms: int | None
    p95_ms: int | None


class _Percentile(Aggregate):
    """PostgreSQL's percentile_cont."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()
    allow_distinct = False

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


def turn_figures(*, project: Project, start: datetime, end: datetime, using: str = "default") -> TurnFigures:
    """One query over [start, end), aware."""
    took = Extract(
        ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField()), "epoch"
    )
    counts = (
        Turn.objects.using(using)
        .filter(project=project, started_at__gte=start, started_at__lt=end)
        .order_by()
        .aggregate(
            turns=Count("pk"),
            guided=Count("pk", filter=Q(mode=Turn.Mode.GUIDED)),
            fresh=Sum("input_tokens", default=0),
            output=Sum("output_tokens", default=0),
            cached=Sum("cache_read_tokens", default=0),
            stored=Sum("cache_write_tokens", default=0),
            cost=Sum("cost_usd", default=Decimal(0)),
            p50=_Percentile(took, 0.5, filter=_ANSWERED),
            p95=_Percentile(took, 0.95, filter=_ANSWERED),
        )
    )
    read = counts["fresh"] + counts["cached"] + counts["stored"]
    return TurnFigures(
        turns=counts["turns"],
        tokens=read + counts["output"],
        cost_usd=counts["cost"],
        cache_hit_share=_share(counts["cached"], read),
        guided_share=_share(counts["guided"], counts["turns"]),
        p50_ms=_milliseconds(counts["p50"]),
        p95_ms=_milliseconds(counts["p95"]),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
