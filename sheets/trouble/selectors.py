"""Which mirrors do not keep up, in words; imports nothing of Google, so that the web stays light."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from projects.models import Project
from sheets.models import SheetLink

SEEN_AFTER = timedelta(minutes=1)  # one busy minute at Google is no trouble
LATE_AFTER = timedelta(minutes=5)
ASKING = (SheetLink.State.PLAN, SheetLink.State.FROZEN)  # it rests until a person answers, nothing is late


def mirrored() -> QuerySet[SheetLink]:
    return (
        SheetLink.objects.filter(project__is_active=True).exclude(spreadsheet_id="").select_related("project")
    )


def troubled() -> Sequence[SheetLink]:
    """Return the mirrors that do not keep up, the longest trouble first."""
    return list(mirrored().filter(_in_trouble()).order_by("failing_since", "pk"))


def troubled_links_of(project: Project) -> QuerySet[SheetLink]:
    """Return the salon's mirror if it does not keep up."""
    return mirrored().filter(_in_trouble(), project=project)


def _in_trouble() -> Q:
    now = timezone.now()
    stopped = Q(state__in=[SheetLink.State.ERROR, SheetLink.State.FROZEN])
    failing = Q(failing_since__lte=now - SEEN_AFTER)
    late = Q(waiting_since__lte=now - LATE_AFTER) & ~Q(state__in=ASKING)
    return stopped | failing | late


def sentence(link: SheetLink) -> str:
    """Tell one mirror's trouble: how long, why, how much is missing."""
    now = timezone.now()
    parts = [link.reason or "no cycle came to its end"]
    if link.failing_since:
        parts.append(f"failing for {_minutes(now - link.failing_since)}")
    if link.waiting_since:
        parts.append(f"the oldest change waits {_minutes(now - link.waiting_since)}")
    zone = ZoneInfo(link.project.timezone)  # as every page: people compare it with their own clock
    last = f"{link.last_ok_at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if link.last_ok_at else "never"
    return f"{link.project.slug}: {'; '.join(parts)}; last success {last}"


def _minutes(age: timedelta) -> str:
    return f"{age.total_seconds() / 60:.0f} min"


def lags(now: datetime) -> dict[str, float]:
    """Return {project: seconds that its oldest change waits} of those with one that could be written."""
    late = mirrored().filter(waiting_since__isnull=False).exclude(state__in=ASKING)
    rows = late.values_list("project__slug", "waiting_since")
    return {slug: (now - since).total_seconds() for slug, since in rows if since}
