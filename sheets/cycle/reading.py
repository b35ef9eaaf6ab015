"""The one read of a cycle: the rows of every tab that is believed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sheets import google, tabs
from sheets.cells import SheetRowRead, read_row
from sheets.layout import STANDARD
from sheets.models import SheetLink, SheetTab


@dataclass
class Reading:
    """The rows of the tabs, and why a tab is not believed."""

    rows: list[SheetRowRead] = field(default_factory=list)
    damaged: dict[int, str] = field(default_factory=dict)  # sheet id -> reason


def read_tabs(link: SheetLink, existing: Sequence[SheetTab]) -> Reading:
    """Read these tabs in one request. Raises GoogleError."""
    reading = Reading()
    if not existing:
        return reading
    width = max(tab.columns.width for tab in existing)
    raw = google.read_tabs(link.spreadsheet_id, [tab.sheet_id for tab in existing], width)
    for tab in existing:
        values = raw[tab.sheet_id]
        problem = tabs.header_problem(values) if tab.columns == STANDARD else ""
        if problem:
            reading.damaged[tab.sheet_id] = problem
        else:
            reading.rows += _rows_of(tab, values)
    return reading


def _rows_of(tab: SheetTab, raw: Sequence[Sequence[object]]) -> Iterator[SheetRowRead]:
    layout = tab.columns
    for index, values in enumerate(raw):
        ours = layout.pick(values)
        if index >= layout.first_row and any(str(value).strip() for value in ours):
            yield read_row(sheet_id=tab.sheet_id, index=index, values=ours)
