"""From what should stand in the tabs and what stands there to one batch of requests. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheets.cells import CONTRACT_WIDTH, HEADER, STATUS_COLUMN, Cells, SheetRowRead
from sheets.layout import STANDARD, Layout

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
                    "gridProperties": {"rowCount": 1000, "columnCount": STANDARD.width, "frozenRowCount": 1},
                }
            }
        },
        *prepare_tab(sheet_id),
    ]


def prepare_tab(sheet_id: int) -> list[Request]:
    """Return the requests that give a tab its text format, header and hidden id column."""
    whole = {"sheetId": sheet_id, "startColumnIndex": 0, "endColumnIndex": STANDARD.width}
    ids = {
        "sheetId": sheet_id,
        "dimension": "COLUMNS",
        "startIndex": STANDARD.uid,
        "endIndex": STANDARD.uid + 1,
    }
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
                "range": ids,
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
    ]


def write_cells(
    sheet_id: int, row: int, layout: Layout, texts: Mapping[int, str] | Sequence[str], *, is_new: bool = False
) -> list[Request]:
    """Return writes of literal text: `stringValue` is never parsed, so no text can become a formula.

    Keys of `texts` are places in HEADER; columns of staff between ours are not touched. The cells of a new
    row also get the text format.
    """
    requests: list[Request] = []
    last = None
    for column, text in layout.place(texts):
        value: Request = {"userEnteredValue": {"stringValue": text}} if text else {}
        if is_new:
            value["userEnteredFormat"] = {"numberFormat": {"type": "TEXT"}}
        if last is not None and column == last + 1:
            requests[-1]["updateCells"]["rows"][0]["values"].append(value)
        else:
            start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
            fields = "userEnteredValue,userEnteredFormat.numberFormat" if is_new else "userEnteredValue"
            requests.append(
                {"updateCells": {"start": start, "rows": [{"values": [value]}], "fields": fields}}
            )
        last = column
    return requests


def _rows_dimension(sheet_id: int, start: int, end: int) -> dict[str, Any]:
    return {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": start, "endIndex": end}


def build(
    *,
    wanted: Mapping[str, Wanted],
    gone: Iterable[str],
    read: Sequence[SheetRowRead],
    orders: Mapping[str, datetime],
    layouts: Mapping[int, Layout] | None = None,
) -> SheetPlan:
    """Return the batch that turns what was read into what is wanted.

    `gone` are ids of ours that must not stand anywhere; `orders` tells the start of every id of ours
    that stands in a tab, so that a new row finds its place by time. Rows without one of our ids are
    never touched. Requests of a tab go from the bottom up, so that no index shifts before it is used.
    A tab that `layouts` does not name has the standard one.
    """
    layouts = layouts or {}
    plan, gone_ids = SheetPlan(), set(gone)
    steps: dict[int, list[tuple[int, datetime | None, list[Request]]]] = {}
    placed: set[str] = set()
    for row in read:
        target = wanted.get(row.uid)
        if target and target.sheet_id == row.sheet_id and row.uid not in placed:
            placed.add(row.uid)
            if changes := _changes(row, target, layouts.get(row.sheet_id, STANDARD)):
                plan.updated += 1
                steps.setdefault(row.sheet_id, []).append((row.index, None, changes))
        elif row.uid and (row.uid in gone_ids or target):
            plan.removed += 1
            drop = [{"deleteDimension": {"range": _rows_dimension(row.sheet_id, row.index, row.index + 1)}}]
            steps.setdefault(row.sheet_id, []).append((row.index, None, drop))
    for target in wanted.values():
        if target.uid not in placed:
            plan.added += 1
            layout = layouts.get(target.sheet_id, STANDARD)
            index = _place(target, read, orders, layout)
            steps.setdefault(target.sheet_id, []).append(
                (index, target.order, _insertion(target, index, layout))
            )
    for sheet_id in sorted(steps):
        for _, _, requests in sorted(steps[sheet_id], key=_bottom_up, reverse=True):
            plan.requests += requests
    return plan


def _bottom_up(step: tuple[int, datetime | None, list[Request]]) -> tuple[int, bool, float]:
    # At one index the row that stands there is changed before others are put above it,
    # and of those the latest goes in first: each next one pushes it down.
    index, order, _ = step
    return (index, order is None, order.timestamp() if order else 0.0)


def _changes(row: SheetRowRead, target: Wanted, layout: Layout) -> list[Request]:
    texts = {
        column: target.cells[column]
        for column in range(CONTRACT_WIDTH)
        # Whoever laid out the tab wrote dates and times in a way of their own; equal is equal there.
        if (row.raw if row.raw and layout == STANDARD else row.cells)[column] != target.cells[column]
    }
    if row.status != target.status:
        texts[STATUS_COLUMN] = target.status
    return write_cells(row.sheet_id, row.index, layout, texts)


def _place(
    target: Wanted, read: Sequence[SheetRowRead], orders: Mapping[str, datetime], layout: Layout
) -> int:
    """Return the index before which the row goes: before the first of ours that is later, else at the end."""
    here = [row for row in read if row.sheet_id == target.sheet_id]
    for row in here:
        if row.uid in orders and orders[row.uid] > target.order:
            return row.index
    return max((row.index for row in here), default=layout.header_row) + 1


def _insertion(target: Wanted, index: int, layout: Layout) -> list[Request]:
    return [
        {
            "insertDimension": {
                "range": _rows_dimension(target.sheet_id, index, index + 1),
                "inheritFromBefore": index > layout.first_row,
            }
        },
        *write_cells(target.sheet_id, index, layout, [*target.cells, target.uid, target.status], is_new=True),
    ]
