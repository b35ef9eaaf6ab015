"""The days that can be booked, in few tokens."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from botbackend.lib.clock import WEEKDAYS


def compact_calendar(first: date, last: date) -> str:
    """Return every day with its weekday: "2026-11: 28 sat, 29 sun, 30 mon; 2026-12: 1 tue, ..."."""
    months = groupby(_days(first, last), key=lambda day: f"{day:%Y-%m}")
    return "; ".join(
        f"{month}: {', '.join(f'{day.day} {WEEKDAYS[day.weekday()]}' for day in days)}"
        for month, days in months
    )


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
