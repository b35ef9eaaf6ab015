"""Times, dates and weekdays."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ai.guard.index import EvidenceIndex
from ai.guard.segments import Segment
from ai.guard.violations import Violation
from ai.guard.words import HOURS
from ai.language.numbers.mentions import DayRef, Kind, Mention

_CLOSE = 3  # characters between a weekday and its date


def check_moments(segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    """Find times and dates that are not in the facts, or not on that day."""
    days = named_days(segment, index)
    for mention in segment.mentions:
        if mention.kind == Kind.DATE:
            yield from _check_date(mention, segment, index)
        elif mention.kind == Kind.TIME:
            yield from _check_time(mention, segment, index, days)
        elif mention.kind in (Kind.WEEKDAY, Kind.RELATIVE):
            yield from _check_free_day(mention, segment, index)


def days_of(mention: Mention, index: EvidenceIndex) -> set[date]:
    """Return the dates that a date, a weekday or a word like tomorrow may mean."""
    if mention.kind == Kind.RELATIVE:
        return {index.today + timedelta(days=int(mention.number))}
    pool = index.dates | {index.today + timedelta(days=offset) for offset in range(8)}
    if mention.kind == Kind.WEEKDAY:
        return {day for day in pool if day.weekday() == int(mention.number)}
    return {day for day in pool if isinstance(mention.value, DayRef) and mention.value.fits(day)}


def named_days(segment: Segment, index: EvidenceIndex) -> set[date]:
    """Return the dates that a sentence may speak of; empty when it names none."""
    dates = segment.of(Kind.DATE)
    return {day for mention in dates or segment.dated for day in days_of(mention, index)}


def _check_date(mention: Mention, segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    if any(_is_true(reading, index, segment) for reading in mention.readings()):
        weekday = _weekday_beside(mention, segment)
        if weekday is not None and not _weekday_fits(mention, weekday, index):
            yield Violation(
                "weekday", f"“{weekday.text}, {mention.text}”: this date falls on another weekday."
            )
        elif segment.offers and index.free and not _has_free(days_of(mention, index), index):
            yield _nothing_free(mention)
        return
    yield Violation("date", f"The date “{mention.text}” is not in the facts; name only dates from them.")


def _is_true(reading: Mention, index: EvidenceIndex, segment: Segment) -> bool:
    if reading.kind == Kind.DATE:
        written = reading.day
        return any(written.fits(day) for day in index.dates) or any(
            written == other or (written.day, written.month) == (other.day, other.month)
            for other in index.written_dates
        )
    if reading.kind == Kind.TIME:
        return not list(_check_time(reading, segment, index, set()))
    return reading.number in index.salon_numbers | index.evidence.prices | index.evidence.totals


def _weekday_beside(mention: Mention, segment: Segment) -> Mention | None:
    for other in segment.of(Kind.WEEKDAY):
        gap = mention.start - other.end if mention.start >= other.end else other.start - mention.end
        between = segment.text[min(mention.end, other.end) : max(mention.start, other.start)]
        if 0 <= gap <= _CLOSE and not any(char.isalnum() for char in between):
            return other
    return None


def _weekday_fits(mention: Mention, weekday: Mention, index: EvidenceIndex) -> bool:
    days = days_of(mention, index) or _possible(mention.day, index.today)
    return any(day.weekday() == int(weekday.number) for day in days)


def _possible(ref: DayRef, today: date) -> set[date]:
    found = set()
    for year in {ref.year or today.year, ref.year or today.year + 1}:
        try:
            found.add(date(year, ref.month or today.month, ref.day))
        except ValueError:
            continue
    return found


def _check_time(
    mention: Mention, segment: Segment, index: EvidenceIndex, days: set[date]
) -> Iterator[Violation]:
    minutes = set(_at_night(mention.minutes) if _is_night(segment) else mention.minutes)
    known = {(day, minute) for day, minute in index.starts if minute in minutes}
    hours = index.hours if _tells_hours(segment, index) else frozenset()
    soft = minutes & (index.salon_minutes | index.client_minutes | hours)
    if known and (not days or any(day in days for day, _ in known) or (not days & index.known_days and soft)):
        if segment.offers and not any(pair in index.free for pair in known) and not minutes & index.hours:
            yield Violation("time", f"“{mention.text}” is a visit the client has, not a free time.")
        return
    if soft:
        promised = segment.offers and not segment.asks and not minutes & index.salon_minutes
        if promised and not _tells_hours(segment, index):
            yield Violation("time", f"“{mention.text}” is not among the free times; do not offer it as free.")
        return
    if any(_is_number(reading, index) for reading in mention.also):
        return
    if known:
        yield Violation(
            "time", f"“{mention.text}” is in the facts on another day; check the day and the time."
        )
        return
    yield Violation("time", f"The time “{mention.text}” is not in the facts; name only times from them.")


def _is_night(segment: Segment) -> bool:
    return any(part.value == "night" for part in segment.of(Kind.PART))


def _at_night(minutes: Sequence[int]) -> list[int]:
    """Keep of the readings of a time those that are at night: "half past three at night" is no afternoon."""
    return [minute for minute in minutes if minute < 6 * 60 or minute >= 20 * 60] or list(minutes)


def _tells_hours(segment: Segment, index: EvidenceIndex) -> bool:
    """Tell whether opening hours are meant: by their name, or by both ends as in "from nine to six"."""
    times = segment.of(Kind.TIME)
    return bool(HOURS.search(segment.bare)) or (
        len(times) >= 2 and all(set(one.minutes) & index.hours for one in times)
    )


def _is_number(reading: Mention, index: EvidenceIndex) -> bool:
    if reading.kind == Kind.DURATION:
        return int(reading.number) in index.durations
    if reading.kind == Kind.DATE:
        return any(reading.day.fits(day) for day in index.known_days)
    return reading.kind == Kind.NUMBER and reading.number in index.salon_numbers | index.client_numbers


def _check_free_day(mention: Mention, segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    """A day may be called free only when a free time on it is known."""
    if not segment.offers or segment.asks or segment.of(Kind.TIME):
        return
    days = days_of(mention, index)
    if not _has_free(days, index) and not (index.salon_text and mention.text.lower() in index.salon_text):
        yield _nothing_free(mention)


def _has_free(days: set[date], index: EvidenceIndex) -> bool:
    return any(day in days for day, _ in index.free)


def _nothing_free(mention: Mention) -> Violation:
    return Violation("date", f"No free time is known on “{mention.text}”; do not say that there is one.")
