"""The one read of a cycle: the rows of every tab that is believed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets import google
from sheets.adoption import upkeep
from sheets.cells import SheetRowRead, read_row
from sheets.models import SheetLink, SheetTab


@dataclass
class Reading:
    """The rows of the tabs, why a tab is not believed, and what brings back columns of ours."""

    rows: list[SheetRowRead] = field(default_factory=list)
    damaged: dict[int, str] = field(default_factory=dict)  # sheet id -> reason
    columns: list[dict[str, Any]] = field(default_factory=list)
    moved: list[SheetTab] = field(default_factory=list)  # whose columns stand elsewhere by now
    back: dict[int, set[int]] = field(default_factory=dict)  # sheet id -> columns (of HEADER) that came back


def read_tabs(link: SheetLink, existing: Sequence[SheetTab]) -> Reading:
    """Read these tabs in one request. Raises GoogleError."""
    reading = Reading()
    if not existing:
        return reading
    width = max(tab.columns.width for tab in existing) + upkeep.SPARE
    raw = google.read_tabs(link.spreadsheet_id, [tab.sheet_id for tab in existing], width)
    settled = upkeep.settle_all(link, existing, raw)
    reading.damaged, reading.columns, reading.moved = settled.lost, settled.requests, settled.moved
    reading.back = settled.back
    for tab in existing:
        if tab.sheet_id not in reading.damaged:
            reading.rows += _rows_of(tab, raw[tab.sheet_id])
    return reading


def _rows_of(tab: SheetTab, raw: Sequence[Sequence[object]]) -> Iterator[SheetRowRead]:
    layout = tab.columns
    for index, values in enumerate(raw):
        ours = layout.pick(values)
        if index >= layout.first_row and any(str(value).strip() for value in ours):
            yield read_row(sheet_id=tab.sheet_id, index=index, values=ours)
