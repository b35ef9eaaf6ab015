"""How programs write weekdays and times of the day: Monday is "mon" and 0, 09:30 is minute 570."""

from datetime import datetime, time
from typing import Literal

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minute_of_day(moment: time | datetime) -> int:
    """Return the minutes since midnight that a clock shows."""
    return moment.hour * 60 + moment.minute


def clock_text(minute: int) -> str:
    """Return "HH:MM" for minutes since midnight; midnight at the end of a day is "24:00"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
