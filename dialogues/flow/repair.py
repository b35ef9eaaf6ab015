"""Reads a flow's body that is no JSON because SendPulse puts texts into our template as they are.

A line break, a tab, a quote or a backslash of the client then stands bare between the template's quotes. The
template's keys are known, so the values are what stands between them: a value ends at the quote that is
followed by a comma and the next key, or by the closing brace at the end of the body.

A client may also write what looks like a field: `hi","phone":"...`. Whether the template has that field only
the template can tell: one that begins with the names of its own keys, `"template": "project_id response"`, is
read by them, and everything else is text.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from dialogues.inbound.bodies import read_json
from dialogues.inbound.events import Json

KEYS = (
    "project_id", "response", "contact_send_id", "tg_id", "date",
    "count", "retry", "image_url", "name", "phone",
)  # fmt: skip
TEMPLATE = "template"
_SPACE = r"[ \t\r\n]*"
_OPENING = re.compile(rf"\ufeff?{_SPACE}\{{{_SPACE}")
_DECLARED = re.compile(rf'{_OPENING.pattern}"{TEMPLATE}"{_SPACE}:{_SPACE}"([a-z_ ]+)"')


class _Grammar:
    """What a body with these keys is made of."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.key = re.compile(rf'"({"|".join(map(re.escape, keys))})"{_SPACE}:{_SPACE}')
        tail = rf"{_SPACE}(?:,{_SPACE}(?={self.key.pattern})|(?P<last>\}}{_SPACE}\Z))"
        self.text_end = re.compile(f'"{tail}')
        self.bare = re.compile(rf'(?P<value>[^\s",{{}}\[\]]+){tail}')


_ANY = _Grammar(KEYS)


def declared_keys(body: str) -> list[str]:
    """The keys that the template says it has, itself among them; [] if it says nothing.

    Only its first field counts, which stands before anything that a client wrote.
    """
    found = _DECLARED.match(body)
    return [TEMPLATE, *found[1].split()] if found else []


def has_other_keys(document: Json, body: bytes) -> bool:
    """Has the document fields that its own template does not name?"""
    keys = declared_keys(body.decode("utf-8", "replace"))
    return bool(keys) and list(document) != keys


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
    declared = declared_keys(body)
    grammar = _Grammar(declared) if declared else _ANY
    found = _pairs(body, grammar)
    names = [name for name, _ in found or []]
    if found is None or names != grammar.key.findall(body) or len(set(names)) != len(names):
        return None
    document = dict(found)
    if not {"project_id", "response"} <= document.keys() or names != (declared or names):
        return None
    return document if _is_only(document, body, is_declared=bool(declared)) else None


def _pairs(body: str, grammar: _Grammar) -> list[tuple[str, Any]] | None:
    """Keys and values in their order; None if the body has not the form of the template."""
    opening = _OPENING.match(body)
    found: list[tuple[str, Any]] = []
    at = opening.end() if opening else len(body)
    while (key := grammar.key.match(body, at)) is not None:
        at = key.end()
        is_text = body.startswith('"', at)
        end = grammar.text_end.search(body, at + 1) if is_text else grammar.bare.match(body, at)
        if end is None:
            return None
        try:
            value = body[at + 1 : end.start()] if is_text else json.loads(end["value"])
        except (ValueError, RecursionError):
            return None
        found.append((key[1], value))
        if end["last"] is not None:
            return found
        at = end.end()
    return None


def _is_only(document: Json, body: str, *, is_declared: bool) -> bool:
    """Is it no other document where bare line breaks and tabs are let pass, and a backslash escapes?

    One with other keys than its template names is no reading of it.
    """
    try:
        other = json.loads(body, strict=False)
        return bool(other == document) or (is_declared and list(other) != list(document))
    except (ValueError, RecursionError):
        return True
