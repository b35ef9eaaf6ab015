"""The request types of the anthropic SDK made strict: what the plain types let pass is refused.

The SDK's TypedDicts allow extra keys and its iterables are never looked into; both are rewritten, and the
models of responses are dropped from the unions.
"""

from __future__ import annotations

import collections.abc
import io
import os
import threading
import types
import typing
from typing import Annotated, Any, List, Union, get_args, get_origin  # noqa: UP035 - built at run time

import typing_extensions
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

_strict: dict[Any, Any] = {}
_adapters: dict[bool, TypeAdapter[Any]] = {}
_building = threading.Lock()
# Types are made at run time here, which static checking cannot follow.
_MADE: Any = typing_extensions
_LIST: Any = List  # noqa: UP006 - subscripted at run time
_UNION: Any = Union


def _dropped(kind: Any) -> bool:
    """Whether a union member is a response model or a file input."""
    origin: Any = get_origin(kind)
    if origin is Annotated:
        return _dropped(get_args(kind)[0])
    if origin in (Union, types.UnionType):
        return all(_dropped(member) for member in get_args(kind))
    if origin in (typing.IO, os.PathLike):
        return True
    return isinstance(kind, type) and issubclass(kind, BaseModel | io.IOBase | os.PathLike)


def _strict_dict(kind: Any) -> Any:
    if kind not in _strict:
        fields: dict[str, Any] = {}
        for name, hint in _MADE.get_type_hints(kind, include_extras=True).items():
            origin: Any = get_origin(hint)
            required = origin is _MADE.Required
            inner = get_args(hint)[0] if required or origin is _MADE.NotRequired else hint
            fields[name] = (_MADE.Required if required else _MADE.NotRequired)[strictify(inner)]
        made = _MADE.TypedDict(kind.__name__, fields)
        extra = (getattr(kind, "__pydantic_config__", None) or {}).get("extra", "forbid")
        made.__pydantic_config__ = ConfigDict(extra=extra)
        _strict[kind] = made
    return _strict[kind]


def strictify(kind: Any) -> Any:
    """The type with every iterable a list and every dict closed."""
    from anthropic._types import SequenceNotStr  # private, so anthropic is pinned; slow to import

    if _MADE.is_typeddict(kind):
        return _strict_dict(kind)
    origin: Any = get_origin(kind)
    members = get_args(kind)
    if origin is Annotated:
        return strictify(members[0])
    if origin in (Union, types.UnionType):
        return _UNION[tuple(strictify(member) for member in members if not _dropped(member))]
    if origin in (collections.abc.Iterable, collections.abc.Sequence, list, SequenceNotStr):
        return _LIST[strictify(members[0])]
    return dict if origin is dict else kind


def adapter(*, counting: bool) -> TypeAdapter[Any]:
    """The validator of `messages.create`, or of `count_tokens`; built once, in about a second and a half."""
    from anthropic.types.message_count_tokens_params import MessageCountTokensParams
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

    with _building:
        if counting not in _adapters:
            kind: Any = MessageCountTokensParams if counting else MessageCreateParamsNonStreaming
            _adapters[counting] = TypeAdapter(strictify(kind))
        return _adapters[counting]


def type_errors(body: bytes, *, counting: bool = False) -> list[str]:
    """What the types say against a request, the deepest places first; at most five lines."""
    try:
        adapter(counting=counting).validate_json(body)
    except ValidationError as error:
        found = _of_the_meant_branch(error.errors(include_url=False))
        deepest = sorted(found, key=lambda item: -len(item["loc"]))[:5]
        return [f"{_place(item)}: {item['msg']}" for item in deepest]
    return []


def _of_the_meant_branch(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """A union reports every member; the members whose `type` or `role` is another were not meant."""
    tags = ("type", "role")
    foreign = [e["loc"][:-1] for e in errors if e["loc"][-1] in tags and e["type"] == "literal_error"]
    meant = [e for e in errors if not any(e["loc"][: len(prefix)] == prefix for prefix in foreign)]
    return meant or errors


def _place(error: ErrorDetails) -> str:
    """The path within the request, without the names of the union members."""
    steps = [str(step) for step in error["loc"]]
    return ".".join(
        step for step in steps if not step.endswith("Param") and "[" not in step and step != "str"
    )
