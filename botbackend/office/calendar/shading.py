"""When nobody is to be booked, as the rules of the engine say: outside the hours, in breaks, on days off."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bookings.engine.minutes import Interval, day_number, intersect, merge, subtract
from bookings.engine.rules import Everyone, Rules
from bookings.limits import DAY

Kind = Literal["closed", "break", "off"]
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch of a date on the wall clock; the minutes count from midnight."""

    day: date
    kind: Kind
    start: int
    end: int


def days_of(first: date, until: date) -> list[date]:
    """Return the dates from the first on, without the last."""
    return [first + timedelta(days=count) for count in range((until - first).days)]


def shades_of(rules: Rules, specialist_id: int, days: Iterable[date]) -> Iterator[Shade]:
    """Yield what is shaded in the column of one specialist."""
    for day in days:
        number = day_number(day)
        if rules.is_day_off(specialist_id, number):
            yield Shade(day, "off", 0, DAY)
            continue
        closed = subtract([(0, DAY)], merge(rules.hours_on(specialist_id, number)))
        if closed == [(0, DAY)]:
            yield Shade(day, "off", 0, DAY)
            continue
        breaks = intersect(closed, _breaks(rules, specialist_id, number))
        yield from (Shade(day, "break", *one) for one in breaks)
        yield from (Shade(day, "closed", *one) for one in subtract(closed, breaks))


def common_shades(rules: Rules, specialist_ids: Sequence[int], days: Iterable[date]) -> Iterator[Shade]:
    """Yield when none of them works: the shading of a column that all share."""
    for day in days:
        number = day_number(day)
        work = merge(part for one in specialist_ids for part in rules.hours_on(one, number))
        yield from (Shade(day, "closed", *one) for one in subtract([(0, DAY)], work))


def _breaks(rules: Rules, specialist_id: int, number: int) -> list[Interval]:
    """Return the breaks within the hours of a weekday; a date with hours of its own has none."""
    owners = (specialist_id, Everyone)
    if any((owner, number) in rules.overrides for owner in owners):
        return []
    weekday = (number + 3) % 7
    pauses = merge(pause for owner in owners for pause in rules.breaks.get((owner, weekday), ()))
    has_own = rules.specialists[specialist_id].has_own_hours
    hours = rules.weekly.get((specialist_id, weekday), []) if has_own else [rules.salon_hours]
    return intersect(pauses, merge(hours))


def opening_hours(rules: Rules, specialist_ids: Sequence[int], days: Sequence[date]) -> Interval:
    """Return the whole hours between which anybody works on these dates; the salon's where nobody does."""
    work = [
        part for one in specialist_ids for day in days for part in rules.hours_on(one, day_number(day))
    ] or [rules.salon_hours]
    opens, closes = min(part[0] for part in work), max(part[1] for part in work)
    return opens // _HOUR * _HOUR, min(DAY, -(-closes // _HOUR) * _HOUR)
