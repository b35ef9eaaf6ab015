"""The reader's part of the conversation: look up, propose, and phrase only what facts and tools say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ..wire import Json
from .intents import PRICE
from .phrases import say
from .request import Asked, ToolResult
from .understand import understand
from .words import has_any

SHOWN_SLOTS = 6


def respond(asked: Asked) -> Json:
    """A text or a tool call, as an answer in the script's short form."""
    seen: Json = asked.facts.get("understanding") or understand(asked)
    language = str(seen.get("language") or asked.language or "uk")
    if asked.results:
        return _after_tool(asked, seen, asked.results[-1], language)
    return _first(asked, seen, language)


def _text(name: str, language: str, **values: str) -> Json:
    return {"text": say(name, language, **values)}


def _tool(asked: Asked, name: str, arguments: Json, language: str) -> Json:
    if name not in asked.tools:
        return _text("human" if name == "ask_human" else "unclear", language)
    return {"tools": [{"name": name, "input": arguments}]}


# The first request of a turn
def _first(asked: Asked, seen: Json, language: str) -> Json:
    intent = str(seen.get("intent") or "unclear")
    if seen.get("answer") == "no" and not (seen.get("date_from") or seen.get("time_from")):
        return _text("declined", language)
    if intent == "book":
        return _book(asked, seen, language)
    if intent == "change":
        return _change(asked, seen, language)
    if intent == "cancel":
        return _cancel(asked, seen, language)
    if intent == "my_bookings":
        return _my_visits(asked, language)
    if intent == "question":
        return _question(asked, seen, language)
    if intent == "human":
        return _tool(asked, "ask_human", {"reason": "the client asks for a person"}, language)
    return _text({"smalltalk": "greeting", "stop": "stop"}.get(intent, "unclear"), language)


def _book(asked: Asked, seen: Json, language: str) -> Json:
    if not seen.get("service_ids"):
        names = "\n".join(f"• {service['name']}" for service in asked.services)
        return {"text": f"{say('which_service', language)}\n{names}".strip()}
    slots = _slots_of(asked.facts.get("slots"))
    if slots:
        return _offer(asked, seen, slots, language)
    return _tool(asked, "find_slots", _search(seen, list(seen["service_ids"])), language)


def _search(seen: Json, services: list[int]) -> Json:
    return {
        "service_ids": services,
        "specialist_id": seen.get("specialist_id"),
        "date_from": seen.get("date_from"),
        "date_to": seen.get("date_to"),
        "time_from": seen.get("time_from"),
        "time_to": seen.get("time_to"),
    }


def _change(asked: Asked, seen: Json, language: str) -> Json:
    visit = _meant(asked, seen)
    if visit is None:
        return _which(asked, language)
    if not (seen.get("date_from") or seen.get("time_from") or seen.get("specialist_id")):
        return _text("when_to", language)
    wanted = {**seen, "date_from": seen.get("date_from") or str(visit["start"])[:10]}
    wanted["date_to"] = seen.get("date_to") or wanted["date_from"]
    services = list(seen.get("service_ids") or []) or _visit_services(asked, visit)
    return _tool(asked, "find_slots", _search(wanted, services), language)


def _cancel(asked: Asked, seen: Json, language: str) -> Json:
    meant = [int(number) for number in seen.get("booking_ids") or []]
    if not meant:
        return _which(asked, language)
    return _tool(asked, "propose_cancel", {"booking_ids": meant}, language)


def _which(asked: Asked, language: str) -> Json:
    if not asked.visits:
        return _text("no_visits", language)
    return _text("which_visit", language, visits=_visit_lines(asked))


def _my_visits(asked: Asked, language: str) -> Json:
    if not asked.visits:
        return _text("no_visits", language)
    return _text("visits", language, visits=_visit_lines(asked))


def _question(asked: Asked, seen: Json, language: str) -> Json:
    text = "\n".join(said.text for said in asked.said)
    wanted = set(seen.get("service_ids") or [])
    priced = [s for s in asked.services if s.get("price") is not None and (not wanted or s["id"] in wanted)]
    if has_any(text, PRICE) and priced:
        lines = "\n".join(f"• {s['name']} — {s['price']} {s.get('currency') or ''}".rstrip() for s in priced)
        return _text("prices", language, prices=lines)
    return _tool(asked, "ask_human", {"reason": f"question: {text[:200]}"}, language)


# After a tool
def _after_tool(asked: Asked, seen: Json, result: ToolResult, language: str) -> Json:
    answer = result.answer
    if result.name == "ask_human":
        return _text("human", language)
    if result.name == "find_slots":
        slots = _slots_of(answer)
        if result.failed or not slots:
            following = _slots_of(answer.get("next"))
            return _list("taken", following, language) if following else _text("no_slots", language)
        return _offer(asked, seen, slots, language)
    if result.failed:
        return _list("taken", _alternatives(answer), language)
    return _text("confirm", language)  # the details stand on the card that the product renders


def _alternatives(answer: Json) -> list[Json]:
    error = answer.get("error")
    places: list[Any] = [answer.get("alternatives"), answer.get("slots"), answer.get("next")]
    if isinstance(error, dict):
        places += [error.get("alternatives"), error.get("slots")]
    return next((found for place in places if (found := _slots_of(place))), [])


def _slots_of(value: Any) -> list[Json]:
    if isinstance(value, dict):
        value = value.get("slots") or value.get("next")
    return [slot for slot in value or [] if isinstance(slot, dict) and slot.get("start")]


def _offer(asked: Asked, seen: Json, slots: list[Json], language: str) -> Json:
    """Propose the very slot that was asked for, else list what is free."""
    wanted = _wanted(seen, slots)
    if wanted is None:
        return _list("taken" if seen.get("exact_time") else "slots", slots, language)
    start = str(wanted["start"])[:16]
    if seen.get("intent") == "change":
        visit = _meant(asked, seen)
        arguments = {
            "booking_id": int(visit["id"]) if visit else 0,
            "service_id": (seen.get("service_ids") or [None])[0],
            "specialist_id": wanted.get("specialist_id"),
            "start": start,
        }
        return _tool(asked, "propose_change", arguments, language)
    items = _items(asked, list(seen["service_ids"]), wanted, start)
    guest = {name: seen.get(name) for name in ("guest_name", "guest_phone")}
    return _tool(asked, "propose_booking", {"items": items, **guest}, language)


def _wanted(seen: Json, slots: list[Json]) -> Json | None:
    if not seen.get("exact_time") or not seen.get("time_from"):
        return None
    fitting = [slot for slot in slots if str(slot["start"])[11:16] == seen["time_from"]]
    if seen.get("date_from"):
        fitting = [slot for slot in fitting if str(slot["start"])[:10] == seen["date_from"]]
    elif len({str(slot["start"])[:10] for slot in fitting}) > 1:
        return None
    if seen.get("specialist_id"):
        own = [slot for slot in fitting if slot.get("specialist_id") in (None, seen["specialist_id"])]
        return own[0] if own else None
    return fitting[0] if fitting else None


def _items(asked: Asked, services: list[int], slot: Json, start: str) -> list[Json]:
    """One item per service, one after the other from the slot's start."""
    lengths = {int(s["id"]): int(s.get("minutes") or s.get("duration_minutes") or 0) for s in asked.services}
    moment, items = datetime.fromisoformat(start), []
    for service in services:
        at = moment.strftime("%Y-%m-%dT%H:%M")
        items.append({"service_id": service, "specialist_id": slot.get("specialist_id"), "start": at})
        moment += timedelta(minutes=lengths.get(service, 0))
    return items


def _list(name: str, slots: list[Json], language: str) -> Json:
    if not slots:
        return _text("refused", language)
    lines = "\n".join(f"• {_label(slot)}" for slot in slots[:SHOWN_SLOTS])
    return _text(name, language, slots=lines)


def _label(slot: Json) -> str:
    start = datetime.fromisoformat(str(slot["start"])).strftime("%d.%m.%Y %H:%M")
    return f"{start} {slot.get('specialist') or ''}".strip()


def _meant(asked: Asked, seen: Json) -> Json | None:
    ids = seen.get("booking_ids") or []
    found = [visit for visit in asked.visits if visit["id"] in ids]
    return found[0] if len(found) == 1 else None


def _visit_services(asked: Asked, visit: Json) -> list[int]:
    value: Any = visit.get("service_id") or visit.get("service")
    return [int(s["id"]) for s in asked.services if value in (s["id"], s.get("name"))]


def _visit_lines(asked: Asked) -> str:
    return "\n".join(f"• {_visit_line(visit)}" for visit in asked.visits)


def _visit_line(visit: Json) -> str:
    if visit.get("label"):
        return str(visit["label"])
    start = datetime.fromisoformat(str(visit["start"])).strftime("%d.%m.%Y %H:%M")
    parts = [start, visit.get("service"), visit.get("specialist")]
    return ", ".join(str(part) for part in parts if part)
