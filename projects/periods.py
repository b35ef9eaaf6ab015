"""Spans of a salon's own days, for figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from projects.models import Project


@dataclass(frozen=True)
class Period:
    """[start, end), both aware and in the salon's zone."""

    start: datetime
    end: datetime

    @property
    def first(self) -> date:
        """The local date that it begins on."""
        return self.start.date()

    @property
    def last(self) -> date:
        """The local date that it ends on."""
        return (self.end - timedelta(microseconds=1)).date()


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


def whole_days(project: Project, first: date, last: date) -> Period:
    """All of the salon's local dates `first`..`last`, both included."""
    zone = ZoneInfo(project.timezone)
    after = last + timedelta(days=1)
    return Period(
        datetime(first.year, first.month, first.day, tzinfo=zone),
        datetime(after.year, after.month, after.day, tzinfo=zone),
    )
