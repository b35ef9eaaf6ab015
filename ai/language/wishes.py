"""Reads a wished day and time out of a client's words without a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import DayRef, Kind, Mention
from ai.language.values import NamedTime
from botbackend.lib.clock import WEEKDAYS, Weekday

_PARTS = {
    "morning": (time(6), time(11, 59)),
    "day": (time(12), time(16, 59)),
    "evening": (time(17), time(23, 59)),
    "night": (time(20), time(23, 59)),
}


@dataclass(frozen=True)
class _Days:
    first: date | None = None
    last: date | None = None
    weekday: Weekday | None = None
    impossible: bool = False


def read_wish(text: str, *, now: datetime) -> NamedTime | None:
    """Return what the words say of a day and a time, None if they name neither.

    `now` is when the message was received, aware and in the salon's zone.
    """
    mentions = find_mentions(text)
    days = _days(mentions, now.date())
    time_from, time_to, exact = _times(mentions)
    elapsed = any(one.kind == Kind.DURATION and one.bound == "in" for one in mentions)
    if not (days.first or days.weekday or days.impossible or time_from or time_to or elapsed):
        return None
    return NamedTime(
        date_from=days.first,
        date_to=days.last,
        weekday=days.weekday,
        time_from=time_from,
        time_to=time_to,
        exact_time=exact,
        impossible=("date_from",) if days.impossible else (),
    )


def _days(mentions: Sequence[Mention], today: date) -> _Days:
    named = [mention for mention in mentions if mention.kind == Kind.DATE]
    weekdays = [int(mention.number) for mention in mentions if mention.kind == Kind.WEEKDAY]
    weekday = WEEKDAYS[weekdays[0]] if len(set(weekdays)) == 1 else None
    if named:
        dates = [day_of(mention.day, today) for mention in named]
        if None in dates:
            return _Days(impossible=True)
        known = [day for day in dates if day]
        return _Days(min(known), max(known), weekday if len(set(known)) == 1 else None)
    for mention in mentions:
        if mention.kind == Kind.RELATIVE or (mention.kind == Kind.SPAN and mention.bound == "in"):
            day = today + timedelta(days=int(mention.number))
            return _Days(day, day, weekday)
    if len(set(weekdays)) > 1:
        days = sorted(today + timedelta(days=(one - today.weekday()) % 7) for one in weekdays)
        return _Days(days[0], days[-1])
    return _Days(weekday=weekday)


def day_of(ref: DayRef, today: date) -> date | None:
    """Return the next such date, this year's where none is ahead for long; None if it does not exist."""
    if ref.month is None:
        return _day_of_month(ref.day, today)
    try:
        day = date(ref.year or today.year, ref.month, ref.day)
    except ValueError:
        return None
    if ref.year is None and day < today:
        try:
            later = day.replace(year=day.year + 1)
        except ValueError:
            return day
        # What was just is past; what lies most of a year back is meant for the year to come.
        return later if (later - today).days < (today - day).days else day
    return day


def _day_of_month(number: int, today: date) -> date | None:
    month = today.replace(day=1)
    for _ in range(3):
        try:
            day = month.replace(day=number)
        except ValueError:
            day = None
        if day and day >= today:
            return day
        month = (month + timedelta(days=32)).replace(day=1)
    return None


def _times(mentions: Sequence[Mention]) -> tuple[time | None, time | None, bool]:
    clocks = [mention for mention in mentions if mention.kind == Kind.TIME]
    parts = [str(mention.value) for mention in mentions if mention.kind == Kind.PART]
    window = _PARTS.get(parts[0]) if parts else None
    if not clocks:
        return (window[0], window[1], False) if window else (None, None, False)
    if len(clocks) > 1:
        first, second = _moment(clocks[0], window), _moment(clocks[1], window)
        return min(first, second), max(first, second), False
    moment = _moment(clocks[0], window)
    if clocks[0].bound == "from":
        return moment, None, False
    if clocks[0].bound == "to":
        return None, moment, False
    return moment, None, True


def _moment(mention: Mention, window: tuple[time, time] | None) -> time:
    moments = [time(minute // 60 % 24, minute % 60) for minute in mention.minutes]
    if window:
        fitting = [moment for moment in moments if window[0] <= moment <= window[1]]
        moments = fitting or moments
    return moments[0]
