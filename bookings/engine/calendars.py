"""Wall-clock rules turned into elapsed minutes, local date by local date.

A minute counts as working time if its wall-clock time does: minutes that the clock skips do not
exist, minutes that it repeats exist twice. Adding hours to midnight would be wrong on those dates.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from bookings.engine.availability import Piece
from bookings.engine.minutes import Interval, date_of, day_number, minute_of, moment_of
from bookings.errors import InvalidRequest
from bookings.limits import DAY
from botbackend.lib.clock import minute_of_day

_MARGIN_DAYS = 2  # no zone is further than 14 hours from UTC; one day would do


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """Return the zone. Raises InvalidRequest for a name that the time-zone database does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidRequest(
            f"unknown time zone {name!r}", fields={"timezone": ["This is not an IANA time zone."]}
        ) from error


def _offset(minute: int, zone: tzinfo) -> int:
    """Return wall clock minus UTC, in minutes, at an elapsed minute."""
    offset = moment_of(minute, zone).utcoffset()
    return round(offset.total_seconds()) // 60 if offset else 0


def _changes(low: int, high: int, zone: tzinfo) -> list[int]:
    """Return the minutes in (low, high] at which the offset changes; sampled daily, then bisected."""
    changes = []
    for start in range(low, high, DAY):
        left, right = start, min(start + DAY, high)
        before = _offset(left, zone)
        if before == _offset(right, zone):
            continue
        while right - left > 1:
            middle = (left + right) // 2
            left, right = (middle, right) if _offset(middle, zone) == before else (left, middle)
        changes.append(right)
    return changes


class LocalDays:
    """The local dates `first`..`last` (both included) of a zone as elapsed minutes."""

    def __init__(self, zone: tzinfo, first: date, last: date) -> None:
        self.zone = zone
        self.first, self.last = day_number(first), day_number(last)
        self.by_day: dict[int, list[Piece]] = defaultdict(list)
        low, high = (self.first - _MARGIN_DAYS) * DAY, (self.last + 1 + _MARGIN_DAYS) * DAY
        edges = [low, *_changes(low, high, zone), high]
        for start, end in pairwise(edges):
            self._add(start, end, _offset(start, zone))
        self.pieces = sorted(piece for pieces in self.by_day.values() for piece in pieces)

    def _add(self, start: int, end: int, offset: int) -> None:
        """Cut a stretch of constant offset at local midnights."""
        for day in range(max((start + offset) // DAY, self.first), self.last + 1):
            midnight = day * DAY - offset
            if midnight >= end:
                return
            begins = max(start, midnight)
            finishes = min(end, midnight + DAY)
            if begins < finishes:
                self.by_day[day].append((begins, finishes, begins - midnight))

    def elapsed(self, day: int, ranges: Iterable[Interval]) -> list[Interval]:
        """Return the elapsed minutes of one local date whose wall-clock minute lies in `ranges`."""
        found = []
        for begins, finishes, wall in self.by_day.get(day, ()):
            for opens, closes in ranges:
                low, high = max(opens - wall, 0), min(closes - wall, finishes - begins)
                if low < high:
                    found.append((begins + low, begins + high))
        return found

    def span(self, first: int, last: int) -> Interval:
        """Return the minutes from the beginning of one local date to the end of another."""
        pieces = [piece for day in range(first, last + 1) for piece in self.by_day.get(day, ())]
        if not pieces:
            return (0, 0)
        return min(piece[0] for piece in pieces), max(piece[1] for piece in pieces)


@lru_cache(maxsize=512)
def local_days(zone: tzinfo, first: date, last: date) -> LocalDays:
    """Return the (shared, never changed) table of a window; equal windows are asked for again and again."""
    return LocalDays(zone, first, last)


def local_day_of(minute: int, zone: tzinfo) -> int:
    """Return the day number of the local date that a minute lies in."""
    return day_number(moment_of(minute, zone).date())


def local_date_of(minute: int, zone: tzinfo) -> date:
    """Return the local date that a minute lies in."""
    return date_of(local_day_of(minute, zone))


def wall_minute_of(minute: int, zone: tzinfo) -> int:
    """Return minutes since local midnight as the clock on the wall shows them."""
    return minute_of_day(moment_of(minute, zone))


def from_wall_clock(moment: datetime, zone: tzinfo) -> datetime:
    """Return a naive local moment as an aware one; an aware one is returned as it is.

    A repeated hour means its first pass. Raises InvalidRequest for a minute that the clock skips.
    """
    if moment.tzinfo is not None:
        return moment
    aware = moment.replace(tzinfo=zone)
    if moment_of(minute_of(aware), zone).replace(tzinfo=None) != moment.replace(second=0, microsecond=0):
        raise InvalidRequest(
            "the clock skips this time on that date", fields={"start": ["This local time does not exist."]}
        )
    return aware
