"""What an address asks for, read within bounds: None for what is none, or lies out of all reason.

Days outside of the years that the salon could mean break clocks and databases long before they find a visit.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.limits import MAX_WINDOW_DAYS

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
DAY_FORMAT = "%Y-%m-%d"
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:., ](?P<minute>[0-9]{2})(?::[0-9]{2})?)?"
    r"|(?P<hours>[0-9]{1,2})(?P<minutes>[0-9]{2})"
)
_MOST_FIGURES = 18  # a number of a row in the database has no more


def number_in(text: str) -> int | None:
    """Return a number of a row."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_FIGURES else None


def numbers_in(texts: Iterable[str]) -> list[int]:
    """Return those that are numbers of rows."""
    return [number for number in map(number_in, texts) if number is not None]


def day_in(text: str) -> date | None:
    """Return a date as forms and scripts write it; what stands behind it, as a time does, is left out."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def clock_in(text: str) -> time | None:
    """Return a time of day as people type it: "9", "930", "9.30", "09:30"."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = found["hour"] or found["hours"], found["minute"] or found["minutes"] or "0"
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None


def moment_in(text: str, zone: tzinfo) -> datetime | None:
    """Return a moment on the clock of `zone`; one that is written without any stands on it already."""
    try:
        found = parse_datetime(text)
        if found is None or day_in(text) is None:
            return None
        local = found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return local if FIRST_DAY <= local.date() <= LAST_DAY else None


class DayField(forms.DateField):
    """A date of a form: at most so many days ahead, since one of the next century is a slip of the finger."""

    def __init__(self, *, most_ahead: int = MAX_WINDOW_DAYS, **more: Any) -> None:
        self.most_ahead = most_ahead
        bounds: list[Callable[[Any], None]] = [MinValueValidator(FIRST_DAY), self._refuse_far]
        super().__init__(input_formats=[DAY_FORMAT], validators=bounds, **more)

    def _refuse_far(self, day: date) -> None:
        last = timezone.localdate() + timedelta(days=self.most_ahead)
        if day > last:
            shown = date_format(last, "DATE_FORMAT")
            raise forms.ValidationError(_("Choose a day no later than %(day)s.") % {"day": shown})


class TimeOfDayField(forms.Field):
    """A time of day, as `clock_in` reads it."""

    def to_python(self, value: Any) -> time | None:
        """Return the time. Raises ValidationError."""
        if value in self.empty_values:
            return None
        found = clock_in(str(value))
        if found is None:
            raise forms.ValidationError(_("Write the time as hours and minutes, like 14:30."))
        return found


def range_in(query: Mapping[str, str], *, today: date, longest: int) -> tuple[date, date] | None:
    """Return `start` and `end` of a query, the end excluded; else the day of today. None for nonsense."""
    first = day_in(query["start"]) if "start" in query else today
    if first is None:
        return None
    until = day_in(query["end"]) if "end" in query else first + timedelta(days=1)
    if until is None or not timedelta(0) < until - first <= timedelta(days=longest):
        return None
    return first, until
