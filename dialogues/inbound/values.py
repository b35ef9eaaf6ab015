"""Single values as SendPulse sends them: ids as number or text, dates in seconds or milliseconds."""

import hashlib
import math
from datetime import UTC, datetime
from typing import Any

from botbackend.lib.text import canonical
from dialogues.outbound.texts import printable

_MAX_ID = 64
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
_NEWEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def moment(value: Any) -> datetime | None:
    """A date in seconds, milliseconds or ISO 8601 as aware UTC; None for nonsense."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return _iso(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    while math.isfinite(seconds) and seconds > 10**11:
        seconds /= 1000
    if not math.isfinite(seconds) or not _OLDEST <= seconds <= _NEWEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _iso(value: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(value.strip())
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return at if _OLDEST <= at.timestamp() <= _NEWEST else None


def identifier(value: Any) -> str:
    """An id, sent as a string or a number, fit for a column of 64 characters; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        value = int(value) if value.is_integer() else value
    try:
        text = str(value).strip()
    except ValueError:  # an integer of thousands of digits
        text = hex(value) if isinstance(value, int) else ""
    if len(text) <= _MAX_ID and text.isascii() and text.isprintable():
        return text
    return "h" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def clean(text: str) -> str:
    """The text as PostgreSQL can hold it."""
    return text if text.isascii() and "\x00" not in text else printable(text)


def real_value(value: Any) -> str:
    """A text variable, "" when SendPulse did not resolve it: `{{name}}`, "-" or blanks."""
    if isinstance(value, int | float):
        return identifier(value)
    text = clean(value).strip() if isinstance(value, str) else ""
    is_hole = text == "-" or (text.startswith("{{") and text.endswith("}}"))
    return "" if is_hole or not canonical(text) else text
