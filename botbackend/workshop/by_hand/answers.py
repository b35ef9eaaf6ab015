"""What somebody wrote as an answer, read and held against its request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator  # comes with drf-spectacular

from botbackend.workshop.sandbox.claude.answers.script import tool_use
from botbackend.workshop.sandbox.wire import Json

TOLD = 8  # mistakes; more help nobody
FORMS = 'write {"text": "..."}, {"tool": NAME, "input": {...}}, a list of these, or a whole Messages response'


class Unfit(ValueError):
    """The answer cannot be given; says why, a line per mistake."""


def answer_in(written: bytes, body: Json) -> Json:
    """Return the answer to the request `body` as the stand-in takes it. Raises Unfit."""
    try:
        given = json.loads(written)
    except ValueError as error:
        raise Unfit(f"is no JSON: {error}") from error
    if isinstance(given, dict) and given.get("type") == "message":
        answer = given
    elif _wanted(body) is not None and not body.get("tools"):
        answer = {"content": [_text(json.dumps(given, ensure_ascii=False))]}
    else:
        answer = {"content": [_block(one) for one in (given if isinstance(given, list) else [given])]}
    mistakes = list(_mistakes(answer, body))
    if mistakes:
        raise Unfit("\n".join(mistakes[:TOLD]))
    return answer


def _wanted(body: Json) -> Json | None:
    """The schema that a request's output must have."""
    wanted = (body.get("output_config") or {}).get("format")
    return wanted["schema"] if wanted else None


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _block(given: Any) -> Json:
    if isinstance(given, dict) and set(given) == {"text"}:
        return _text(given["text"])
    if isinstance(given, dict) and set(given) == {"tool", "input"}:
        return tool_use(given["tool"], given["input"])
    raise Unfit(FORMS)


def _mistakes(answer: Json, body: Json) -> Iterator[str]:
    content = answer.get("content")
    if not isinstance(content, list) or not all(isinstance(block, dict) for block in content):
        yield "content: must be a list of blocks"
        return
    schemas = {tool["name"]: tool.get("input_schema", {}) for tool in body.get("tools") or []}
    for number, block in enumerate(content):
        yield from _block_mistakes(f"content.{number}", block, schemas)
    texts = [str(block.get("text")) for block in content if block.get("type") == "text"]
    schema = _wanted(body)
    if schema is not None and texts:
        yield from _json_mistakes("".join(texts), schema)


def _block_mistakes(place: str, block: Json, schemas: dict[str, Json]) -> Iterator[str]:
    kind = block.get("type")
    if kind == "text" and not (isinstance(block.get("text"), str) and block["text"].strip()):
        yield f"{place}: a text needs words"
    if kind != "tool_use":
        return
    if block.get("name") not in schemas:
        known = ", ".join(schemas) or "none"
        yield f"{place}: there is no tool {block.get('name')!r}; there are: {known}"
    else:
        yield from _schema_mistakes(f"{place}.input", block.get("input"), schemas[block["name"]])


def _json_mistakes(text: str, schema: Json) -> Iterator[str]:
    try:
        value = json.loads(text)
    except ValueError as error:
        yield f"the text is no JSON: {error}"
        return
    yield from _schema_mistakes("", value, schema)


def _schema_mistakes(place: str, value: Any, schema: Json) -> Iterator[str]:
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for error in sorted(validator.iter_errors(value), key=lambda one: list(map(str, one.absolute_path))):
        where = ".".join(filter(None, (place, *map(str, error.absolute_path)))) or "answer"
        yield f"{where}: {error.message}"
