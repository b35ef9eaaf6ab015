"""Dates, times, money and lengths of time as people write them in each language."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from ai.texts import fill, texts_of
from ai.wording.plurals import counted

_SIGNS = {"UAH": "грн", "PLN": "zł", "RUB": "руб."}
_LEADING_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_NARROW_SPACE = "\u00a0"


def format_time(moment: time | datetime) -> str:
    """Return "09:30"."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def format_at(language: str, moment: time | datetime) -> str:
    """Return the time with its preposition: о 17:00, об 11:00, в 17:00, at 17:00, o 17:00."""
    key = "at_vowel" if moment.hour == 11 else "at"
    return fill(texts_of(language).formats[key], {"time": format_time(moment)})


def format_range(language: str, first: time, last: time) -> str:
    """Return "з 09:00 до 18:00"."""
    closing = "24:00" if (last.hour, last.minute) == (23, 59) else format_time(last)
    return fill(texts_of(language).formats["from_to"], {"first": format_time(first), "last": closing})


def format_date(language: str, day: date, *, today: date | None = None) -> str:
    """Return "25 листопада", with the year when it is not this one."""
    texts = texts_of(language)
    key = "date_year" if today and day.year != today.year else "date"
    values = {"day": str(day.day), "month": texts.months[day.month - 1], "year": str(day.year)}
    return fill(texts.formats[key], values)


def format_day(language: str, day: date, *, today: date | None = None) -> str:
    """Return "вівторок, 25 листопада"."""
    texts = texts_of(language)
    dated = format_date(language, day, today=today)
    return fill(texts.formats["day"], {"weekday": texts.weekdays[day.weekday()], "date": dated})


def format_on_day(language: str, day: date, *, today: date | None = None) -> str:
    """Return "у вівторок, 25 листопада"."""
    texts = texts_of(language)
    dated = format_date(language, day, today=today)
    return fill(texts.formats["on_day"], {"on_weekday": texts.on_weekdays[day.weekday()], "date": dated})


def format_when(language: str, moment: datetime, *, today: date | None = None) -> str:
    """Return "у вівторок, 25 листопада, о 17:00"; `moment` is in the salon's zone."""
    texts = texts_of(language)
    values = {
        "on_weekday": texts.on_weekdays[moment.weekday()],
        "date": format_date(language, moment.date(), today=today),
        "at": format_at(language, moment),
    }
    return fill(texts.formats["when"], values)


def format_number(language: str, number: Decimal) -> str:
    """Return 700, 700,50 or 12 000; the dot and the comma are English."""
    whole = number == number.to_integral_value()
    text = f"{number:.0f}" if whole else f"{number:.2f}"
    if abs(number) >= 10000:
        text = f"{number:,.0f}" if whole else f"{number:,.2f}"
    if language == "en":
        return text
    return text.replace(",", _NARROW_SPACE).replace(".", ",")


def format_money(language: str, amount: Decimal, currency: str) -> str:
    """Return "700 грн", "$20", "200 zł", "700 UAH"."""
    number = format_number(language, amount)
    if currency in _LEADING_SIGNS:
        return f"{_LEADING_SIGNS[currency]}{number}"
    local = currency == "PLN" or language in ("uk", "ru")
    return f"{number} {_SIGNS.get(currency, currency) if local else currency}"


def format_duration(language: str, minutes: int) -> str:
    """Return "1 година 30 хвилин"."""
    hours, rest = divmod(minutes, 60)
    parts = [counted(language, "hours", hours)] if hours else []
    if rest or not hours:
        parts.append(counted(language, "minutes", rest))
    return " ".join(parts)


def join_words(language: str, words: Sequence[str]) -> str:
    """Return "a, b і c"."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + texts_of(language).formats["and"] + words[-1]


def capitalise(text: str) -> str:
    """Raise the first letter only."""
    return text[:1].upper() + text[1:]
