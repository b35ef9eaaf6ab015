"""Answers that were given as data, put into the form that a request asks for; ids are looked up in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from botbackend.workshop.sandbox.claude.answers.asked import Asked
from botbackend.workshop.sandbox.claude.answers.data import SOLE, AnswerData, Name, WishData
from botbackend.workshop.sandbox.wire import Json

SHOWN = 6
_NAMED = re.compile(r"\{(free|price|length|visit) ([^}|]+)(?:\|(\w+))?\}")


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
