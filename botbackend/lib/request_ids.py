"""Ids by which one search over the logs finds the whole way of a message, from the webhook to the channel.

A request has one id. It is written into the raw event and, by the outbox, into the tasks that follow from it.
One task may follow from several requests: a client who writes three messages gets one answer. Nothing but
logs, traces and error reports reads them.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

HEADER = "X-Request-ID"
EVENT_KEY = "botbackend_request"  # in a raw event, beside what the channel sent
_TASK_KEY = "request:"  # in a task's payload, one key each, so that PostgreSQL can merge two payloads
MOST = 20  # that one piece of work is said to follow from
# Sixteen letters: no rule about phone numbers takes one for a part of a number.
_ALPHABET = "bcdfghjkmnpqrstv"
_WELL_FORMED = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)
_current: ContextVar[tuple[str, ...]] = ContextVar("request_ids", default=())


def new() -> str:
    """Return an id that nobody has."""
    return "".join(_ALPHABET[byte % 16] for byte in secrets.token_bytes(16))


def well_formed(value: object) -> str:
    """Return the id that somebody else gave, "" if it is none: of 8 to 64 characters, not of digits alone."""
    return value if isinstance(value, str) and _WELL_FORMED.fullmatch(value) else ""


def current() -> tuple[str, ...]:
    """Return the ids of the requests that what runs now follows from."""
    return _current.get()


@contextmanager
def following(*ids: str) -> Iterator[None]:
    """What runs inside follows from these requests; without any from those of before."""
    if not ids:
        yield
        return
    token = _current.set(ids[:MOST])
    try:
        yield
    finally:
        _current.reset(token)


def of_event(payload: object) -> tuple[str, ...]:
    """Return the id of the request that brought a raw event."""
    found = well_formed(payload.get(EVENT_KEY)) if isinstance(payload, dict) else ""
    return (found,) if found else ()


def as_payload() -> dict[str, int | str]:
    """Return the current ids as keys of a task's payload."""
    return {f"{_TASK_KEY}{one}": 1 for one in current()}


def of_task(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the requests that a task follows from."""
    return tuple(key.removeprefix(_TASK_KEY) for key in payload if key.startswith(_TASK_KEY))
