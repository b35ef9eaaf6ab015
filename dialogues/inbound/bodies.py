"""Reads the JSON that is posted as events or by a flow; the API is stricter."""

import json
from typing import Any

from projects.bodies import NumberTooLong, load_json
from projects.errors import InvalidJSON

LONGEST_NUMBER = 100  # digits; longer ones stay text


def read_json(body: bytes | str, **hooks: Any) -> Any:
    """The document, also one with integers that Python refuses to read. Raises InvalidJSON."""
    try:
        text = body if isinstance(body, str) else body.decode(json.detect_encoding(body))
        return load_json(text, **hooks)
    except UnicodeDecodeError as error:
        raise InvalidJSON("The body is no text.") from error
    except NumberTooLong:  # asked for only then: a function for each number makes reading slow
        return load_json(text, **hooks, parse_int=_number)


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) < LONGEST_NUMBER else digits
