"""Times of day in words and figures."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The hour words with their case forms; "сьомій" and "седьмого" both begin with a stem.
_HOURS: tuple[str, ...] = (
    r"перш\w*|перв\w*|час[уа]? дня|one|pierwsz\w*",
    r"друг[аіуо]\w*|втор(?:ого|ой|ому)|два|две|дві|two|drug\w*",
    r"трет\w*|три|three|trzeci\w*",
    r"четвертій|четверту|четвертого|чотири|четыре|four|czwartej",
    r"п[яь]?ят(?:ій|у|ого|ой|ь|и)|five|pi[aą]tej",
    r"шост\w*|шест\w*|шість|six|sz[oó]st\w*",
    r"сьом\w*|седьм\w*|сім|семь|seven|si[oó]dm\w*",
    r"восьм\w*|вісім|восемь|eight|[oó]sm\w*",
    r"дев[яь]?ят\w*|девят\w*|nine|dziewi[aą]t\w*",
    r"десят\w*|ten|dziesi[aą]t\w*",
    r"одинадц\w*|одиннадц\w*|eleven|jedenast\w*",
    r"дванадц\w*|двенадц\w*|twelve|dwunast\w*",
)
_AT = r"(?:\b(?:о|об|в|во|у|на|к|at|o|godz\w*|for)\s+|@\s*)"
_PARTS: tuple[tuple[str, str, str], ...] = (
    (r"зран[ку]\w*|вранці|ранку|утр\w*|morning|rano", "09:00", "12:00"),
    (r"в обід|обід\w*|обед\w*|noon|lunch\w*|w po[lł]udnie", "12:00", "14:00"),
    (r"вдень|удень|днем|afternoon|po po[lł]udniu|после обеда", "12:00", "17:00"),
    (r"ввечері|увечері|вечор\w*|вечер\w*|evening|wiecz\w*", "17:00", "21:00"),
)
_FROM = r"\b(?:після|після|после|не раніше|не раньше|after|po|od|from|з|с)\s+"
_TO = r"\b(?:до|before|until|przed|не пізніше|by|по)\s+"
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?"


@dataclass(slots=True)
class Times:
    """What a text says about the time of day, as HH:MM."""

    start: str | None = None
    end: str | None = None
    exact: bool = False


def find_times(text: str) -> Times:
    """The time of day a folded text names; give it the text without its dates."""
    evening = bool(re.search(r"вечор\w*|вечер\w*|evening|wiecz\w*|\bдня\b|pm\b|po po[lł]udniu", text))
    morning = bool(re.search(r"ранку|утра|вранці|morning|\brano\b", text))
    window = _window(text, evening=evening, morning=morning)
    if window is not None:
        return window
    exact = _half(text, evening=evening) or _clock(text, evening=evening, morning=morning)
    if exact is None:
        exact = _hour_word(text, evening=evening, morning=morning)
    if exact is not None:
        return Times(exact, None, True)
    for pattern, start, end in _PARTS:
        if re.search(rf"\b(?:{pattern})\b", text):
            return Times(start, end, False)
    return Times()


def _hhmm(hour: int, minute: int, mark: str | None, *, evening: bool, morning: bool) -> str | None:
    """A salon's hour: 1 to 7 without a word for the half of the day is an afternoon."""
    if mark:
        hour = hour % 12 + (12 if mark.startswith("p") else 0)
    elif hour < 12 and not morning and (evening or 1 <= hour <= 7):
        hour += 12
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _window(text: str, *, evening: bool, morning: bool) -> Times | None:
    def clock(match: re.Match[str]) -> str | None:
        return _hhmm(int(match[1]), int(match[2] or 0), match[3], evening=evening, morning=morning)

    start = re.search(_FROM + _CLOCK + r"(?![\d.:])", text)
    end = re.search(_TO + _CLOCK + r"(?![\d.:])", text)
    if start is None and end is None:
        return None
    return Times(clock(start) if start else None, clock(end) if end else None, False)


def _half(text: str, *, evening: bool) -> str | None:
    """Half past: "о пів на сьому", "в полседьмого", "half past six", "o wpół do siódmej"."""
    for number, hour in enumerate(_HOURS, 1):
        named = rf"(?:{hour}|{number})"
        before = rf"(?:пів на|пів до|половин\w*|пол-?|wp[oó][lł] do)\s*{named}\b"
        if re.search(rf"\b{before}", text):
            return _hhmm(number - 1 or 12, 30, None, evening=evening or number - 1 < 8, morning=False)
        if re.search(rf"\bhalf past {named}\b", text):
            return _hhmm(number, 30, None, evening=evening, morning=False)
    return None


def _clock(text: str, *, evening: bool, morning: bool) -> str | None:
    patterns = (
        r"(?<![\d.:+])(\d{1,2})[:.](\d{2})(?![\d.])\s*(am|pm)?",
        r"(?<![\d.:+])(\d{1,2})()\s*(am|pm)\b",
        rf"{_AT}(\d{{1,2}})()()(?:-?(?:ї|й|ій|ту|тій|ту|му|ma|te[jy]))?(?![\d.:/])(?!\s*(?:дні|дней|тижн|недел|числ|day))",
        r"(?<![\d.:+])(\d{1,2})()()\s*(?:год\w*|час(?:ов|а|ів)?|godz\w*|o'?clock|h)\b",
        r"^\s*(\d{1,2})()()\s*[?.!]*\s*$",
    )
    for pattern in patterns:
        for match in reversed(list(re.finditer(pattern, text))):  # a move names the new time last
            value = _hhmm(
                int(match[1]), int(match[2] or 0), match[3] or None, evening=evening, morning=morning
            )
            if value and int(match[1]) < 24:
                return value
    return None


def _hour_word(text: str, *, evening: bool, morning: bool) -> str | None:
    for number, hour in reversed(list(enumerate(_HOURS, 1))):
        if re.search(rf"{_AT}(?:{hour})\b", text):
            return _hhmm(number, 0, None, evening=evening, morning=morning)
    return None
