"""From what should stand in the tabs and what stands there to one batch of requests. Pure.

A row that stands there is changed in place or blanked, never deleted: its index may be old by the time Google
applies the batch, and a wrong blank can be put right while a wrong deletion moves everything below it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sheets.cells import HEADER, STATUS_COLUMN, UID_COLUMN, Cells, SheetRowRead
from sheets.layout import STANDARD, Layout

Request = dict[str, Any]
Place = tuple[int, int]  # sheet id, row index
BLANK = ("",) * len(HEADER)
MOST_ROWS = 500


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

    `texts` are by place in HEADER; `before`: the eight texts as read; `after`: the index once all is applied.
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


def new_tab(sheet_id: int, title: str) -> list[Request]:
    """Return the requests that make a tab; text format, so that no locale reinterprets a cell."""
    return [
        {
            "addSheet": {
                "properties": {
                    "sheetId": sheet_id,
                    "title": title,
                    "gridProperties": {
                        "rowCount": 1000,
                        "columnCount": STANDARD.width,
                        "frozenRowCount": 1,
                    },
                }
            }
        },
        *prepare_tab(sheet_id),
    ]


def prepare_tab(sheet_id: int) -> list[Request]:
    """Return the requests that give a tab its text format, header and hidden id column."""
    whole = {"sheetId": sheet_id, "startColumnIndex": 0, "endColumnIndex": STANDARD.width}
    hidden = {"startIndex": STANDARD.uid, "endIndex": STANDARD.uid + 1}
    return [
        {
            "repeatCell": {
                "range": whole,
                "cell": {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}},
                "fields": "userEnteredFormat.numberFormat",
            }
        },
        *write_cells(sheet_id, STANDARD.header_row, STANDARD, HEADER),
        {
            "updateDimensionProperties": {
                "range": {"sheetId": sheet_id, "dimension": "COLUMNS", **hidden},
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
    ]


def write_cell(sheet_id: int, row: int, column: int, text: str) -> Request:
    """Return a write of one literal text; `column` is the tab's own."""
    return _write(sheet_id, row, column, [text], is_new=False)


def write_cells(
    sheet_id: int, row: int, layout: Layout, texts: Mapping[int, str] | Sequence[str], *, is_new: bool = False
) -> list[Request]:
    """Return writes of literal texts; columns of staff between ours are not touched.

    Keys of `texts` are places in HEADER. The cells of a new row also get the text format.
    """
    runs: list[tuple[int, list[str]]] = []
    for column, text in layout.place(texts):
        if runs and column == runs[-1][0] + len(runs[-1][1]):
            runs[-1][1].append(text)
        else:
            runs.append((column, [text]))
    return [_write(sheet_id, row, column, run, is_new=is_new) for column, run in runs]


def _write(sheet_id: int, row: int, column: int, texts: Sequence[str], *, is_new: bool) -> Request:
    """`stringValue` is never parsed, so no text can become a formula; a cell without a value is emptied."""
    values: list[Request] = [{"userEnteredValue": {"stringValue": text}} if text else {} for text in texts]
    fields = "userEnteredValue"
    if is_new:
        fields += ",userEnteredFormat.numberFormat"
        for value in values:
            value["userEnteredFormat"] = {"numberFormat": {"type": "TEXT"}}
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": values}], "fields": fields}}


def build(
    *,
    wanted: Mapping[str, Wanted],
    gone: Iterable[str],
    read: Sequence[SheetRowRead],
    seen: Mapping[Place, SheetRowRead] | None = None,
    loose: Mapping[Place, Mapping[int, str]] | None = None,
    layouts: Mapping[int, Layout] | None = None,
    drops: Iterable[Place] = (),
    most: int = MOST_ROWS,
) -> SheetPlan:
    """Return the batch that turns what was read into what is wanted.

    `gone` are ids of ours that must not stand anywhere. `read` holds the rows with true ids, `seen` the same
    rows as they stand, where that differs. Of rows without one of our ids only what `loose` names is
    touched, and an id that is not theirs. `drops` are rows blanked earlier.
    """
    gone_ids, seen, loose, layouts = set(gone), seen or {}, loose or {}, layouts or {}
    writes: list[RowWrite] = []
    placed: set[str] = set()
    for row in read:
        place = (row.sheet_id, row.index)
        as_seen, target = seen.get(place, row), wanted.get(row.uid)
        if target and target.sheet_id == row.sheet_id and row.uid not in placed:
            placed.add(row.uid)
            texts = _changes(row, as_seen, target, layouts.get(row.sheet_id, STANDARD))
        elif row.uid and (row.uid in gone_ids or target):
            texts = dict(enumerate(BLANK))
        else:
            texts = dict(loose.get(place, {}))
            if as_seen.uid:
                texts.setdefault(UID_COLUMN, "")
        if texts:
            writes.append(_write_of(row, as_seen, texts))
    orders = {uid: row.order for uid, row in wanted.items()}
    for target in wanted.values():
        if target.uid not in placed:
            index = _place(target, read, orders, layouts.get(target.sheet_id, STANDARD))
            writes.append(_new(target, index))
    standing = {(row.sheet_id, row.index) for row in read}
    writes += [
        RowWrite(Kind.DROP, sheet_id, index, "", {})
        for sheet_id, index in drops
        if (sheet_id, index) not in standing
    ]
    return _with_view(writes[:most], list(seen.values()) or list(read), cut=writes[most:])


def _write_of(row: SheetRowRead, as_seen: SheetRowRead, texts: Mapping[int, str]) -> RowWrite:
    is_blank = len(texts) == len(BLANK) and not any(texts.values())
    kind = Kind.BLANK if is_blank else Kind.CELLS
    return RowWrite(kind, row.sheet_id, row.index, row.uid, texts, texts_of(as_seen))


def _new(target: Wanted, index: int) -> RowWrite:
    texts = dict(enumerate((*target.cells, target.uid, target.status)))
    return RowWrite(Kind.NEW, target.sheet_id, index, target.uid, texts, order=target.order.timestamp())


def _changes(row: SheetRowRead, seen: SheetRowRead, target: Wanted, layout: Layout) -> dict[int, str]:
    # Whoever laid out the tab wrote dates and times in a way of their own: equal is equal there.
    raw = seen.raw if seen.raw and layout == STANDARD else seen.cells
    texts: dict[int, str] = {}
    for column, text in enumerate(target.cells):
        if column not in target.left and raw[column] != text:
            texts[column] = text
        elif column in target.left and seen.cells[column] != row.cells[column]:
            texts[column] = texts_of(row)[column]  # staff's own word, over which a stray write of ours stands
    if seen.uid != target.uid:
        texts[UID_COLUMN] = target.uid
    if seen.status != target.status:
        texts[STATUS_COLUMN] = target.status
    return texts


def _place(
    target: Wanted, read: Sequence[SheetRowRead], orders: Mapping[str, datetime], layout: Layout
) -> int:
    """Return the index before which the row goes: before the first of ours that is later, else at the end."""
    here = [row for row in read if row.sheet_id == target.sheet_id]
    later = [row.index for row in here if row.uid in orders and orders[row.uid] > target.order]
    return min(later, default=max((row.index for row in here), default=layout.header_row) + 1)


def _bottom_up(write: RowWrite) -> tuple[int, int, bool, float]:
    # At one index the row that stands there is changed before others are put above it,
    # and of those the latest goes in first: each next one pushes it down.
    return (write.sheet_id, write.index, write.kind != Kind.NEW, write.order)


def _with_view(
    writes: Sequence[RowWrite], there: Sequence[SheetRowRead], *, cut: list[RowWrite]
) -> SheetPlan:
    """Work out where each row stands after the batch, and what stands there."""
    plan = SheetPlan(cut=cut)
    by_place = {(write.sheet_id, write.index): write for write in writes if write.kind != Kind.NEW}
    for sheet_id in {write.sheet_id for write in writes}:
        here = [write for write in writes if write.sheet_id == sheet_id]
        new = sorted((write for write in here if write.kind == Kind.NEW), key=lambda w: (w.index, w.order))
        dropped = [write.index for write in here if write.kind == Kind.DROP]
        view = plan.expected.setdefault(sheet_id, {})

        def after(index: int, added: int, dropped: Sequence[int] = dropped) -> int:
            return index + added - sum(drop < index for drop in dropped)

        for number, write in enumerate(new):
            plan.writes.append(replace(write, after=after(write.index, number)))
            view[plan.writes[-1].after] = tuple(write.texts[column] for column in range(len(BLANK)))
        for row in (row for row in there if row.sheet_id == sheet_id):
            changed = by_place.get((sheet_id, row.index))
            texts = changed.texts if changed else {}
            place = after(row.index, sum(write.index <= row.index for write in new))
            view[place] = tuple(texts.get(column, text) for column, text in enumerate(texts_of(row)))
        for write in (write for write in here if write.kind != Kind.NEW):
            added = sum(other.index <= write.index for other in new)
            plan.writes.append(replace(write, after=after(write.index, added)))
    return plan


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
