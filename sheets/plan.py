"""From what should stand in the tabs and what stands there to one batch of requests. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheets.cells import CONTRACT_WIDTH, HEADER, STATUS_COLUMN, UID_COLUMN, WIDTH, Cells, SheetRowRead

Request = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """A row that should stand in the tab `sheet_id`; `order` decides its place among ours."""

    uid: str
    sheet_id: int
    cells: Cells
    order: datetime
    status: str = ""


@dataclass
class SheetPlan:
    """The batch, and how many rows of each kind it touches."""

    requests: list[Request] = field(default_factory=list)
    updated: int = 0
    added: int = 0
    removed: int = 0


def new_tab(sheet_id: int, title: str) -> list[Request]:
    """Return the requests that make a tab; text format, so that no locale reinterprets a cell."""
    return [
        {
            "addSheet": {
                "properties": {
                    "sheetId": sheet_id,
                    "title": title,
                    "gridProperties": {"rowCount": 1000, "columnCount": WIDTH, "frozenRowCount": 1},
                }
            }
        },
        *prepare_tab(sheet_id),
    ]


def prepare_tab(sheet_id: int) -> list[Request]:
    """Return the requests that give a tab its text format, header and hidden id column."""
    whole = {"sheetId": sheet_id, "startColumnIndex": 0, "endColumnIndex": WIDTH}
    return [
        {
            "repeatCell": {
                "range": whole,
                "cell": {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}},
                "fields": "userEnteredFormat.numberFormat",
            }
        },
        _write_cells(sheet_id, 0, 0, HEADER),
        {
            "updateDimensionProperties": {
                "range": {
                    "sheetId": sheet_id,
                    "dimension": "COLUMNS",
                    "startIndex": UID_COLUMN,
                    "endIndex": UID_COLUMN + 1,
                },
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
    ]


def write_cell(sheet_id: int, row: int, column: int, text: str) -> Request:
    """Return a write of one literal text."""
    return _write_cells(sheet_id, row, column, [text])


def _write_cells(sheet_id: int, row: int, column: int, texts: Sequence[str]) -> Request:
    """Return a write of literal text: `stringValue` is never parsed, so no text can become a formula."""
    values = [{"userEnteredValue": {"stringValue": text}} for text in texts]
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": values}], "fields": "userEnteredValue"}}


def _rows_dimension(sheet_id: int, start: int, end: int) -> dict[str, Any]:
    return {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": start, "endIndex": end}


def build(
    *,
    wanted: Mapping[str, Wanted],
    gone: Iterable[str],
    read: Sequence[SheetRowRead],
    orders: Mapping[str, datetime],
) -> SheetPlan:
    """Return the batch that turns what was read into what is wanted.

    `gone` are ids of ours that must not stand anywhere; `orders` tells the start of every id of ours
    that stands in a tab, so that a new row finds its place by time. Rows without one of our ids are
    never touched. Requests of a tab go from the bottom up, so that no index shifts before it is used.
    """
    plan, gone_ids = SheetPlan(), set(gone)
    steps: dict[int, list[tuple[int, datetime | None, list[Request]]]] = {}
    placed: set[str] = set()
    for row in read:
        target = wanted.get(row.uid)
        if target and target.sheet_id == row.sheet_id and row.uid not in placed:
            placed.add(row.uid)
            if changes := _changes(row, target):
                plan.updated += 1
                steps.setdefault(row.sheet_id, []).append((row.index, None, changes))
        elif row.uid and (row.uid in gone_ids or target):
            plan.removed += 1
            drop = [{"deleteDimension": {"range": _rows_dimension(row.sheet_id, row.index, row.index + 1)}}]
            steps.setdefault(row.sheet_id, []).append((row.index, None, drop))
    for target in wanted.values():
        if target.uid not in placed:
            plan.added += 1
            index = _place(target, read, orders)
            steps.setdefault(target.sheet_id, []).append((index, target.order, _insertion(target, index)))
    for sheet_id in sorted(steps):
        for _, _, requests in sorted(steps[sheet_id], key=_bottom_up, reverse=True):
            plan.requests += requests
    return plan


def _bottom_up(step: tuple[int, datetime | None, list[Request]]) -> tuple[int, bool, float]:
    # At one index the row that stands there is changed before others are put above it,
    # and of those the latest goes in first: each next one pushes it down.
    index, order, _ = step
    return (index, order is None, order.timestamp() if order else 0.0)


def _changes(row: SheetRowRead, target: Wanted) -> list[Request]:
    changes = [
        _write_cells(row.sheet_id, row.index, column, [target.cells[column]])
        for column in range(CONTRACT_WIDTH)
        if (row.raw or row.cells)[column] != target.cells[column]
    ]
    if row.status != target.status:
        changes.append(_write_cells(row.sheet_id, row.index, STATUS_COLUMN, [target.status]))
    return changes


def _place(target: Wanted, read: Sequence[SheetRowRead], orders: Mapping[str, datetime]) -> int:
    """Return the index before which the row goes: before the first of ours that is later, else at the end."""
    here = [row for row in read if row.sheet_id == target.sheet_id]
    for row in here:
        if row.uid in orders and orders[row.uid] > target.order:
            return row.index
    return max((row.index for row in here), default=0) + 1


def _insertion(target: Wanted, index: int) -> list[Request]:
    row = _write_cells(target.sheet_id, index, 0, [*target.cells, target.uid, target.status])
    for value in row["updateCells"]["rows"][0]["values"]:
        value["userEnteredFormat"] = {"numberFormat": {"type": "TEXT"}}
    row["updateCells"]["fields"] = "userEnteredValue,userEnteredFormat.numberFormat"
    return [
        {
            "insertDimension": {
                "range": _rows_dimension(target.sheet_id, index, index + 1),
                "inheritFromBefore": index > 1,
            }
        },
        row,
    ]
