"""The understanding of a client's messages, as the JSON that the request's schema asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..wire import Json
from .catalogue import find_services, find_specialist
from .dates import WEEKDAYS, Dates, find_dates
from .intents import answer_to_proposal, explicit_intent, soft_intent
from .language import detect
from .people import find_guest, find_own_name, find_phone, without_names, without_phones
from .request import Asked
from .times import Times, find_times
from .words import has_any

LOOK_BACK = 8  # earlier messages that may still belong to the same wish
_DONE = re.compile(
    r"✅|записан[оаі]|вас записа|скасован|отмен[её]н|перенесен|перенесли|booked|cancell?ed|moved to|"
    r"confirmed|"
    r"zapisan|odwołan|przełożon|potwierdzon",
    re.IGNORECASE,
)
_ALL = ("обидва", "всі", "усі", "оба", "все", "all", "both", "wszystkie", "обе")


@dataclass(slots=True)
class Reading:
    """What one text says."""

    text: str
    intent: str = ""
    services: list[int] = field(default_factory=list)
    specialist: int | None = None
    dates: Dates = field(default_factory=Dates)
    times: Times = field(default_factory=Times)

    @property
    def substance(self) -> bool:
        """Whether it names something to book."""
        return bool(
            self.services or self.dates.spans or self.times.start or self.times.end or self.specialist
        )


def read_text(text: str, at: datetime, asked: Asked) -> Reading:
    """Read one text by the clock at which it was received."""
    bare = without_names(without_phones(text))
    dates = find_dates(bare, at.date())
    return Reading(
        text=text,
        intent=explicit_intent(text),
        services=find_services(bare, asked.services),
        specialist=find_specialist(bare, asked.specialists),
        dates=dates,
        times=find_times(dates.rest),
    )


def understand(asked: Asked) -> Json:
    """The understanding of the unanswered messages."""
    text = "\n".join(said.text for said in asked.said)
    at = asked.said[-1].at if asked.said else asked.now
    current = read_text(_picked(text, asked), at, asked)
    answer = answer_to_proposal(text) if asked.facts.get("open_proposal") else "none"
    if answer == "yes" and (current.intent or (current.dates.spans or current.times.start)):
        answer = "no"  # "yes, but at four" is no consent to what was proposed
    wish = (
        _merge(current, asked) if answer != "yes" and current.intent in ("", "change", "cancel") else current
    )
    intent = wish.intent or soft_intent(text, substance=wish.substance)
    if intent == "unclear" and (find_own_name(text) or find_phone(text)):
        intent = "smalltalk"
    if answer != "none" and not wish.substance and not wish.intent:
        intent = "book"
    visits = _visits(wish, current, intent, asked)
    first, last = _span(wish, intent)
    guest, phone = find_guest(text), find_phone(text)
    return {
        "intent": intent,
        "service_ids": wish.services,
        "specialist_id": wish.specialist,
        "date_from": first.isoformat() if first else None,
        "date_to": last.isoformat() if last else None,
        "weekday": _weekday(wish, intent),
        "time_from": wish.times.start,
        "time_to": wish.times.end,
        "exact_time": wish.times.exact,
        "answer": answer,
        "booking_ids": visits,
        "guest_name": guest,
        "guest_phone": phone if guest else None,
        "client_name": find_own_name(text),
        "client_phone": None if guest else phone,
        "language": detect(text, asked.language),
    }


def _picked(text: str, asked: Asked) -> str:
    """A lone number picks a line of the last numbered list."""
    number = re.fullmatch(r"\s*(\d{1,2})[.)]?\s*", text)
    last = next((line for role, line in reversed(asked.history) if role == "assistant"), "")
    if number:
        line = re.search(rf"^\s*{number[1]}[.)]\s*(.+)$", last, re.MULTILINE)
        if line:
            return line[1]
    return text


def _merge(current: Reading, asked: Asked) -> Reading:
    """The current text completed by what the client said earlier about the same wish."""
    wish = Reading(
        current.text, current.intent, list(current.services), current.specialist, current.dates, current.times
    )
    time_given, date_given = bool(wish.times.start or wish.times.end), bool(wish.dates.spans)
    for role, text in reversed(asked.history[-LOOK_BACK:]):
        if role != "user":
            if _DONE.search(text):
                break
            continue
        earlier = read_text(text, asked.now, asked)
        if earlier.intent in ("cancel", "my_bookings", "human", "stop") and current.intent != earlier.intent:
            if earlier.intent == "cancel" and not current.intent and not wish.times.start:
                wish.intent = wish.intent or "cancel"
            break
        if earlier.intent == "change" and not wish.intent:
            wish.intent = "change"
        wish.services = wish.services or earlier.services
        wish.specialist = wish.specialist or earlier.specialist
        if not wish.dates.spans and earlier.dates.spans:
            wish.dates = earlier.dates
        if not time_given and not (date_given and earlier.dates.spans) and not wish.times.start:
            wish.times = earlier.times
    introduced = find_own_name(current.text) or find_phone(current.text)
    if not (current.substance or current.intent or introduced or _continues(current.text)):
        return current  # a greeting or thanks does not take an old wish up again
    return wish


def _continues(text: str) -> bool:
    return has_any(
        text, ("запис", "запиш", "book", "хочу", "want", "будь", "any", "все одно", "неважно", "люб")
    )


def _span(wish: Reading, intent: str) -> tuple[date | None, date | None]:
    """The days wished; a move names the new day last."""
    if not wish.dates.spans:
        return None, None
    return wish.dates.spans[-1] if intent == "change" else (wish.dates.spans[0][0], wish.dates.spans[-1][1])


def _weekday(wish: Reading, intent: str) -> str | None:
    """The weekday by which the client called the day wished, even where it contradicts the date."""
    if not wish.dates.named:
        return None
    named = wish.dates.named[-1 if intent == "change" else 0]
    return None if named is None else WEEKDAYS[named]


def _visits(wish: Reading, current: Reading, intent: str, asked: Asked) -> list[int]:
    """The ids of the client's own visits that are meant."""
    if intent not in ("cancel", "change"):
        return []
    visits = asked.visits
    if len(visits) <= 1 or has_any(current.text, _ALL):
        return [int(visit["id"]) for visit in visits]
    spans = wish.dates.spans[:-1] if intent == "change" else wish.dates.spans
    fitting = [visit for visit in visits if _fits(visit, wish, spans, intent, asked)]
    narrowed = bool(wish.services or wish.specialist or spans or (intent == "cancel" and wish.times.exact))
    return [int(visit["id"]) for visit in fitting] if narrowed and len(fitting) == 1 else []


def _fits(visit: Json, wish: Reading, spans: list[tuple[date, date]], intent: str, asked: Asked) -> bool:
    start = datetime.fromisoformat(str(visit["start"])).replace(tzinfo=None)
    if wish.services and not set(wish.services) & _ids(visit, "service", asked.services):
        return False
    if wish.specialist and wish.specialist not in _ids(visit, "specialist", asked.specialists):
        return False
    if spans and not any(first <= start.date() <= last for first, last in spans):
        return False
    return not (intent == "cancel" and wish.times.exact and start.strftime("%H:%M") != wish.times.start)


def _ids(visit: Json, what: str, catalogue: list[Json]) -> set[int]:
    """The catalogue ids of a visit's service or specialist, given by id, by name or as an object."""
    value: Any = visit.get(f"{what}_id") or visit.get(what)
    if isinstance(value, dict):
        value = value.get("id") or value.get("name")
    return {int(entry["id"]) for entry in catalogue if value in (entry["id"], entry.get("name"))}
