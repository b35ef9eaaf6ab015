"""Field masks: the part of an answer that `fields` asks for, as `a.b`, `a/b`, `a(b,c.d)` or `*`."""

from __future__ import annotations

import re
from typing import Any

from botbackend.workshop.sandbox.google.spreadsheet.grid import Invalid
from botbackend.workshop.sandbox.wire import Json

_TOKEN = re.compile(r"[A-Za-z0-9_]+|\*|[(),./]")
Mask = dict[str, Any]


def select(answer: Json, fields: str) -> Json:
    """The fields of an answer that the mask names; everything without a mask. Raises Invalid."""
    if not fields or fields == "*":
        return answer
    tokens = _TOKEN.findall(fields.replace(" ", ""))
    if "".join(tokens) != fields.replace(" ", ""):
        raise Invalid(f"Invalid field selection {fields}")
    mask = _selection(tokens, fields)
    if tokens:
        raise Invalid(f"Invalid field selection {fields}")
    found: Json = _masked(answer, mask)
    return found


def _selection(tokens: list[str], fields: str) -> Mask:
    mask: Mask = {}
    while True:
        name = tokens.pop(0) if tokens else ""
        if not name or name in "(),./":
            raise Invalid(f"Invalid field selection {fields}")
        mask.setdefault(name, {}).update(_below(tokens, fields))
        if not tokens or tokens[0] != ",":
            return mask
        tokens.pop(0)


def _below(tokens: list[str], fields: str) -> Mask:
    if tokens and tokens[0] in "./":
        tokens.pop(0)
        name = tokens.pop(0) if tokens else ""
        if not name or name in "(),./":
            raise Invalid(f"Invalid field selection {fields}")
        return {name: _below(tokens, fields)}
    if tokens and tokens[0] == "(":
        tokens.pop(0)
        inner = _selection(tokens, fields)
        if not tokens or tokens.pop(0) != ")":
            raise Invalid(f"Invalid field selection {fields}")
        return inner
    return {}


def _masked(value: Any, mask: Mask) -> Any:
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [_masked(entry, mask) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: _masked(value[name], below) for name, below in mask.items() if name in value}
