"""Dates and times in the forms in which people and spreadsheets give them.

Where two readings are equally likely none is taken: staff is asked, with an example of what to type.
"""

import math
import re
from datetime import date, timedelta
from typing import TypeGuard

from botbackend.lib.text import canonical, comparable

MAX_TEXT = 200
_EPOCH = date(1899, 12, 30)  # the day 0 of spreadsheet serial numbers
_AROUND_SIGN = re.compile(r"(?<=\d) ?([:./]) ?(?=\d)")  # 10 : 00, 05. 12. 2026; 10 - 11 is no time
_FULL_DATE = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_SHORT_DATE = re.compile(r"^(\d{1,2})[./-](\d{1,2})\.?$")
_DAY_AND_MONTH = re.compile(r"^\d{2}\.\d{2}$")
_TIME = re.compile(r"^(\d{1,2})[:.-](\d{2})(?::\d{2})?$")
_TWELVE_HOURS = re.compile(r"^(\d{1,2})(?:[:.-](\d{2}))?(?::\d{2})? ?([ap])\.? ?m\.?$")
_BARE_TIME = re.compile(r"^(\d{2})(\d{2})$")  # 1430, as people type who hate the colon
_HOUR = re.compile(r"^(\d{1,2})$")
_SERIAL = re.compile(r"^\d{5,6}(?:[.,]\d+)?$")
_DAY_FRACTION = re.compile(r"^0[.,]\d{3,}$")  # no time of day has that many figures behind a point
_CLOCK = re.compile(r"^\d{2}:\d{2}$")
_SERIALS = range(36_526, 200_000)  # from the year 2000 on: a smaller number is an accident of some locale
_YEARS = range(2000, 2400)  # of what a salon keeps; far from where dates end and arithmetic fails
_LEAP_YEAR = 2000
_FIRST_SURE_HOUR = 7


def clean(value: object) -> str:
    """Return text for a cell in the canonical form, at most MAX_TEXT characters."""
    return canonical(str(value))[:MAX_TEXT].strip()


def _figures(value: object) -> str:
    """Return a date or time with ordinary digits, colons and dashes, however it was typed or pasted."""
    return _AROUND_SIGN.sub(r"\1", comparable(str(value)))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def canonical_date(value: object) -> str:
    """Return DD.MM.YYYY of a serial number or a date text in a usual form, else the cleaned text.

    A serial may also be typed or pasted as text. A day without its year is DD.MM. Days a salon never sees
    (the year 0, 9999) stay text.
    """
    text, plain = clean(value), _figures(value)
    if (serial := _serial(value, plain)) is not None:
        return f"{_EPOCH + timedelta(days=int(serial)):%d.%m.%Y}"
    if found := _FULL_DATE.match(plain):
        day, month, year = (int(part) for part in found.groups())
        return _date_text(year + 2000 if len(found[3]) == 2 else year, month, day) or text
    if found := _ISO_DATE.match(plain):
        return _date_text(*(int(part) for part in found.groups())) or text
    return _short_text(value, plain) or text


def _short_text(value: object, plain: str) -> str:
    """DD.MM of a typed day without its year. A number is none: of 5.1 and 5.10 a locale makes the same."""
    found = None if _is_number(value) else _SHORT_DATE.match(plain)
    return _date_text(_LEAP_YEAR, int(found[2]), int(found[1]))[:5] if found else ""


def _serial(value: object, plain: str) -> float | None:
    """The number of a day as spreadsheets count them, where it is of this century."""
    if not _is_number(value):
        if not _SERIAL.match(plain):
            return None
        value = float(plain.replace(",", "."))
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return float(value) if int(value) in _SERIALS else None


def _date_text(year: int, month: int, day: int) -> str:
    try:
        return f"{date(year, month, day):%d.%m.%Y}" if year in _YEARS else ""
    except ValueError:
        return ""


def canonical_short_date(value: object) -> str:
    """Return DD.MM of a serial number or a text; else the cleaned text."""
    full = canonical_date(value)
    return full[:5] if is_full_date(full) else full


def is_full_date(text: str) -> bool:
    """Tell whether this is a date in the canonical form, and one that exists."""
    day = as_date(text)
    return day is not None and f"{day:%d.%m.%Y}" == text


def as_date(text: str) -> date | None:
    """Return the date that DD.MM.YYYY names, None where it names none that a salon keeps."""
    found = _FULL_DATE.match(text)
    if not found or not _date_text(int(found[3]), int(found[2]), int(found[1])):
        return None
    return date(int(found[3]), int(found[2]), int(found[1]))


def nearest_date(short: str, *, to: date) -> str:
    """Return DD.MM with the year that brings it nearest; "" if it is no day in any year."""
    days = (_in_year(short, year) for year in range(to.year - 1, to.year + 2))
    nearest = min(filter(None, days), key=lambda day: abs(day - to), default=None)
    return f"{nearest:%d.%m.%Y}" if nearest else ""


def date_ahead(short: str, *, today: date) -> str:
    """Return DD.MM with the first year in which it is not over; "" if it is no day in any year."""
    days = (_in_year(short, year) for year in range(today.year, today.year + 9))
    ahead = next((day for day in days if day and day >= today), None)
    return f"{ahead:%d.%m.%Y}" if ahead else ""


def _in_year(short: str, year: int) -> date | None:
    found = _SHORT_DATE.match(short)
    try:
        return date(year, int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def canonical_time(value: object) -> str:
    """Return HH:MM of a day fraction or a time text, else the cleaned text; no other number is a time.

    A bare hour (9) is one in a salon's day, a bare number of four figures (1430) too; 9.5 is not: half past
    nine and five past nine are equally likely.
    """
    if _is_number(value):
        if 0 <= value < 1:
            return _clock_of_fraction(float(value))
        is_whole = isinstance(value, int) or value.is_integer()
        return _whole_number_time(clean(value)) if is_whole else clean(value)
    text, plain = clean(value), _figures(value)
    if found := _TWELVE_HOURS.match(plain):
        return _twelve_hours(int(found[1]), int(found[2] or 0), found[3]) or text
    if found := _TIME.match(plain):
        return _clock_text(int(found[1]), int(found[2])) or text
    if _DAY_FRACTION.match(plain):
        return _clock_of_fraction(float(plain.replace(",", ".")))
    return _whole_number_time(text)


def _whole_number_time(text: str) -> str:
    plain = _figures(text).removesuffix(".0")
    if found := _BARE_TIME.match(plain):
        return _clock_text(int(found[1]), int(found[2])) or text
    if found := _HOUR.match(plain):
        # 1 to 6 may be of the afternoon: nobody books a manicure at three at night.
        return _clock_text(int(found[1]), 0) or text if int(found[1]) >= _FIRST_SURE_HOUR else text
    return text


def _twelve_hours(hour: int, minute: int, half: str) -> str:
    if not 1 <= hour <= 12:
        return ""
    return _clock_text(hour % 12 + (12 if half == "p" else 0), minute)


def _clock_of_fraction(value: float) -> str:
    minutes = min(round(value * 1440), 1439)
    return _clock_text(minutes // 60, minutes % 60)


def _clock_text(hour: int, minute: int) -> str:
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else ""


When = tuple[str, str, str]


def when_of_new(typed: When, *, today: date) -> When | str:
    """Return A-C of a new row made whole, or the code of what is wrong with them.

    A day and month alone, in whichever of the columns, is the next one to come.
    """
    short, full, clock = typed
    if as_short(full) and short in ("", canonical_short_date(full)):
        short, full = canonical_short_date(full), ""
    if not full and as_short(short):
        full = date_ahead(short, today=today)
    return _checked(short or full[:5], full, clock)


def when_of_edit(base: When, typed: When) -> When | str:
    """Return A-C after an edit made whole, or the code of what is wrong with them.

    B is the date. Where only A was changed, or B emptied, A's day counts in the year nearest to the old one,
    and so does a day that was typed into B without its year: a tab may have but one column for dates.
    """
    if typed == base:
        return base
    short, full, clock = typed
    was = as_date(base[1])
    if was is not None and as_short(full):
        full = nearest_date(full, to=was) or full
    if full == base[1] or not full:
        if short in ("", base[0]):
            short, full = base[0] or base[1][:5], base[1]
        elif was is not None and as_short(short):
            full = nearest_date(short, to=was)
        else:
            return "bad_date"
    elif short in ("", base[0]):
        short = full[:5]
    return _checked(short, full, clock)


def meant(when: When) -> tuple[str, str]:
    """Return date and time of an edit that was taken before B was brought in line with A."""
    short, full, clock = when
    was = as_date(full)
    is_ahead = was is not None and as_short(short) and short != full[:5]
    return (nearest_date(short, to=was) if was and is_ahead else full, clock)


def as_short(text: str) -> bool:
    """Tell whether this is a day and month in the canonical form."""
    return bool(_DAY_AND_MONTH.match(text))


def _checked(short: str, full: str, clock: str) -> When | str:
    if not is_full_date(full):
        return "bad_date"
    if short != full[:5]:
        return "date_mismatch" if as_short(short) else "bad_date"
    if not _CLOCK.match(clock) or not _clock_text(int(clock[:2]), int(clock[3:])):
        return "bad_time"
    return short, full, clock
