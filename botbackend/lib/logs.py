"""JSON log lines without secrets or personal data."""

import json
import logging
import re
from datetime import UTC, datetime

_SECRETS = [
    (re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]{6,}"), r"\1***"),
    (re.compile(r"(/webhook/sendpulse/)[^/\s?\"']+"), r"\1***"),
    (re.compile(r"(?i)((?:secret|token|api_key|password)[\"']?\s*[=:]\s*[\"']?)[^\s\"',&}]{4,}"), r"\1***"),
    (re.compile(r"(?<!\d)\+?\d[\d ()-]{8,}\d(?!\d)"), "<phone>"),
]
_EXTRA = ("project", "dialogue", "task", "topic", "turn", "attempt", "seconds", "status", "reason")


def redact(text: str) -> str:
    """Return the text with tokens, webhook secrets and phone-like numbers masked."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line; the message and the traceback are redacted."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info:
            line["error"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
