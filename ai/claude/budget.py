"""The month's bill of a project: what it came to so far, when to warn, when to stop asking Claude."""

import threading
import time
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

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

_lock = threading.Lock()
_known: dict[tuple[int, datetime], tuple[float, Decimal]] = {}


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
        keeps = FAR_SECONDS if known[1] < ceiling / 2 else CACHE_SECONDS
        if time.monotonic() - known[0] < keeps:
            return known[1]
    spent = month_to_date(project=project)
    with _lock:
        if len(_known) > 10_000:
            _known.clear()
        _known[place] = (time.monotonic(), spent)
    return spent


def spent_more(*, project: Project, cost: Decimal) -> None:
    """Count a turn's cost, and tell staff once a month when four fifths of the ceiling are gone."""
    ceiling = assistant_of(project).ceiling_usd
    if not cost:
        return
    before = _recent(project, ceiling)
    place = (project.pk, month_start(project, timezone.now()))
    with _lock:
        read_at, _ = _known.get(place, (time.monotonic(), before))
        _known[place] = (read_at, before + cost)
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
