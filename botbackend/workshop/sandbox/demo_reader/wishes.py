"""What a client wants, by the words that the small reader knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from botbackend.workshop.sandbox.claude.answers.asked import Asked
from botbackend.workshop.sandbox.claude.answers.data import SOLE, WishData

from . import words

_AT = r"(?:\b(?:о|об|в|у|на|at|o|godz\w*)\s+)"
_CLOCKS = (
    r"(?<![\d.])(\d{1,2})[:.](\d{2})(?![\d.])",
    rf"{_AT}(\d{{1,2}})()(?![\d.:/])",
    r"^\s*(\d{1,2})()\W*$",
)


@dataclass
class Said:
    """What one text names; empty where it names nothing."""

    intent: str
    services: list[int]
    specialist: int | None
    day: date | None
    at: str
    part: str

    @property
    def substance(self) -> bool:
        return bool(self.services or self.specialist or self.day or self.at or self.part)


def understand(asked: Asked) -> WishData:
    """The wish of the unanswered messages, completed from what was said before about the same."""
    text = "\n".join(asked.said)
    said = _read(text, asked)
    answer = _answer(text) if asked.facts.get("open_proposal") else "none"
    if said.substance or said.intent in ("book", "change", "cancel"):
        answer = "no" if answer == "yes" else answer
        _complete(said, asked)
    fields: dict[str, Any] = {
        "specialist": said.specialist,
        "day": [said.day] if said.day else [],
        "at": said.at or None,
        "answer": answer,
        "language": words.find_language(text, asked.language),
    }
    if said.part and not said.at:
        fields["time"] = said.part
    return WishData(**fields, **_wanted(said, asked))


def _wanted(said: Said, asked: Asked) -> dict[str, Any]:
    intent = said.intent or ("book" if said.substance else "unclear")
    if intent == "book":
        return {"book": said.services}
    if intent in ("change", "cancel"):
        return {intent: _visits(said, asked)}
    return {"wants": intent, "about": said.services}


def _visits(said: Said, asked: Asked) -> list[int | str]:
    names = {row["id"]: row["name"] for row in asked.services}
    meant = {names[service] for service in said.services}
    found: list[int | str] = [visit["id"] for visit in asked.visits if visit["service"] in meant]
    return found if len(found) == 1 else [SOLE]


def _answer(text: str) -> str:
    folded = words.folded(text)
    return "yes" if re.search(words.YES, folded) else "no" if re.search(words.NO, folded) else "none"


def _read(text: str, asked: Asked) -> Said:
    folded = words.folded(text)
    intent = next((name for name, pattern in words.INTENTS.items() if re.search(pattern, folded)), "")
    services = words.find_services(text, asked.services)
    specialist = words.find_specialist(text, asked.specialists)
    day, rest = _find_day(folded, asked.day)
    part = next((window for window, pattern in words.PARTS.items() if re.search(pattern, rest)), "")
    said = Said(intent, services, specialist, day, _find_clock(rest), part)
    if intent in ("smalltalk", "question") and said.substance and "?" not in text:
        said.intent = "book"  # "hello, a haircut tomorrow"
    return said


def _complete(said: Said, asked: Asked) -> None:
    """Take from earlier messages what is missing, back to the last one of the salon that asked nothing."""
    for role, text in reversed(asked.earlier):
        if role == "assistant":
            if "?" not in text:
                return
            continue
        before = _read(text, asked)
        if not said.intent and before.intent in ("change", "cancel"):
            said.intent = before.intent
        said.services = said.services or before.services
        said.specialist = said.specialist or before.specialist
        said.day = said.day or before.day
        if not said.at and not said.part:
            said.at, said.part = before.at, before.part


def _find_day(text: str, today: date) -> tuple[date | None, str]:
    """The day, and the text without it, so that no date is taken for a time."""
    for ahead, pattern in words.DAYS.items():
        if re.search(pattern, text):
            return today + timedelta(days=ahead), re.sub(pattern, " ", text)
    found = re.search(r"(?<![\d:.])(\d{1,2})[./](\d{1,2})(?:[./]\d{2,4})?(?![\d:])", text)
    if found:
        return _date(int(found[1]), int(found[2]), today), text.replace(found[0], " ")
    for month, stem in enumerate(words.MONTHS, 1):
        found = re.search(
            rf"\b(\d{{1,2}})(?:th|st|nd|rd)?\s+(?:{stem})\w*|\b(?:{stem})\w*\s+(\d{{1,2}})\b", text
        )
        if found:
            return _date(int(found[1] or found[2]), month, today), text.replace(found[0], " ")
    for number, pattern in enumerate(words.WEEKDAYS.values()):
        if re.search(rf"\b(?:{pattern})", text):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1), text
    return None, text


def _date(day: int, month: int, today: date) -> date | None:
    try:
        found = date(today.year, month, day)
        return found if found >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _find_clock(text: str) -> str:
    half = re.search(r"(\d{1,2})(?::(\d\d))?\s*(am|pm)\b", text)
    if half:
        return f"{int(half[1]) % 12 + 12 * (half[3] == 'pm'):02d}:{half[2] or '00'}"
    for pattern in _CLOCKS:
        found = re.search(pattern, text)
        if found and int(found[1]) < 24 and int(found[2] or 0) < 60:
            return f"{int(found[1]):02d}:{found[2] or '00'}"
    return ""
