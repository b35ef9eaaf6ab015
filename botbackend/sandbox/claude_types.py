"""The request types of the anthropic SDK made strict: what the plain types let pass is refused.

The SDK's TypedDicts allow extra keys and its iterables are never looked into; both are rewritten, and the
models of responses are dropped from the unions.
"""

from __future__ import annotations

import collections.abc
import io
import os
import types
import typing
from functools import lru_cache
from typing import Annotated, Any, List, NotRequired, Required, Union, get_args, get_origin  # noqa: UP035 - built at run time

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypedDict, get_type_hints, is_typeddict

_strict: dict[Any, Any] = {}


def _dropped(kind: Any) -> bool:
    """Whether a union member is a response model or a file input."""
    origin = get_origin(kind)
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
        for name, hint in get_type_hints(kind, include_extras=True).items():
            required = get_origin(hint) is Required
            inner = get_args(hint)[0] if get_origin(hint) in (Required, NotRequired) else hint
            fields[name] = (Required if required else NotRequired)[strictify(inner)]  # type: ignore[index]  # built at run time
        extra = (getattr(kind, "__pydantic_config__", None) or {}).get("extra", "forbid")
        made: Any = TypedDict(kind.__name__, fields)  # type: ignore[operator]  # built at run time
        made.__pydantic_config__ = ConfigDict(extra=extra)
        _strict[kind] = made
    return _strict[kind]


def strictify(kind: Any) -> Any:
    """The type with every iterable a list and every dict closed."""
    from anthropic._types import SequenceNotStr  # private, so anthropic is pinned

    if is_typeddict(kind):
        return _strict_dict(kind)
    origin, members = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return strictify(members[0])
    if origin in (Union, types.UnionType):
        return Union[tuple(strictify(member) for member in members if not _dropped(member))]  # noqa: UP007 - built at run time
    lists = (collections.abc.Iterable, collections.abc.Sequence, list, SequenceNotStr)
    if origin in lists:
        return List[strictify(members[0])]  # noqa: UP006 - built at run time
    return dict if origin is dict else kind


@lru_cache(maxsize=2)
def adapter(*, counting: bool) -> TypeAdapter[Any]:
    """The validator of `messages.create`, or of `count_tokens`; built once, in about a second and a half."""
    from anthropic.types.message_count_tokens_params import MessageCountTokensParams
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

    return TypeAdapter(strictify(MessageCountTokensParams if counting else MessageCreateParamsNonStreaming))


def type_errors(body: bytes, *, counting: bool = False) -> list[str]:
    """What the types say against a request, the deepest places first; at most five lines."""
    try:
        adapter(counting=counting).validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        deepest = sorted(found, key=lambda item: -len(item["loc"]))[:5]
        return [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in deepest]
    return []
