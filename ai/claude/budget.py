"""The month's bill of a project: what it came to so far, when to warn, when to stop asking Claude."""

import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from ai.models import Rehearsal, Summary, Turn, assistant_of
from dialogues.models import StaffTask
from dialogues.staff.handoff import open_staff_task
from projects.models import Project

ALERT_SHARE = Decimal("0.8")
ALERT_KIND = "budget"
CACHE_SECONDS = 20.0
FAR_SECONDS = 120.0  # while less than half is spent: the sum of a month is not read anew for every few turns

# What began so long ago has cost what it costs: no turn takes longer, and the sum of it is kept.
SETTLED_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class _Spent:
    """A month's bill as it was read: all of it, and the part of what began before `until`."""

    read_at: float  # on the monotonic clock
    total: Decimal
    settled: Decimal
    until: datetime


_lock = threading.Lock()
_known: dict[tuple[int, datetime], _Spent] = {}


def month_start(project: Project, now: datetime) -> datetime:
    """Return the beginning of the calendar month in the salon's zone (aware)."""
    local = now.astimezone(ZoneInfo(project.timezone))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_to_date(*, project: Project, now: datetime | None = None) -> Decimal:
    """Return the dollars spent this month: turns, compressions and rehearsals of prompts."""
    since = month_start(project, now or timezone.now())
    salon = Project.objects.filter(pk=project.pk)
    parts = salon.values_list(
        _sum_of(Turn.objects.filter(started_at__gte=since)),
        _sum_of(Summary.objects.filter(created_at__gte=since)),
        _sum_of(Rehearsal.objects.filter(created_at__gte=since)),
    ).get()
    return sum((part or Decimal(0) for part in parts), Decimal(0))


def _sum_of(rows: QuerySet[Any]) -> Subquery:
    """Return what the salon's rows cost, as a part of one statement."""
    mine = rows.filter(project=OuterRef("pk")).order_by().values("project")
    return Subquery(mine.annotate(sum=Sum("cost_usd")).values("sum"))


def is_spent(*, project: Project) -> bool:
    """Say whether the ceiling is reached; reads the sum anew every few seconds only."""
    ceiling = assistant_of(project).ceiling_usd
    return _recent(project, ceiling) >= ceiling


def _recent(project: Project, ceiling: Decimal) -> Decimal:
    place = (project.pk, month_start(project, timezone.now()))
    with _lock:
        known = _known.get(place)
    if known is not None:
        keeps = FAR_SECONDS if known.total < ceiling / 2 else CACHE_SECONDS
        if time.monotonic() - known.read_at < keeps:
            return known.total
    spent = _read(project, place[1], known)
    with _lock:
        if len(_known) > 10_000:
            _known.clear()
        _known[place] = spent
    return spent.total


def _read(project: Project, since: datetime, known: _Spent | None) -> _Spent:
    """Read what came since the last time: with the month the number of its turns grows, for every salon."""
    begun = known.until if known else since
    until = max(begun, timezone.now() - max(SETTLED_AFTER, timedelta(seconds=2 * settings.TURN_SECONDS)))
    turns = Turn.objects.filter(started_at__gte=begun)
    summaries = Summary.objects.filter(created_at__gte=begun)
    parts = Project.objects.filter(pk=project.pk).values_list(
        _sum_of(turns.filter(started_at__lt=until)),
        _sum_of(summaries.filter(created_at__lt=until)),
        _sum_of(turns.filter(started_at__gte=until)),
        _sum_of(summaries.filter(created_at__gte=until)),
        _sum_of(Rehearsal.objects.filter(created_at__gte=since)),  # few, and they go on for as long as a day
    )
    costs = [part or Decimal(0) for part in parts.get()]
    settled = (known.settled if known else Decimal(0)) + costs[0] + costs[1]
    return _Spent(time.monotonic(), settled + sum(costs[2:]), settled, until)


def spent_more(*, project: Project, cost: Decimal) -> None:
    """Count a turn's cost, and tell staff once a month when four fifths of the ceiling are gone."""
    ceiling = assistant_of(project).ceiling_usd
    if not cost:
        return
    before = _recent(project, ceiling)
    place = (project.pk, month_start(project, timezone.now()))
    with _lock:
        if place in _known:
            _known[place] = replace(_known[place], total=before + cost)
    if before + cost >= ceiling * ALERT_SHARE:
        _warn(project, before + cost, ceiling)


def _warn(project: Project, spent: Decimal, ceiling: Decimal) -> None:
    since = month_start(project, timezone.now())
    with transaction.atomic():
        Project.objects.select_for_update(of=("self",)).only("pk").get(pk=project.pk)
        if StaffTask.objects.filter(project=project, kind=ALERT_KIND, created_at__gte=since).exists():
            return
        percent = round(spent / ceiling * 100) if ceiling else 100
        open_staff_task(
            project=project,
            dialogue=None,
            kind=ALERT_KIND,
            reason=f"Claude has cost ${spent:.2f} this month, {percent} % of ${ceiling:.2f}. "
            "At 100 % the bot answers with menus until the month ends.",
        )


def forget_cache() -> None:
    """Read the sums anew; for tests and after a ceiling was changed."""
    with _lock:
        _known.clear()
