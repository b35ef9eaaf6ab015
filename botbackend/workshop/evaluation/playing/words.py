"""Days and times that a reply names, read with lists of its own: the product is not judged by its own."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

# Stems of the months, January to December, in Ukrainian, Russian, Polish and English.
_MONTHS = (
    ("січ", "янв", "stycz", "jan"),
    ("лют", "фев", "lut", "feb"),
    ("берез", "март", "mar"),
    ("квіт", "апр", "kwie", "apr"),
    ("трав", "мая", "maj", "may"),
    ("черв", "июн", "czerw", "jun"),
    ("лип", "июл", "lip", "jul"),
    ("серп", "авг", "sierp", "aug"),
    ("верес", "сент", "wrze", "sep"),
    ("жовт", "окт", "paźdz", "oct"),
    ("листопад", "нояб", "listopad", "nov"),
    ("груд", "декаб", "grud", "dec"),
)
_WEEKDAYS = (
    ("понеділ", "понедел", "poniedz", "monday"),
    ("вівтор", "вторн", "wtor", "tuesday"),
    ("серед", "сред", "środ", "wednesday"),
    ("четвер", "czwart", "thursday"),
    ("п'ятниц", "пятниц", "piąt", "friday"),
    ("субот", "суббот", "sobot", "saturday"),
    ("неділ", "воскрес", "niedziel", "sunday"),
)
_NEAR = (
    ("сьогодні", "сегодня", "today", "dzisiaj", "dziś"),
    ("завтра", "tomorrow", "jutro"),
    ("післязавтра", "послезавтра", "day after tomorrow", "pojutrze"),
)
_MONTH = "|".join(stem for stems in _MONTHS for stem in stems)
_DAY = re.compile(
    rf"(?<![\d:.])(?P<day>\d{{1,2}})(?:-?(?:го|th|st|nd|rd))?\s+(?P<month>{_MONTH})"
    rf"|\b(?P<name>{_MONTH})\w*\s+(?P<number>\d{{1,2}})(?![\d:])"
    r"|(?<![\d:.])(?P<plain>\d{1,2})\.(?P<of>\d{2})(?![\d])"
)
_TIME = re.compile(r"(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "‘": "'"})


@dataclass(frozen=True)
class Named:
    """A time of a text with the day it belongs to, None where the text does not say."""

    day: date | None
    time: str


def plain(text: str) -> str:
    """Return the text as it is searched: small letters, one apostrophe, no spaces within figures."""
    small = text.casefold().translate(_APOSTROPHES)
    return re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))", "", small)


def has_any(text: str, parts: list[str]) -> bool:
    """Say whether one of the parts stands in the text."""
    searched = plain(text)
    return any(plain(part) in searched for part in parts)


def named_times(text: str, today: date) -> list[Named]:
    """Return the times of a text, each with the nearest day named before it in its line, or after it."""
    found = []
    last: date | None = None
    for line in plain(text).split("\n"):
        days = _days(line, today)
        for hit in _TIME.finditer(line):
            before = [day for place, day in days if place < hit.start()]
            after = [day for place, day in days if place > hit.start()]
            last = before[-1] if before else last or (after[0] if after else None)
            found.append(Named(last, f"{int(hit[1]):02}:{hit[2]}"))
        last = days[-1][1] if days else last
    return found


def named_days(text: str, today: date) -> set[date]:
    """Return the days that a text names."""
    return {day for line in plain(text).split("\n") for _, day in _days(line, today)}


def _days(line: str, today: date) -> list[tuple[int, date]]:
    exact = [(hit.start(), _date(hit, today)) for hit in _DAY.finditer(line)]
    found = [(place, day) for place, day in exact if day is not None]
    if not found:
        found = [(line.find(word), today + timedelta(ahead)) for ahead, word in _near(line)]
        found += [
            (line.find(stem), today + timedelta((number - today.weekday()) % 7))
            for number, stems in enumerate(_WEEKDAYS)
            for stem in stems
            if stem in line
        ]
    return sorted(found)


def _near(line: str) -> list[tuple[int, str]]:
    for ahead in (2, 1, 0):  # the word for "tomorrow" is a part of that for the day after it
        words = [(ahead, word) for word in _NEAR[ahead] if word in line]
        if words:
            return words
    return []


def _date(hit: re.Match[str], today: date) -> date | None:
    day = int(hit["day"] or hit["number"] or hit["plain"])
    stem = hit["month"] or hit["name"]
    month = next((n for n, stems in enumerate(_MONTHS, 1) if stem in stems), 0) if stem else int(hit["of"])
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found >= today - timedelta(60):
            return found
    return None
