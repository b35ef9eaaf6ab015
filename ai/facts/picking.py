"""Which of many free starts are shown: several days are spread, and whoever is free at a start is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest
from typing import TypeVar

from ai.facts.wish import Pick
from bookings.engine.openings import Openings
from bookings.values import Slot, When

MOST_VISITS = 12
NEAREST = 8
_FEWEST_STARTS = 3
_NEAR_DAYS = 3
T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Start:
    """A free start: which of the wished days it lies on, and how far from the wished days and times."""

    alternative: int
    minute: int
    day: date
    days_away: int = 0
    minutes_away: int = 0


def spread(found: Sequence[T], count: int) -> list[T]:
    """Return so many of them, evenly spaced, the first and the last among them."""
    if len(found) <= count:
        return list(found)
    if count < 2:
        return list(found[:count])
    step = (len(found) - 1) / (count - 1)
    return [found[round(index * step)] for index in range(count)]


def picked(starts: Sequence[Start], *, pick: Pick, is_near: bool, count: int) -> list[Start]:
    """Return so many of the starts in the order in which they are told.

    `is_near`: they are not what was asked for, and the nearest days and times come before an even spread.
    """
    if pick == "earliest" and not is_near:
        return sorted(starts, key=lambda start: start.minute)[:count]
    days: dict[tuple[int, date], list[Start]] = {}
    for start in sorted(starts):
        days.setdefault((start.alternative, start.day), []).append(start)
    chosen = list(days.values())
    if is_near and any(start.days_away for start in starts):
        chosen = sorted(chosen, key=lambda day: (day[0].days_away, day[0].minute))[:_NEAR_DAYS]
    chosen = spread(chosen, count)
    shares = _shares(chosen, count)
    told = [_of_day(day, pick, is_near, share) for day, share in zip(chosen, shares, strict=True)]
    if pick == "any" and not is_near and len(chosen) > 1 and set(shares) == {1}:
        told = [[_at_height(day, place, len(chosen) - 1)] for place, day in enumerate(chosen)]
    if pick == "latest" and not any(start.minutes_away for start in starts):
        rounds = zip_longest(*(reversed(day) for day in told))
        return [start for start in chain.from_iterable(rounds) if start is not None]
    order = _by_nearness if is_near and pick != "earliest" else None
    return sorted((start for day in told for start in day), key=order)


def _at_height(day: Sequence[Start], place: int, last: int) -> Start:
    """Return one start of a day so that a row of days shows mornings and evenings, not one hour."""
    return day[round((len(day) - 1) * place / last)]


def _by_nearness(start: Start) -> tuple[int, int, date, int, int]:
    """Day by day, and on each day the times nearest to what was wished first."""
    return start.alternative, start.days_away, start.day, start.minutes_away, start.minute


def _shares(days: Sequence[Sequence[Start]], count: int) -> list[int]:
    """Return how many starts of each day are told: as equal as the days allow."""
    shares = [0] * len(days)
    while count > 0:
        open_days = [index for index, day in enumerate(days) if shares[index] < len(day)][:count]
        if not open_days:
            break
        for index in open_days:
            shares[index] += 1
        count -= len(open_days)
    return shares


def _of_day(day: Sequence[Start], pick: Pick, is_near: bool, share: int) -> list[Start]:
    if is_near and any(start.minutes_away for start in day):
        return sorted(sorted(day, key=lambda start: (start.minutes_away, start.minute))[:share])
    if pick == "latest":
        return list(day[-share:])
    return list(day[:share]) if pick == "earliest" else spread(day, share)


def listed(
    openings: Openings, when: When, starts: Sequence[Start], *, pick: Pick, is_near: bool, limit: int
) -> list[tuple[Slot, ...]]:
    """Return the visits to tell, `limit` at most: fewer starts rather than not all who are free at one.

    Only where even a few starts are too many, the least busy come first and the others are left out.
    """
    visits: dict[int, list[tuple[Slot, ...]]] = {}
    in_order = pick != "any" and not is_near  # the first ones are meant, however many people they take
    told: list[Start] = []
    for count in range(min(NEAREST if is_near else limit, limit, len(starts)), 0, -1):
        told = picked(starts, pick=pick, is_near=is_near, count=count)
        for start in told:
            if start.minute not in visits:
                visits[start.minute] = openings.visits_at(start.minute, when, limit=limit)
        if in_order or sum(len(visits[start.minute]) for start in told) <= limit:
            return [visit for start in told for visit in visits[start.minute]][:limit]
        if count <= _FEWEST_STARTS:
            break
    share = limit // max(len(told), 1)
    return [visit for start in told for visit in visits[start.minute][:share]]
