"""Answers as data: names instead of ids, put into the form that a request asks for.

    understand: {book: Manicure, with: Anna, day: 2026-06-10, at: "17:00"}
    propose_booking: [{service: Manicure, specialist: Anna, start: "2026-06-10 17:00"}]
    say: "Which day suits you?"

Ids are looked up in the request itself. Whoever changes the form of the product's requests changes this file
and `claude_asked`, and no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from .claude_asked import RESPOND, UNDERSTAND, Asked
from .wire import Json

SOLE = "the only one"  # of the client's visits; none if there are several
SHOWN = 6
Name = str | int  # a name of the catalogue, or an id for those who want a wrong one


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | None) else [value]


def _window(value: Any) -> Any:
    """Read "12:00-17:00", "14:00-" or "-12:00"."""
    found = re.fullmatch(r"(\d\d:\d\d)?-(\d\d:\d\d)?", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('write a part of a day as "12:00-17:00", "14:00-" or "-12:00"')
    return found[1], found[2]


Names = Annotated[list[Name] | None, BeforeValidator(_listed)]
Days = Annotated[list[date | int | str], BeforeValidator(_listed), Field(max_length=2)]  # an int: days ahead
Window = Annotated[tuple[str | None, str | None], BeforeValidator(_window)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class WishData(_Data):
    """What a message means. `change` and `cancel` name visits by their service; empty: not said which.

    `about` are the services of a change or a question; `at` is one moment, `time` a part of the day.
    """

    book: Names = None
    change: Names = None
    cancel: Names = None
    wants: Literal["my_bookings", "question", "smalltalk", "human", "stop", "unclear"] = "unclear"
    about: Names = None
    specialist: Name | None = Field(default=None, alias="with")
    day: Days = []
    weekday: str | None = None
    at: str | None = None
    time: Window = (None, None)
    answer: Literal["yes", "no", "none"] = "none"
    guest: str | None = Field(default=None, alias="for")
    guest_phone: str | None = None
    name: str | None = None
    phone: str | None = None
    language: str = ""

    @model_validator(mode="after")
    def _is_one_wish(self) -> WishData:
        if sum(given is not None for given in (self.book, self.change, self.cancel)) > 1:
            raise ValueError("one of book, change, cancel")
        return self

    @property
    def intent(self) -> str:
        """The wish in one word."""
        given = {"book": self.book, "change": self.change, "cancel": self.cancel}
        return next((name for name, value in given.items() if value is not None), self.wants)


class ItemData(_Data):
    """One service of a proposed visit."""

    service: Name
    specialist: Name | None = None
    start: str


class ChangeData(_Data):
    """A proposed change of a visit; what is not given stays."""

    visit: Name
    service: Name | None = None
    specialist: Name | None = None
    start: str | None = None


class SearchData(_Data):
    """A search for free starts."""

    services: Annotated[list[Name], BeforeValidator(_listed)]
    specialist: Name | None = None
    day: Days = []
    time: Window = (None, None)


class AnswerData(_Data):
    """One answer of the model: exactly one field. In `say`, {slots} stands for the free starts it was given.

    `call` is a tool's input as it stands, {name: input}; `raw` an answer in the short form of rules, `status`
    an error.
    """

    understand: WishData | None = None
    say: str | None = None
    find_slots: SearchData | None = None
    propose_booking: Annotated[list[ItemData] | None, BeforeValidator(_listed)] = None
    propose_change: ChangeData | None = None
    propose_cancel: Names = None
    ask_human: str | None = None
    call: dict[str, Any] | None = None
    raw: dict[str, Any] | None = None
    status: int | None = None

    @model_validator(mode="after")
    def _is_one(self) -> AnswerData:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"one of {', '.join(type(self).model_fields)}")
        return self

    @property
    def kind(self) -> str | None:
        """The kind of request that it answers; None: any."""
        if self.status is not None or self.raw is not None:
            return None
        return UNDERSTAND if self.understand is not None else RESPOND

    def names(self) -> Iterator[tuple[str, Name]]:
        """What it names of the catalogue: ("service" or "specialist", name)."""
        wish, items = self.understand, [*(self.propose_booking or [])]
        for name in [*((wish.book or []) if wish else []), *((wish.about or []) if wish else [])]:
            yield "service", name
        services = [item.service for item in items] + (self.find_slots.services if self.find_slots else [])
        yield from (("service", name) for name in services)
        people = [wish, self.find_slots, self.propose_change, *items]
        yield from (("specialist", one.specialist) for one in people if one and one.specialist is not None)


def answer_of(data: AnswerData, asked: Asked, more_visits: Mapping[str, int] | None = None) -> Json:
    """The answer in the short form of rules. `more_visits` are ids of visits that the request does not name.

    Raises ValueError for a name that the request does not know.
    """
    ids = _Ids(asked, more_visits or {})
    if data.raw is not None:
        return data.raw
    if data.understand is not None:
        return {"json": _form(data.understand, asked, ids)}
    if data.say is not None:
        return {"text": data.say.replace("{slots}", _slot_lines(asked))}
    if data.call is not None:
        return {"tools": [{"name": name, "input": given} for name, given in data.call.items()]}
    name = next(iter(data.model_fields_set))
    return {"tools": [{"name": name, "input": _tool_input(data, asked, ids)}]}


class _Ids:
    """Finds ids by names."""

    def __init__(self, asked: Asked, more_visits: Mapping[str, int]) -> None:
        self._asked, self._more = asked, more_visits

    def service(self, name: Name) -> int:
        return _id(name, self._asked.services)

    def specialist(self, name: Name | None) -> int | None:
        return None if name is None else _id(name, self._asked.specialists)

    def visits(self, names: list[Name]) -> list[int]:
        return [found for name in names for found in self._visit(name)]

    def _visit(self, name: Name) -> list[int]:
        own = self._asked.visits
        if isinstance(name, int):
            return [name]
        if name in self._more:
            return [self._more[name]]
        if name == SOLE:
            return [own[0]["id"]] if len(own) == 1 else []
        found = [visit["id"] for visit in own if visit["service"] == name]
        if len(found) != 1:
            raise ValueError(f"the client has {len(found)} visits of {name}")
        return found


def _id(name: Name, rows: list[Json]) -> int:
    if isinstance(name, int):
        return name
    for row in rows:
        if row["name"] == name:
            return int(row["id"])
    raise ValueError(f"the catalogue has no {name}")


def _day(value: date | int | str, asked: Asked) -> str:
    return str(asked.day + timedelta(days=value)) if isinstance(value, int) else str(value)


def _span(days: list[date | int | str], asked: Asked) -> tuple[str | None, str | None]:
    return (_day(days[0], asked), _day(days[-1], asked)) if days else (None, None)


def _start(text: str) -> str:
    return text.replace(" ", "T")


def _form(wish: WishData, asked: Asked, ids: _Ids) -> Json:
    first, last = _span(wish.day, asked)
    return {
        "intent": wish.intent,
        "service_ids": [ids.service(name) for name in [*(wish.book or []), *(wish.about or [])]],
        "specialist_id": ids.specialist(wish.specialist),
        "date_from": first,
        "date_to": last,
        "weekday": wish.weekday,
        "time_from": wish.at or wish.time[0],
        "time_to": wish.time[1],
        "exact_time": wish.at is not None,
        "answer": wish.answer,
        "booking_ids": ids.visits([*(wish.change or []), *(wish.cancel or [])]),
        "guest_name": wish.guest,
        "guest_phone": wish.guest_phone,
        "client_name": wish.name,
        "client_phone": wish.phone,
        "language": wish.language or asked.language,
    }


def _tool_input(data: AnswerData, asked: Asked, ids: _Ids) -> Json:
    if data.find_slots is not None:
        wish = data.find_slots
        first, last = _span(wish.day, asked)
        return {
            "service_ids": [ids.service(name) for name in wish.services],
            "specialist_id": ids.specialist(wish.specialist),
            "date_from": first,
            "date_to": last,
            "time_from": wish.time[0],
            "time_to": wish.time[1],
        }
    if data.propose_booking is not None:
        items = [
            {
                "service_id": ids.service(item.service),
                "specialist_id": ids.specialist(item.specialist),
                "start": _start(item.start),
            }
            for item in data.propose_booking
        ]
        return {"items": items, "guest_name": None, "guest_phone": None}
    if data.propose_change is not None:
        change = data.propose_change
        return {
            "booking_id": ids.visits([change.visit])[0],
            "service_id": None if change.service is None else ids.service(change.service),
            "specialist_id": ids.specialist(change.specialist),
            "start": _start(change.start) if change.start else None,
        }
    if data.propose_cancel is not None:
        return {"booking_ids": ids.visits(data.propose_cancel)}
    return {"reason": data.ask_human}


def _slot_lines(asked: Asked) -> str:
    """Free starts as lines; dates in figures belong to no language."""
    lines = [
        f"• {datetime.fromisoformat(slot['start']):%d.%m.%Y %H:%M} {slot.get('specialist') or ''}".rstrip()
        for slot in asked.slots[:SHOWN]
    ]
    return "\n".join(lines)
