"""What strict tools and JSON formats may contain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botbackend.workshop.sandbox.wire import Json

MAX_STRICT_TOOLS, MAX_OPTIONAL, MAX_UNIONS = 20, 24, 16
REFUSED_KEYWORDS = {
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "patternProperties",
    "if",
    "not",
    "oneOf",
}
FORMATS = {"date", "time", "date-time", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}


def strict_schemas(body: Json) -> Iterator[tuple[str, Json]]:
    """Every schema of a request that compiles to a grammar, with its place."""
    for index, tool in enumerate(body.get("tools") or []):
        if tool.get("strict"):
            yield f"tools.{index}.input_schema", tool["input_schema"]
    wanted = (body.get("output_config") or {}).get("format")
    if wanted:
        yield "output_config.format.schema", wanted["schema"]


def nodes(schema: Any, place: str) -> Iterator[tuple[str, Json]]:
    """The schema and every schema inside it."""
    if not isinstance(schema, dict):
        return
    yield place, schema
    for group in ("properties", "$defs", "definitions"):
        for name, inner in (schema.get(group) or {}).items():
            yield from nodes(inner, f"{place}.{group}.{name}")
    for group in ("anyOf", "allOf", "oneOf", "prefixItems"):
        for index, inner in enumerate(schema.get(group) or []):
            yield from nodes(inner, f"{place}.{group}.{index}")
    yield from nodes(schema.get("items"), f"{place}.items")


def schema_problems(body: Json) -> Iterator[str]:
    """What is wrong with the strict schemas of a request."""
    optional = unions = 0
    strict_tools = sum(1 for tool in body.get("tools") or [] if tool.get("strict"))
    if strict_tools > MAX_STRICT_TOOLS:
        yield f"tools: {strict_tools} strict tools, at most {MAX_STRICT_TOOLS} are allowed"
    names = [tool.get("name") for tool in body.get("tools") or []]
    if len(names) != len(set(names)):
        yield "tools: Tool names must be unique."
    for root, schema in strict_schemas(body):
        for place, node in nodes(schema, root):
            yield from _node_problems(place, node)
            required = set(node.get("required") or [])
            optional += sum(1 for name in node.get("properties") or {} if name not in required)
            unions += 1 if "anyOf" in node or isinstance(node.get("type"), list) else 0
    if optional > MAX_OPTIONAL:
        yield f"schemas: {optional} optional parameters, at most {MAX_OPTIONAL} are allowed"
    if unions > MAX_UNIONS:
        yield f"schemas: {unions} parameters with union types, at most {MAX_UNIONS} are allowed"


def _node_problems(place: str, node: Json) -> Iterator[str]:
    kind = node.get("type")
    is_object = kind == "object" or (isinstance(kind, list) and "object" in kind)
    if is_object and node.get("additionalProperties") is not False:
        yield f"{place}: For 'object' type, 'additionalProperties' must be explicitly set to false"
    for keyword in sorted(REFUSED_KEYWORDS & set(node)):
        yield f"{place}: property '{keyword}' is not supported"
    if node.get("minItems", 0) not in (0, 1):
        yield f"{place}: 'minItems' values other than 0 or 1 are not supported"
    if "format" in node and node["format"] not in FORMATS:
        yield f"{place}: format '{node['format']}' is not supported"
    if str(node.get("$ref", "#/")) == "#":
        yield f"{place}: recursive schemas are not supported"
    missing = [name for name in node.get("required") or [] if name not in (node.get("properties") or {})]
    if is_object and missing:
        yield f"{place}: required names unknown properties: {', '.join(missing)}"
