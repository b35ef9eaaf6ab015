"""Reading JSON bodies strictly: every mistake at once, each with its path."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from rest_framework import exceptions
from rest_framework.request import Request

from projects.errors import InvalidInput, InvalidJSON

Path = tuple[int | str, ...]
DEEPEST = 50  # levels of objects and lists; what we take has at most five


class StrictModel(BaseModel):
    """Base of request bodies: `true` is no integer, NaN no number, an unknown field a mistake."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


Model = TypeVar("Model", bound=BaseModel)


def parse_body(request: Request, model: type[Model]) -> Model:
    """Return the body as `model`. Raises InvalidJSON, InvalidInput, or 415 for another media type."""
    return parse_json(read_body(request), model)


def read_body(request: Request) -> bytes:
    """Return the raw body; one of another media type than JSON is 415."""
    raw: bytes = request.body
    if raw and not _is_json(request.content_type or ""):
        raise exceptions.UnsupportedMediaType(request.content_type or "")
    return raw


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def parse_json(raw: bytes, model: type[Model]) -> Model:
    """Return `raw` as `model`. Raises InvalidJSON or InvalidInput with all mistakes by path."""
    refuse_bad_text(read_json(raw))
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise InvalidInput("The body is not valid.", fields=validation_fields(error)) from error


class NumberTooLong(InvalidJSON):
    """An integer of more digits than Python reads."""


def read_json(raw: bytes) -> Any:
    """Return the document. Raises InvalidJSON for broken text, NaN, a repeated key, absurd depth."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidJSON("The body is not UTF-8.") from error
    return load_json(text, object_pairs_hook=_unique, parse_constant=_no_constant)


def load_json(text: str, **hooks: Any) -> Any:
    """Return what the text says, with the hooks of `json.loads`: the one reader of whatever is posted.

    Nothing that it returns is too deep to be gone through or written again. Raises InvalidJSON.
    """
    try:
        document = json.loads(text, **hooks)
        if is_deeper(document, DEEPEST):
            raise RecursionError
        return document
    except RecursionError as error:
        raise InvalidJSON("The body is nested too deeply.") from error
    except json.JSONDecodeError as error:
        message = "Send a JSON object as the body." if not text.strip() else f"The body is not JSON: {error}."
        raise InvalidJSON(message) from error
    except ValueError as error:
        raise NumberTooLong("The body holds a number that is too long.") from error


def is_deeper(document: Any, levels: int) -> bool:
    """Say whether lists and objects stand in each other deeper than so many levels. Does not recurse."""
    level = [document]
    for _ in range(levels + 1):
        level = [
            part
            for value in level
            if isinstance(value, dict | list)
            for part in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True


def refuse_bad_text(document: Any) -> None:
    """Raise InvalidInput for every text, key or value, that PostgreSQL could not store."""
    mistakes: dict[str, list[str]] = {}
    for path in _bad_text(document, ()):
        mistakes.setdefault(path_text(path), []).append("must not contain NUL or half of a surrogate pair")
    if mistakes:
        raise InvalidInput("The body is not valid.", fields=mistakes)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidJSON(f"The key {twice!r} stands twice in one object.", fields={twice: ["stands twice"]})
    return found


def _no_constant(name: str) -> None:
    raise InvalidJSON(f"{name} is not a JSON number.")


def _bad_text(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, part in value.items():
            if _is_bad(key):
                yield path
            yield from _bad_text(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _bad_text(part, (*path, index))
    elif isinstance(value, str) and _is_bad(value):
        yield path


def _is_bad(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text)


def path_text(path: Path) -> str:
    """Return ("specialist_hours", "Anna", "mon", 0) as "specialist_hours.Anna.mon[0]"; () as "body"."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "body"


def validation_fields(error: ValidationError) -> dict[str, list[str]]:
    """Return pydantic's findings as messages by path."""
    fields: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        path = tuple(part for part in item["loc"] if part != "[key]")
        message = str(item["msg"]).removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            message = "unknown field"
        fields.setdefault(path_text(path), []).append(message)
    return fields
