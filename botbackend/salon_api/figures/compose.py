"""The statistics of one salon, composed of what each part knows."""

from dataclasses import asdict
from typing import Any

from ai.figures.talks import talk_figures
from ai.figures.turns import turn_figures
from bookings.stats import booking_figures, client_totals
from botbackend.lib.postgres import replica
from botbackend.outbox.selectors import queue_figures
from dialogues.stats import dialogue_figures
from projects.models import Project
from projects.periods import Period

QUEUE_FIELDS = ("waiting", "due", "running", "dead", "oldest_age_s", "by_topic", "workers")


def queue_statistics(*, project: Project) -> dict[str, Any]:
    """Return the queue as the contract names it."""
    figures = queue_figures(project=project)
    return {name: figures[name] for name in QUEUE_FIELDS}


def statistics(*, project: Project, period: Period) -> dict[str, Any]:
    """Return the whole statistics; a fixed number of queries, on the replica where there is one."""
    return replica.shown(lambda: _statistics(project, period))


def _statistics(project: Project, period: Period) -> dict[str, Any]:
    using = replica.alias()
    span: dict[str, Any] = {"project": project, "start": period.start, "end": period.end, "using": using}
    turns = asdict(turn_figures(**span))
    talks = talk_figures(project=project, period=period, using=using)
    wrote = {name: getattr(talks, name) for name in ("active", "returning", "booked_share")}
    return {
        "period": {"from": period.start.isoformat(), "to": period.end.isoformat(timespec="seconds")},
        "messages": {"received": talks.received, "sent": talks.sent},
        "bookings": asdict(booking_figures(**span)),
        "clients": asdict(client_totals(**span)) | wrote,
        "queue": queue_statistics(project=project),
        "dialogues": asdict(dialogue_figures(project=project, using=using)),
        "ai": turns | {"cost_usd": float(round(turns["cost_usd"], 6))},
    }
