"""What a request of the product tells: its kind, the catalogue, the client's words, visits and free starts.

The only place, beside `claude_answers`, that knows the form of the product's requests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from botbackend.workshop.sandbox.wire import Json

UNDERSTAND, RESPOND, CHECK, COMPRESS = "understand", "respond", "check", "compress"


def kind_of(body: Json) -> str:
    """Which of the product's four kinds a request is, told by its shape."""
    wanted = (body.get("output_config") or {}).get("format") or {}
    properties = (wanted.get("schema") or {}).get("properties") or {}
    if "wishes" in properties:
        return UNDERSTAND
    if "unsupported" in properties:
        return CHECK
    if "summary" in properties:
        return COMPRESS
    return RESPOND


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, unpacked; what it does not tell is empty."""

    kind: str
    services: list[Json]
    specialists: list[Json]
    facts: Json
    earlier: list[tuple[str, str]]  # role and text of what was said before, oldest first
    results: list[Json]  # what the tools of this turn gave, the newest last
    written: list[str]  # the client's unanswered messages
    moments: list[str]  # when each was written, where the request tells
    notes: list[Json]  # what the salon lets the model tell

    @property
    def said(self) -> list[str]:
        """The client's unanswered messages."""
        return self.written

    @property
    def day(self) -> date:
        """The day on which the last of them was written, at the salon."""
        return datetime.fromisoformat(self.moments[-1] if self.moments else self.facts["now"]).date()

    @property
    def language(self) -> str:
        """The language of the talk so far, or an empty string."""
        return str(self.facts.get("language") or "")

    @property
    def visits(self) -> list[Json]:
        """The client's own visits, soonest first."""
        return [
            {**one, "service": one.get("service") or one["what"]}
            for one in self.facts.get("client_visits") or []
        ]

    @property
    def slots(self) -> list[Json]:
        """Free starts that may be offered: those of the last tool result, else those of the facts."""
        for result in reversed(self.results):
            found: list[Json] = result.get("slots") or result.get("next") or result.get("alternatives") or []
            if found:
                return found
        return [
            slot
            for wish in self.facts.get("wishes") or []
            for slot in wish.get("slots") or wish.get("next") or []
        ]


def asked_of(body: Json) -> Asked:
    """Unpack a valid request."""
    catalogue = next((found for found in _objects(body.get("system")) if "services" in found), {})
    notes: list[Json] = next(
        (found["notes"] for found in _objects(body.get("system")) if "notes" in found), []
    )
    facts: Json = {}
    burst: list[Json] = []
    prose: list[tuple[str, str]] = []
    results: list[Json] = []
    for message in body["messages"]:
        for text in _texts(message["content"]):
            found = _object(text)
            if found is None:
                prose += [] if results else [(message["role"], text)]
            elif "now" in found:
                facts = found
            elif "messages" in found:
                burst = found["messages"]
        results += _results(message["content"])
    written = [str(one["text"]) for one in burst]
    if not burst and prose and prose[-1][0] == "user":  # the second call carries the words as they are
        written = prose.pop()[1].split("\n")
    return Asked(
        kind_of(body),
        catalogue.get("services", []),
        catalogue.get("specialists", []),
        facts,
        prose,
        results,
        written,
        [str(one["at"]) for one in burst],
        notes,
    )


def _texts(content: Any) -> list[str]:
    if isinstance(content, str):
        return [content]
    return [str(block["text"]) for block in content or [] if block.get("type") == "text"]


def _objects(content: Any) -> list[Json]:
    """The JSON objects that fill a paragraph of a text or of text blocks."""
    paragraphs = [part for text in _texts(content) for part in text.split("\n\n")]
    return [found for found in map(_object, paragraphs) if found is not None]


def _object(text: str) -> Json | None:
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _results(content: Any) -> list[Json]:
    blocks = content if isinstance(content, list) else []
    found = [_object(str(block.get("content"))) for block in blocks if block.get("type") == "tool_result"]
    return [result for result in found if result is not None]
