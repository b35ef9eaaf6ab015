"""Spans of a salon's own days, for figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from projects.models import Project


@dataclass(frozen=True)
class Period:
    """[start, end), both aware and in the salon's zone."""

    start: datetime
    end: datetime


def month_to_date(project: Project, now: datetime) -> Period:
    """From midnight of the first of the salon's current month until now."""
    local = now.astimezone(ZoneInfo(project.timezone))
    first = datetime(local.year, local.month, 1, tzinfo=local.tzinfo)
    return Period(first, local)


def last_days(project: Project, days: int, now: datetime) -> Period:
    """The last `days` local dates, today included, until now."""
    zone = ZoneInfo(project.timezone)
    local = now.astimezone(zone)
    first = local.date() - timedelta(days=days - 1)
    return Period(datetime(first.year, first.month, first.day, tzinfo=zone), local)
