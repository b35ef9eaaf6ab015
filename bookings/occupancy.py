"""How much of their working time specialists have, and have left; a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.engine.calendars import LocalDays, local_days, zone_named
from bookings.engine.minutes import Interval, intersect, minute_of, subtract
from bookings.engine.reading import read_occupied, read_rules
from bookings.engine.rules import Rules
from bookings.limits import MAX_OCCUPIED_MINUTES
from projects.models import Project


@dataclass(frozen=True)
class Working:
    """An active specialist's working time of a period, by the hours as they are set now."""

    specialist_id: int
    name: str
    stretches: Sequence[Interval]

    @property
    def minutes(self) -> int:
        """How long it is."""
        return _length(self.stretches)


@dataclass(frozen=True)
class Free(Working):
    """The same, and how much of it nothing takes."""

    free: int


def working_time(
    *, project: Project, start: datetime, end: datetime, using: str = "default"
) -> list[Working]:
    """Return it for everybody who is active, in the salon's order: one statement. [start, end), aware."""
    rules, days = _read(project, start, end, using)
    return _working(rules, days, (minute_of(start), minute_of(end)))


def free_minutes(*, project: Project, start: datetime, end: datetime, using: str = "default") -> list[Free]:
    """Return also how much is free; one statement more. For a few days at most."""
    rules, days = _read(project, start, end, using)
    window = (minute_of(start), minute_of(end))
    working = _working(rules, days, window)
    busy: dict[int, list[Interval]] = {one.specialist_id: [] for one in working}
    reach = (window[0] - MAX_OCCUPIED_MINUTES, window[1])
    rows = read_occupied(specialist_ids=list(busy), resource_ids=(), window=reach, now=start, using=using)
    for row in rows:
        if not (row.status == "held" and row.is_expired):
            busy[row.specialist_id] += row.parts(nesting=rules.allow_nesting)
    return [
        Free(
            one.specialist_id,
            one.name,
            one.stretches,
            _length(subtract(one.stretches, sorted(busy[one.specialist_id]))),
        )
        for one in working
    ]


def _read(project: Project, start: datetime, end: datetime, using: str) -> tuple[Rules, LocalDays]:
    zone = zone_named(project.timezone)
    first = start.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    rules = read_rules(project, first=first, last=last, service_ids=(), using=using)
    return rules, local_days(zone, first, last)


def _working(rules: Rules, days: LocalDays, window: Interval) -> list[Working]:
    return [
        Working(one.id, one.name, intersect(rules.work(one.id, days), [window]))
        for one in rules.specialists.values()
        if one.is_active
    ]


def _length(stretches: Sequence[Interval]) -> int:
    return sum(until - begins for begins, until in stretches)
