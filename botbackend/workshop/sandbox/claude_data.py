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
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from .claude_asked import RESPOND, UNDERSTAND, Asked
from .wire import Json

SOLE = "the only one"  # of the client's visits; none if there are several
SHOWN = 6
_NAMED = re.compile(r"\{(free|price|length|visit) ([^}|]+)(?:\|(\w+))?\}")
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

    `about` are the services of a change; `at` is one moment, `time` a part of the day. `also` are further
    wishes of the same burst.
    """

    book: Names = None
    change: Names = None
    cancel: Names = None
    wants: Literal["none", "my_bookings", "question", "smalltalk", "human", "stop", "unclear"] = "none"
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
    to_answer: bool | None = None
    remark: str = ""
    remark_kind: Literal["health", "complaint", "request", "other"] = "request"
    also: list[WishData] = []

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

    @property
    def is_wish(self) -> bool:
        """Whether it wants something of the calendar."""
        return self.intent in ("book", "change", "cancel")


class ItemData(_Data):
    """One service of a proposed visit."""

    service: Name
    specialist: Name | None = None
    start: str
    guest: str = Field(default="", alias="for")


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
    """One answer of the model: exactly one field. In `say`, {slots} stands for the free starts it
    was given, {free 10:00|time}, {price Haircut}, {visit Manicure} for references; a proposal may carry one.

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
        others = len(self.model_fields_set - {"say"})
        if others > 1 or not self.model_fields_set:
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
    said = [] if data.say is None else [_said(data.say, asked)]
    if data.call is not None:
        return {"tools": [{"name": name, "input": given} for name, given in data.call.items()] + said}
    name = next(iter(data.model_fields_set - {"say"}), "")
    return {"tools": [*([{"name": name, "input": _tool_input(data, asked, ids)}] if name else []), *said]}


def _said(text: str, asked: Asked) -> Json:
    filled = text.replace("{slots}", _slot_lines(asked))
    named = _NAMED.sub(
        lambda found: f"{{{_ref(found[1], found[2], asked)}{f'.{found[3]}' if found[3] else ''}}}", filled
    )
    figures = set(re.findall(r"\d+", re.sub(r"\{[^}]*\}", "", named)))
    notes = [note["id"] for note in asked.notes if figures & set(re.findall(r"\d+", note["text"]))]
    return {"name": "say", "input": {"text": named, "notes": notes}}


def _ref(kind: str, name: str, asked: Asked) -> str:
    """The reference of a free start, a price, a length or a visit by its name."""
    if kind == "free":
        found = [slot["ref"] for slot in asked.slots if slot["start"].endswith(name.replace(" ", "T"))]
    elif kind == "visit":
        found = [visit["ref"] for visit in asked.visits if visit["service"] == name]
    else:
        found = [f"{kind[0]}{service['id']}" for service in asked.services if service["name"] == name]
    if not found:
        raise ValueError(f"the request knows no {kind} {name}")
    return str(found[0])


class _Ids:
    """Finds ids by names."""

    def __init__(self, asked: Asked, more_visits: Mapping[str, int]) -> None:
        self._asked, self._more = asked, more_visits

    def service(self, name: Name) -> int:
        return _id(name, self._asked.services)

    def specialist(self, name: Name | None) -> int:
        return 0 if name is None else _id(name, self._asked.specialists)

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


def _days(days: list[date | int | str], asked: Asked) -> list[Json]:
    return [{"from": _day(days[0], asked), "to": _day(days[-1], asked)}] if days else []


def _start(text: str) -> str:
    return text.replace(" ", "T")


def _form(wish: WishData, asked: Asked, ids: _Ids) -> Json:
    wishes = [one for one in (wish, *wish.also) if one.is_wish]
    talks = wish.wants in ("question", "smalltalk", "unclear")
    return {
        "wishes": [_wish(one, asked, ids) for one in wishes],
        "answer": wish.answer,
        "wants": wish.wants,
        "to_answer": (talks and not wishes) if wish.to_answer is None else wish.to_answer,
        "remark": {"kind": wish.remark_kind if wish.remark else "none", "text": wish.remark},
        "client_name": wish.name or "",
        "client_phone": wish.phone or "",
        "guest_phone": wish.guest_phone or "",
        "language": wish.language or asked.language,
    }


def _wish(wish: WishData, asked: Asked, ids: _Ids) -> Json:
    services = [ids.service(name) for name in [*(wish.book or []), *(wish.about or [])]]
    when = {
        "items": [_item(service, wish, ids) for service in services],
        "days": _days(wish.day, asked),
        "weekdays": [wish.weekday] if wish.weekday else [],
        "time_from": wish.at or wish.time[0] or "",
        "time_to": wish.time[1] or "",
        "exact": wish.at is not None,
    }
    visits = ids.visits([*(wish.change or []), *(wish.cancel or [])])
    return {"kind": wish.intent, "visits": visits} | when | _PLAIN_WISH


_PLAIN_WISH: Json = {"time_is": "start", "pick": "any", "at_once": False, "every_weeks": 0, "times": 0}


def _item(service: int, wish: WishData, ids: _Ids) -> Json:
    return {
        "services": [service],
        "specialist": ids.specialist(wish.specialist),
        "not_specialists": [],
        "for": wish.guest or "",
    }


def _tool_input(data: AnswerData, asked: Asked, ids: _Ids) -> Json:
    if data.find_slots is not None:
        wish = data.find_slots
        looked = WishData(book=wish.services, specialist=wish.specialist, day=wish.day)
        found = _wish(looked, asked, ids) | {"time_from": wish.time[0] or "", "time_to": wish.time[1] or ""}
        return {"wish": {name: value for name, value in found.items() if name not in ("kind", "visits")}}
    if data.propose_booking is not None:
        items = [
            {
                "service": ids.service(item.service),
                "specialist": ids.specialist(item.specialist),
                "start": _start(item.start),
                "for": item.guest,
            }
            for item in data.propose_booking
        ]
        return {"visits": [{"items": items}], "guest_phone": "", "note": ""}
    if data.propose_change is not None:
        change = data.propose_change
        return {
            "visit": ids.visits([change.visit])[0],
            "service": 0 if change.service is None else ids.service(change.service),
            "specialist": ids.specialist(change.specialist),
            "start": _start(change.start) if change.start else "",
        }
    if data.propose_cancel is not None:
        return {"visits": ids.visits(data.propose_cancel)}
    return {"reason": data.ask_human}


def _slot_lines(asked: Asked) -> str:
    """Free starts as lines of references."""
    return "\n".join(f"• {{{slot['ref']}}} {slot.get('who') or ''}".rstrip() for slot in asked.slots[:SHOWN])
