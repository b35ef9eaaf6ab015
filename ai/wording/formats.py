"""Dates, times, money and lengths of time as people write them in each language."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Literal

from babel import Locale
from babel.dates import format_date as format_pattern
from babel.dates import get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from ai.wording.defaults import texts_of
from ai.wording.near import near_word
from ai.wording.placeholders import fill

_LOCALES = {"en": "en_GB"}  # 25 November, and no comma before the last "and"
# CLDR writes ₴ and "700,00 USD" in Ukrainian; clients here read грн, and $ and € before the number.
_SIGNS = {"UAH": "грн", "PLN": "zł", "RUB": "руб."}
_LEADING_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_DATE = "d MMMM"
_SMALLEST_GROUPED = 10_000


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language))


def format_time(moment: time | datetime) -> str:
    """Return "09:30", in English too: a salon's hours are read on a clock of 24."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def format_at(language: str, moment: time | datetime) -> str:
    """Return the time with its preposition, which CLDR lacks: о 17:00, об 11:00, в 17:00, at 17:00."""
    key = "at_vowel" if moment.hour == 11 else "at"
    return fill(texts_of(language).formats[key], {"time": format_time(moment)})


def format_bound(language: str, bound: Literal["since", "until"], moment: time) -> str:
    """Return "з 17:00" or "до 17:00"."""
    return fill(texts_of(language).formats[bound], {"time": format_closing(moment)})


def format_range(language: str, first: time, last: time) -> str:
    """Return "з 09:00 до 18:00"."""
    values = {"first": format_time(first), "last": format_closing(last)}
    return fill(texts_of(language).formats["from_to"], values)


def format_closing(last: time) -> str:
    """Return the time at which a salon closes; the last minute of the day is its end."""
    return "24:00" if (last.hour, last.minute) == (23, 59) else format_time(last)


def format_date(language: str, day: date, *, today: date | None = None) -> str:
    """Return "25 листопада", with the year when it is not this one."""
    return format_pattern(day, _date_pattern(language, day, today), locale=_locale(language))


def _date_pattern(language: str, day: date, today: date | None) -> str:
    return texts_of(language).formats["date_year"] if today and day.year != today.year else _DATE


def name_weekday(language: str, number: int) -> str:
    """Return "вівторок" for 1, with the apostrophe that all other texts have."""
    names = get_day_names("wide", "stand-alone", _locale(language))
    return str(names[number]).replace("ʼ", "'")


def format_day(language: str, day: date, *, today: date | None = None, near: date | None = None) -> str:
    """Return "вівторок, 25 листопада"; "завтра, 25 листопада" the day before, `near`."""
    named = near_word(language, day, near) or name_weekday(language, day.weekday())
    return f"{named}, {format_date(language, day, today=today)}"


def format_on(language: str, day: date, *, today: date | None = None, near: date | None = None) -> str:
    """Return "у вівторок, 25 листопада", or "завтра, 25 листопада" the day before, `near`.

    The weekday with its preposition is ours: CLDR knows no accusative.
    """
    named = near_word(language, day, near) or texts_of(language).on_weekdays[day.weekday()]
    return f"{named}, {format_date(language, day, today=today)}"


def format_when(
    language: str, moment: datetime, *, today: date | None = None, near: date | None = None
) -> str:
    """Return "у вівторок, 25 листопада, о 17:00"; `moment` is in the salon's zone."""
    return f"{format_on(language, moment.date(), today=today, near=near)}, {format_at(language, moment)}"


def format_number(language: str, number: Decimal) -> str:
    """Return 700, 700,50 or 12 000: cents only where there are some, thousands apart from 10 000 on."""
    pattern = "#,##0" if abs(number) >= _SMALLEST_GROUPED else "0"
    cents = "" if number == number.to_integral_value() else ".00"
    return format_decimal(number, pattern + cents, locale=_locale(language))


def format_money(language: str, amount: Decimal, currency: str) -> str:
    """Return "700 грн", "$20", "200 zł", "700 UAH"."""
    number = format_number(language, amount)
    if currency in _LEADING_SIGNS:
        return f"{_LEADING_SIGNS[currency]}{number}"
    local = currency == "PLN" or language in ("uk", "ru")
    return f"{number} {_SIGNS.get(currency, currency) if local else currency}"


def format_low(language: str, amount: Decimal, currency: str) -> str:
    """Return the lower of two amounts; a sign that follows stands once, after the higher."""
    is_before = currency in _LEADING_SIGNS
    return format_money(language, amount, currency) if is_before else format_number(language, amount)


def format_duration(language: str, minutes: int) -> str:
    """Return "1 година 30 хвилин"."""
    hours, rest = divmod(minutes, 60)
    parts = [(hours, "duration-hour")] if hours else []
    if rest or not hours:
        parts.append((rest, "duration-minute"))
    return " ".join(format_unit(count, unit, "long", locale=_locale(language)) for count, unit in parts)


def join_words(language: str, words: Sequence[str]) -> str:
    """Return "a, b і c"."""
    return format_list(words, locale=_locale(language))


def capitalise(text: str) -> str:
    """Raise the first letter only."""
    return text[:1].upper() + text[1:]
