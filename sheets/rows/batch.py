"""Requests of a batch that every part of the mirror makes: tabs of ours, and literal texts in cells."""

from collections.abc import Mapping, Sequence
from typing import Any

from sheets.rows.cells import HEADER
from sheets.rows.layout import STANDARD, Layout

Request = dict[str, Any]


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
