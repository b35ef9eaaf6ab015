"""What an answer of SendPulse means for the message that was to be sent."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

from dialogues.sendpulse.wire import Answer

TOO_FAST = 2020202020
_GONE = (
    "not_active",
    "blocked by the user",
    "bot was blocked",
    "user is deactivated",
    "chat not found",
    "contact.errors.not_found",
)


class Fate(Enum):
    """Whether the message is before the client's eyes."""

    SENT = "sent"
    NOT_SENT = "not sent, try again"
    THROTTLED = "too many requests"
    UNAUTHORISED = "credentials refused"
    CLOSED = "the client cannot be reached any more"
    REFUSED = "refused for good"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """The fate of one send; `detail` is for staff, `external_id` the channel's id if it told one."""

    fate: Fate
    detail: str = ""
    external_id: str = ""


def classify(answer: Answer) -> Outcome:
    """Read the answer to a send."""
    body = _parse(answer.body)
    detail = f"HTTP {answer.status} {_words(body)}".strip()
    if 200 <= answer.status < 300:
        return _accepted(body, detail)
    if answer.status == 429 or _code(body) == TOO_FAST:
        return Outcome(Fate.THROTTLED, detail)
    if answer.status == 408 or answer.status >= 500:
        return Outcome(Fate.UNKNOWN, detail)
    if any(mark in detail.lower() for mark in _GONE):
        return Outcome(Fate.CLOSED, detail)
    if answer.status in {401, 402, 403} or 300 <= answer.status < 400:
        return Outcome(Fate.UNAUTHORISED, detail)
    return Outcome(Fate.REFUSED, detail)


def _accepted(body: Any, detail: str) -> Outcome:
    """A 2xx counts only if its body says so: `data: false` was seen for messages that were not delivered."""
    if not isinstance(body, dict) or "success" not in body:
        return Outcome(Fate.UNKNOWN, f"{detail} (not an answer of the API)")
    if body["success"] is not True or body.get("data") is False:
        gone = any(mark in detail.lower() for mark in _GONE)
        return Outcome(Fate.CLOSED if gone else Fate.REFUSED, detail)
    return Outcome(Fate.SENT, external_id=_message_id(body.get("data")))


def _message_id(data: Any) -> str:
    first = data[0] if isinstance(data, list) and data else data
    found = first.get("id") if isinstance(first, dict) else None
    return found if isinstance(found, str) and len(found) <= 64 else ""


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _code(body: Any) -> object:
    return body.get("error_code") if isinstance(body, dict) else None


def _words(body: Any) -> str:
    """The error part of a body as one short line."""
    if not isinstance(body, dict):
        return "no JSON"
    told = {name: body[name] for name in ("error_code", "message", "errors") if name in body}
    return json.dumps(told, ensure_ascii=True)[:300] if told else ""
