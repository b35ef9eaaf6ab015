"""What a request tells the reader: catalogue, facts, the client's words, history, tool results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..wire import Json

FACT_KEYS = {"now", "messages", "client_visits", "calendar", "open_proposal", "understanding"}


def json_objects(text: str) -> Iterator[Json]:
    """Every JSON object that stands in a text, outermost ones only."""
    decoder = json.JSONDecoder()
    position = text.find("{")
    while position >= 0:
        try:
            value, end = decoder.raw_decode(text, position)
        except ValueError:
            position = text.find("{", position + 1)
            continue
        if isinstance(value, dict):
            yield value
        position = text.find("{", end)


def _holding(value: Json, keys: set[str]) -> Json | None:
    """The object itself or one inside it that has all the keys."""
    if keys <= set(value):
        return value
    inner = (_holding(child, keys) for child in value.values() if isinstance(child, dict))
    return next((found for found in inner if found is not None), None)


def text_of(content: Any) -> str:
    """The text of a message or of the system parameter."""
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in content or [] if block.get("type") == "text")


@dataclass(slots=True)
class Said:
    """A text of the client with the local time at which it was received."""

    text: str
    at: datetime


@dataclass(slots=True)
class ToolResult:
    """A tool call of this loop with what came back."""

    name: str
    arguments: Json
    answer: Json
    failed: bool


@dataclass(slots=True)
class Asked:
    """A request, unpacked."""

    services: list[Json]
    specialists: list[Json]
    facts: Json
    now: datetime
    said: list[Said]
    history: list[tuple[str, str]] = field(default_factory=list)  # role, text
    results: list[ToolResult] = field(default_factory=list)
    tools: set[str] = field(default_factory=set)

    @property
    def language(self) -> str:
        """The language that the facts name, or an empty string."""
        return str(self.facts.get("language") or "")

    @property
    def visits(self) -> list[Json]:
        """The client's own visits."""
        return list(self.facts.get("client_visits") or [])


def unpack(body: Json) -> Asked:
    """Read the parts of a request, whatever their order."""
    catalogue = _catalogue(text_of(body.get("system")))
    messages = body["messages"]
    place, facts = _facts(messages)
    now = _moment(facts.get("now")) or datetime(2026, 1, 1, 12, 0)  # noqa: DTZ001 - wall clock of the salon
    return Asked(
        services=list(catalogue.get("services") or []),
        specialists=list(catalogue.get("specialists") or []),
        facts=facts,
        now=now,
        said=_said(facts, messages, now),
        history=_history(messages, place, facts),
        results=_results(messages),
        tools={tool["name"] for tool in body.get("tools") or []},
    )


def _catalogue(system: str) -> Json:
    for value in json_objects(system):
        found = _holding(value, {"services", "specialists"})
        if found is not None:
            return found
    return {}


def _facts(messages: list[Json]) -> tuple[int, Json]:
    """The newest facts object and the index of its message; -1 when there is none."""
    for index in range(len(messages) - 1, -1, -1):
        for value in json_objects(text_of(messages[index]["content"])):
            if FACT_KEYS & set(value):
                return index, value
            for inner in value.values():
                if isinstance(inner, dict) and {"now", "messages"} & set(inner):
                    return index, inner
    return -1, {}


def _moment(value: Any) -> datetime | None:
    """A local wall-clock time; an offset is cut off, since it is the salon's own."""
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        return None


def _said(facts: Json, messages: list[Json], now: datetime) -> list[Said]:
    found: list[Said] = []
    for entry in facts.get("messages") or []:
        if isinstance(entry, str):
            found.append(Said(entry, now))
        elif isinstance(entry, dict) and entry.get("text"):
            received = entry.get("received_at") or entry.get("received") or entry.get("at")
            found.append(Said(str(entry["text"]), _moment(received) or now))
    if found:
        return found
    users = [_prose(text_of(m["content"])) for m in messages if m["role"] == "user"]
    plain = [text for text in users if text]
    return [Said(plain[-1], now)] if plain else []


def _prose(text: str) -> str:
    """A text without the JSON objects in it."""
    decoder = json.JSONDecoder()
    position = text.find("{")
    while position >= 0:
        try:
            _, end = decoder.raw_decode(text, position)
        except ValueError:
            position = text.find("{", position + 1)
            continue
        text = text[:position] + text[end:]
        position = text.find("{", position)
    return re.sub(r"```(?:json)?", "", text).strip()


def _history(messages: list[Json], place: int, facts: Json) -> list[tuple[str, str]]:
    """The earlier turns, oldest first, without the facts and the tool loop."""
    lines = [
        (str(entry.get("role") or entry.get("from") or "user"), str(entry.get("text") or ""))
        for entry in facts.get("history") or []
        if isinstance(entry, dict)
    ]
    for index, message in enumerate(messages):
        text = text_of(message["content"])
        if text.strip() and message["role"] != "system" and (place < 0 or index < place):
            lines.append((message["role"], text))
    current = {entry["text"] if isinstance(entry, dict) else entry for entry in facts.get("messages") or []}
    while lines and lines[-1][0] == "user" and lines[-1][1] in current:
        lines.pop()  # the unanswered texts stand in the facts as well
    return lines


def _results(messages: list[Json]) -> list[ToolResult]:
    calls: dict[str, Json] = {}
    found: list[ToolResult] = []
    for message in messages:
        content = message["content"] if isinstance(message["content"], list) else []
        for block in content:
            if block["type"] == "tool_use":
                calls[block["id"]] = block
            elif block["type"] == "tool_result":
                call = calls.get(block["tool_use_id"], {"name": "", "input": {}})
                text = text_of(block.get("content"))
                answer = next(json_objects(text), {"error": {"message": text}})
                failed = bool(block.get("is_error")) or "error" in answer
                found.append(ToolResult(call["name"], call["input"], answer, failed))
    return found
