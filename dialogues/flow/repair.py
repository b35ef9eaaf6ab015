"""Reads a flow's body that is no JSON because SendPulse puts texts into our template as they are.

A line break, a tab, a quote or a backslash of the client then stands bare between the template's quotes. The
template's keys are known, so the values are what stands between them: a value ends at the quote that is
followed by a comma and the next key, or by the closing brace at the end of the body.
"""

import json
import re
from typing import Any

from dialogues.inbound.bodies import read_json
from dialogues.inbound.events import Json

KEYS = (
    "project_id", "response", "contact_send_id", "tg_id", "date",
    "count", "retry", "image_url", "name", "phone",
)  # fmt: skip
_SPACE = r"[ \t\r\n]*"
_KEY = re.compile(rf'"({"|".join(KEYS)})"{_SPACE}:{_SPACE}')
_OPENING = re.compile(rf"\ufeff?{_SPACE}\{{{_SPACE}")
_TAIL = rf"{_SPACE}(?:,{_SPACE}(?={_KEY.pattern})|(?P<last>\}}{_SPACE}\Z))"
_TEXT_END = re.compile(f'"{_TAIL}')
_BARE = re.compile(rf'(?P<value>[^\s",{{}}\[\]]+){_TAIL}')


def names_twice(body: str | bytes) -> bool:
    """Does an object of this JSON name a key twice?

    Then the last one counts for most readers: a client who writes `","contact_send_id":"..."` into a template
    that does not escape texts would speak as somebody else.
    """
    twice = False

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twice
        document = dict(pairs)
        twice = twice or len(document) != len(pairs)
        return document

    read_json(body, object_pairs_hook=look)
    return twice


def repair(body: str) -> Json | None:
    """The request that the body can only mean, its texts exactly as they were put in; None if there is doubt.

    A text that looks like a key of the template, or that would be another text in JSON, leaves a doubt.
    """
    found = _pairs(body)
    names = [name for name, _ in found or []]
    if found is None or names != _KEY.findall(body) or len(set(names)) != len(names):
        return None
    document = dict(found)
    return document if {"project_id", "response"} <= document.keys() and _is_only(document, body) else None


def _pairs(body: str) -> list[tuple[str, Any]] | None:
    """Keys and values in their order; None if the body has not the form of the template."""
    opening = _OPENING.match(body)
    found: list[tuple[str, Any]] = []
    at = opening.end() if opening else len(body)
    while (key := _KEY.match(body, at)) is not None:
        at = key.end()
        is_text = body.startswith('"', at)
        end = _TEXT_END.search(body, at + 1) if is_text else _BARE.match(body, at)
        if end is None:
            return None
        try:
            value = body[at + 1 : end.start()] if is_text else json.loads(end["value"])
        except ValueError:
            return None
        found.append((key[1], value))
        if end["last"] is not None:
            return found
        at = end.end()
    return None


def _is_only(document: Json, body: str) -> bool:
    """Is it no other document where bare line breaks and tabs are let pass, and a backslash escapes?"""
    try:
        return bool(json.loads(body, strict=False) == document)
    except (ValueError, RecursionError):
        return True
