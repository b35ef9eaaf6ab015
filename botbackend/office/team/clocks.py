"""Times of the day as people type them."""

import re

from botbackend.lib.clock import clock_text
from botbackend.salon_api.config.times import read_time

_FIGURES = re.compile(r"(\d{1,2})(\d{2})?")
_PARTS = re.compile(r"(\d{1,2})\s*[:.,;\s-]\s*(\d{2})")


def typed_time(text: str, *, is_end: bool) -> int:
    """Return minutes after midnight of "9", "930", "9.30" or "09:30"; an end of 24:00 or 00:00 is midnight.

    A phone's keyboard of figures has no colon. Raises ValueError.
    """
    found = _PARTS.fullmatch(text.strip()) or _FIGURES.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return read_time(f"{int(found[1]):02d}:{found[2] or '00'}", is_end=is_end)


def clock_or_blank(minute: int | None) -> str:
    """Return "HH:MM"; nothing for None."""
    return "" if minute is None else clock_text(minute)
