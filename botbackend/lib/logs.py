"""JSON log lines without secrets or personal data."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

from botbackend.lib import request_ids

_SECRETS = [
    (re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]{6,}"), r"\1***"),
    # All that follows: a secret typed with a slash, or at a misspelt address, is one nevertheless.
    (re.compile(r"(?i)(/webhook/+(?:sendpulse/+)?)[^\s\"']+"), r"\1***"),
    (re.compile(r"(?i)(/password-reset/+)[^\s\"']+"), r"\1***"),
    (re.compile(r"(?i)(/invitation/+)[^\s\"']+"), r"\1***"),
    (re.compile(r"(/bot)\d+:[\w-]+"), r"\1***"),  # an address of Telegram's holds the bot's token
    (re.compile(r"(?i)(/calendar/+)[^\s\"']+"), r"\1***"),
    (re.compile(r"(?i)((?:secret|token|api_key|password)[\"']?\s*[=:]\s*[\"']?)[^\s\"',&}]{4,}"), r"\1***"),
    (re.compile(r"(?<!\d)\+?\d[\d ()-]{8,}\d(?!\d)"), "<phone>"),
]
EXTRA = (
    "project",
    "dialogue",
    "event",
    "task",
    "topic",
    "turn",
    "said",
    "attempt",
    "seconds",
    "status",
    "reason",
)


def redact(text: str) -> str:
    """Return the text with tokens, webhook secrets and phone-like numbers masked."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line, redacted; of an error its classes and where they arose."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if ids := request_ids.current():
            line["request"] = ids[0] if len(ids) == 1 else list(ids)
        if record.exc_info:
            line["error"] = _trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _trace(error: BaseException | None) -> str:
    """Frames and classes, the cause first. Not the messages: those may quote what a client wrote."""
    if error is None:
        return ""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{_trace(cause)}{frames}{type(error).__name__}\n"
