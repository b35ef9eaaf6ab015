"""One batch as rows to write: what is done to which row, and the requests that do it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sheets.rows.batch import Request, write_cells
from sheets.rows.cells import HEADER, UID_COLUMN, Cells, SheetRowRead
from sheets.rows.layout import STANDARD, Layout

Place = tuple[int, int]  # sheet id, row index
BLANK = ("",) * len(HEADER)


@dataclass(frozen=True)
class Wanted:
    """A row that should stand in the tab `sheet_id`; `order` decides its place among ours.

    Cells of `left` keep what staff typed: it was refused, and they have a while to put it right.
    """

    uid: str
    sheet_id: int
    cells: Cells
    order: datetime
    status: str = ""
    left: frozenset[int] = frozenset()


class Kind(StrEnum):
    """What is done to a row."""

    CELLS = "cells"
    BLANK = "blank"
    NEW = "new"
    DROP = "drop"  # a row that we blanked in an earlier cycle is taken out


@dataclass(frozen=True)
class RowWrite:
    """One row of the batch: what is written where, and what was read there.

    `texts` are by place in HEADER, `before` holds the eight texts as read; `after` is the row's index when
    the whole batch is applied.
    """

    kind: Kind
    sheet_id: int
    index: int
    uid: str
    texts: Mapping[int, str]
    before: tuple[str, ...] = BLANK
    order: float = 0.0
    after: int = 0


@dataclass
class SheetPlan:
    """The rows to write, and the rows as they should stand after it by tab and index."""

    writes: list[RowWrite] = field(default_factory=list)
    expected: dict[int, dict[int, tuple[str, ...]]] = field(default_factory=dict)
    cut: list[RowWrite] = field(default_factory=list)  # more than one request should carry; next time

    def count(self, *kinds: Kind) -> int:
        """How many rows of these kinds it touches."""
        return sum(write.kind in kinds for write in self.writes)

    def texts_after(self) -> dict[str, tuple[str, ...]]:
        """Return what stands in each row written once the batch is applied, by the id there."""
        after = (self.expected[write.sheet_id].get(write.after, BLANK) for write in self.writes)
        return {texts[UID_COLUMN]: texts for texts in after}

    def requests(self, layouts: Mapping[int, Layout]) -> list[Request]:
        """Return the batch; from the bottom of each tab up, so that no index shifts before it is used."""
        return [
            request
            for write in sorted(self.writes, key=_bottom_up, reverse=True)
            for request in _requests_of(write, layouts.get(write.sheet_id, STANDARD))
        ]


def texts_of(row: SheetRowRead) -> tuple[str, ...]:
    """Return the eight texts of a row as they stand."""
    return (*(row.raw or row.cells), row.uid, row.status)


def _bottom_up(write: RowWrite) -> tuple[int, int, bool, float]:
    # At one index the row that stands there is changed before others are put above it,
    # and of those the latest goes in first: each next one pushes it down.
    return (write.sheet_id, write.index, write.kind != Kind.NEW, write.order)


def _requests_of(write: RowWrite, layout: Layout) -> list[Request]:
    rows = {
        "sheetId": write.sheet_id,
        "dimension": "ROWS",
        "startIndex": write.index,
        "endIndex": write.index + 1,
    }
    if write.kind == Kind.DROP:
        return [{"deleteDimension": {"range": rows}}]
    is_new = write.kind == Kind.NEW
    cells = write_cells(write.sheet_id, write.index, layout, write.texts, is_new=is_new)
    if is_new:
        return [
            {"insertDimension": {"range": rows, "inheritFromBefore": write.index > layout.first_row}},
            *cells,
        ]
    return cells
