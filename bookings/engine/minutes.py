"""Whole minutes since 1970-01-01 UTC, and half-open intervals [from, until) of them.

Inside the engine time is an integer; aware datetimes exist at its edges only.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

Interval = tuple[int, int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MINUTE = timedelta(minutes=1)


def minute_of(moment: datetime) -> int:
    """Return the minute an aware moment lies in (seconds are dropped)."""
    return (moment - _EPOCH) // _MINUTE


def minute_not_before(moment: datetime) -> int:
    """Return the first whole minute at or after an aware moment."""
    return -((_EPOCH - moment) // _MINUTE)


def moment_of(minute: int, zone: tzinfo = UTC) -> datetime:
    """Return the aware moment of a minute, in `zone`."""
    return datetime.fromtimestamp(minute * 60, zone)


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_of(number: int) -> date:
    """Return the date of a day number."""
    return date.fromordinal(number + _EPOCH_ORDINAL)


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the union, sorted; intervals that touch become one, empty ones vanish."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def subtract(spans: Sequence[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """Return what of `spans` no hole covers. Both are sorted by start; holes may overlap."""
    queue = list(holes)
    left: list[Interval] = []
    index = 0
    for span_start, end in spans:
        start = span_start
        while index < len(queue) and queue[index][1] <= start:
            index += 1
        position = index
        while position < len(queue) and queue[position][0] < end:
            hole_start, hole_end = queue[position]
            if hole_start > start:
                left.append((start, hole_start))
            start = max(start, hole_end)
            position += 1
        if start < end:
            left.append((start, end))
    return left


def intersect(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """Return what both cover; each is sorted and free of overlaps."""
    common: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i][0], right[j][0])
        end = min(left[i][1], right[j][1])
        if start < end:
            common.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return common


def covers(spans: Sequence[Interval], minute: int) -> bool:
    """Say whether a minute lies in one of the sorted spans."""
    index = bisect_right(spans, minute, key=_start) - 1
    return index >= 0 and minute < spans[index][1]


def _start(interval: Interval) -> int:
    return interval[0]
