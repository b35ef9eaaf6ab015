"""What a person sees in a cell, without any help of the product."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

FIELDS = ("short", "date", "time", "contact", "name", "service", "uid", "note")  # A to H
CALM_NOTES = {"", "ok", "ок"}
_EPOCH = date(1899, 12, 30)


def as_text(value: Any) -> str:
    """Trimmed, one space between words, one form of letters; 42.0 is 42."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def as_time(value: Any) -> time | None:
    """A plain clock time: 9:30, 09.30, a fraction of a day; 14.00 is 14 for Google, and means an hour."""
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(value * 1440)
        return time(minutes // 60, minutes % 60)
    found = re.fullmatch(r"(\d{1,2}?)(?:[:.-]?(\d{2})(?::00)?)?( pm)?", as_text(value))
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]) + (12 if found[3] else 0), int(found[2] or 0))


def as_date(value: Any, *, near: date) -> date | None:
    """dd.mm.yyyy, dd.mm.yy, a serial; dd.mm is the nearest such day to `near`."""
    if isinstance(value, int | float) and 40_000 < value < 60_000:
        return _EPOCH + timedelta(days=int(value))
    found = re.fullmatch(r"(\d{1,2})[./](\d{1,2})(?:\.(\d{4}|\d{2}))?", as_text(value))
    if found is None:
        return None
    try:
        if found[3]:
            year = int(found[3])
            return date(year + 2000 if year < 100 else year, int(found[2]), int(found[1]))
        days = [date(near.year + shift, int(found[2]), int(found[1])) for shift in (-1, 0, 1)]
    except ValueError:
        return None
    return min(days, key=lambda day: abs((day - near).days))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a tab; `index` counts from 0 as the API does, `number` from 1 as people do."""

    sheet_id: int
    title: str
    index: int
    cells: dict[str, Any] = field(hash=False)

    @property
    def number(self) -> int:
        return self.index + 1

    def text(self, name: str) -> str:
        return as_text(self.cells.get(name, ""))

    @property
    def name(self) -> str:
        return self.text("name")

    @property
    def has_all_columns(self) -> bool:
        return all(name in self.cells for name in FIELDS[:6])

    @property
    def is_blank(self) -> bool:
        return not any(self.text(name) for name in FIELDS[:6])

    @property
    def is_explained(self) -> bool:
        return self.text("note").casefold() not in CALM_NOTES

    def dates(self, *, near: date) -> set[date]:
        """What A and B say; more than one day is a contradiction."""
        full = as_date(self.cells.get("date", ""), near=near)
        short = as_date(self.cells.get("short", ""), near=full or near)
        if short and full:  # A shows no year, whatever the cell holds
            short = as_date(f"{short:%d.%m}", near=full)
        return {day for day in (full, short) if day}

    @property
    def time(self) -> time | None:
        return as_time(self.cells.get("time", ""))

    def __str__(self) -> str:
        shown = " | ".join(self.text(name) for name in FIELDS)
        return f"{self.title}!{self.number}: {shown}"
