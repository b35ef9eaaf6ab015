"""A small rule-based reader that stands in for Claude in the demo."""

from __future__ import annotations

from ..wire import Json


def read(body: Json) -> Json:
    """An answer to a valid request."""
    return {"text": "OK"}
