"""The days that can be booked, in few tokens."""

from datetime import date, timedelta

from botbackend.lib.clock import WEEKDAYS


def compact_calendar(first: date, last: date) -> str:
    """Return every day with its weekday: "2026-11-28 sat, 2026-11-29 sun, ..."."""
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return ", ".join(f"{day} {WEEKDAYS[day.weekday()]}" for day in days)
