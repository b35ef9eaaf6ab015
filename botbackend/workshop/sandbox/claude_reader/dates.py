"""Dates in Ukrainian, Russian, English and Polish words and figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from .words import fold

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_STEMS: tuple[tuple[str, int], ...] = (
    (r"понеділ\w*|понедел\w*|monday|mon|poniedzia\w*|пн", 0),
    (r"вівтор\w*|вторн\w*|tuesday|tues?|wtor\w*|вт", 1),
    (r"серед[ауиі]\w*|сред[ауые]\w*|wednesday|wed|[sś]rod[aęe]\w*|środ\w*|ср", 2),
    (r"четвер\w*|thursday|thu|thurs|czwart\w*|чт", 3),
    (r"п[яь]?ятниц\w*|friday|fri|pi[aą]t\w*|пт", 4),
    (r"субот\w*|суббот\w*|saturday|sat|sobot\w*|сб", 5),
    (r"неділ[яюіею]\w*|воскрес\w*|sunday|sun|niedziel\w*|вс|нд", 6),
)
_MONTHS: tuple[str, ...] = (
    r"січ|янв|jan|stycz", r"лют|фев|feb|lut", r"берез|март|mar|marz?c", r"квіт|апр|apr|kwie",
    r"трав|ма[йя]|may|maj", r"черв|июн|jun|czerw", r"лип|июл|jul|lip", r"серп|авг|aug|sierp",
    r"верес|сент|sep|wrze", r"жовт|окт|oct|pa[zź]dz", r"листоп|нояб|nov|listop", r"груд|дек|dec|grud",
)  # fmt: skip
_NEXT = r"(?:наступн\w*|следующ\w*|next|nast[eę]pn\w*|przysz[lł]\w*)"


@dataclass(slots=True)
class Dates:
    """What a text says about days. `named` holds the weekday by which each span was called, or None."""

    spans: list[tuple[date, date]] = field(default_factory=list)
    named: list[int | None] = field(default_factory=list)
    rest: str = ""  # the text without the date words, for the time reader


def find_dates(text: str, today: date) -> Dates:
    """The days a text names, in its order."""
    folded = fold(text)
    found: list[tuple[int, date, date]] = []
    folded = _figures(folded, today, found)
    folded = _month_names(folded, today, found)
    dates = len(found)
    folded = _relative(folded, today, found)
    folded, weekdays = _weekdays(folded, today)
    if dates == 1 and len(weekdays) == 1:  # "Friday, 25 November": one day, called twice
        return Dates([(first, last) for _, first, last in found], [weekdays[0][1].weekday()], folded)
    spans: list[tuple[int, date, date, int | None]] = [(*span, None) for span in found]
    spans += [(place, day, day, day.weekday()) for place, day in weekdays]
    spans.sort(key=lambda item: item[0])
    return Dates([(first, last) for _, first, last, _ in spans], [name for *_, name in spans], folded)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _day(day: int, month: int, year: int | None, today: date) -> date | None:
    """The date, in the year given or in the nearest that is not past."""
    try:
        if year is not None:
            return date(year + 2000 if year < 100 else year, month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _figures(text: str, today: date, found: list[tuple[int, date, date]]) -> str:
    for match in re.finditer(r"(?<![\d:.])(\d{4})-(\d{2})-(\d{2})(?!\d)", text):
        day = _day(int(match[3]), int(match[2]), int(match[1]), today)
        if day:
            found.append((match.start(), day, day))
            text = _blank(text, *match.span())
    pattern = r"(?<![\d:.])(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?(?![\d:])"
    for match in re.finditer(pattern, text):
        before = text[: match.start()].rstrip()
        if not match[3] and re.search(r"(?:^|\s)(?:о|об|at|o|@|godz)$", before):
            continue  # "о 10.10" is a time
        day = _day(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, today)
        if day:
            found.append((match.start(), day, day))
            text = _blank(text, *match.span())
    return text


def _month_names(text: str, today: date, found: list[tuple[int, date, date]]) -> str:
    for number, stem in enumerate(_MONTHS, 1):
        name = rf"(?:{stem})[а-яіїєa-zćńóśźż]*"
        day_first = rf"(?<!\d)(\d{{1,2}})(?:-?(?:го|е|th|st|nd|rd))?\s+(?:of\s+)?{name}\b(?:\s+(20\d\d))?"
        month_first = rf"\b{name}\s+(\d{{1,2}})(?:th|st|nd|rd)?\b(?!:)(?:,?\s+(20\d\d))?"
        for pattern in (day_first, month_first):
            for match in re.finditer(pattern, text):
                day = _day(int(match[1]), number, int(match[2]) if match[2] else None, today)
                if day:
                    found.append((match.start(), day, day))
                    text = _blank(text, *match.span())
    return text


def _week(today: date, weeks: int) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return max(monday, today), monday + timedelta(days=6)


def _relative(text: str, today: date, found: list[tuple[int, date, date]]) -> str:
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    weekend = (saturday, saturday + timedelta(days=1))

    def after(days: int) -> tuple[date, date]:
        return today + timedelta(days=days), today + timedelta(days=days)

    fixed: tuple[tuple[str, tuple[date, date]], ...] = (
        (r"післязавтра|послезавтра|day after tomorrow|pojutrze|pisliazavtra", after(2)),
        (r"завтра\w*|tomorrow|tmrw|jutro|zavtra", after(1)),
        (r"сьогодні\w*|сегодня\w*|today|tonight|dzi[sś]\w*|siogodni|segodn[iy]a", after(0)),
        (rf"(?:на\s+)?{_NEXT}\s+(?:тижн\w*|недел\w*|week|tydzie\w*|tygod\w*)", _week(today, 1)),
        (r"(?:цього|цьому|этой|this|tym)\s+(?:тижн\w*|недел\w*|week|tygod\w*)", _week(today, 0)),
        (r"вихідн\w*|выходн\w*|weekend\w*", weekend),
        (r"через\s+(?:тиждень|неделю)|in a week|za tydzie[nń]", after(7)),
    )
    for pattern, (first, last) in fixed:
        for match in re.finditer(rf"\b(?:{pattern})\b", text):
            found.append((match.start(), first, last))
            text = _blank(text, *match.span())
    for match in re.finditer(r"\b(?:через|in|za)\s+(\d{1,2})\s+(?:дн\w*|ден\w*|days?|dni)\b", text):
        first, last = after(int(match[1]))
        found.append((match.start(), first, last))
        text = _blank(text, *match.span())
    return text


def _weekdays(text: str, today: date) -> tuple[str, list[tuple[int, date]]]:
    """The weekdays named, each as the next such day, with their places."""
    found: list[tuple[int, date]] = []
    for pattern, number in _DAY_STEMS:
        for match in re.finditer(rf"(?P<next>{_NEXT}\s+)?\b(?:{pattern})\b", text):
            ahead = (number - today.weekday() - 1) % 7 + 1
            day = today + timedelta(days=ahead)
            if match["next"] and day.isocalendar()[:2] == today.isocalendar()[:2]:
                day += timedelta(days=7)
            text = _blank(text, *match.span())
            found.append((match.start(), day))
    return text, found
