"""What decides which times a salon has free: held against a later look it tells whether anything changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.engine.board import Board
from bookings.engine.calendars import local_date_of, zone_named
from bookings.engine.minutes import minute_of
from bookings.engine.reading import Occupied, read_occupied, read_rules
from bookings.engine.rules import Rules
from bookings.models import rules_of
from projects.models import Project


@dataclass(frozen=True)
class Diary:
    """Rules, and what takes time, as far ahead as the salon books. Of two that are equal the same is free."""

    rules: Rules
    taken: tuple[Occupied, ...]


def read_diary(*, project: Project, now: datetime) -> Diary:
    """Return the diary as it stands, holds judged as of `now`: two statements."""
    first = local_date_of(minute_of(now), zone_named(project.timezone))
    last = first + timedelta(days=rules_of(project).horizon_days)
    rules = read_rules(project, first=first, last=last + timedelta(days=2))
    taken = read_occupied(
        specialist_ids=rules.specialists,
        resource_ids=[room for rooms in rules.resources.values() for room in rooms],
        window=Board.reach(Board(rules, first=first, last=last, now=now).window),
        now=now,
    )
    return Diary(rules, tuple(sorted(taken)))
