"""The `values` methods of Sheets v4, on a copy of the spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botbackend.workshop.sandbox.google.spreadsheet.a1 import Area, write_range
from botbackend.workshop.sandbox.google.spreadsheet.cells import EMPTY, Cell, entered_raw, typed
from botbackend.workshop.sandbox.google.spreadsheet.grid import Invalid, Sheet, Spreadsheet
from botbackend.workshop.sandbox.wire import Json

FormulaNoted = Callable[[Sheet, int, int, str], None]
INPUT_OPTIONS = ("RAW", "USER_ENTERED")


def value_range(sheet: Sheet, area: Area, option: str, dimension: str = "ROWS") -> Json:
    """A ValueRange; no `values` key when nothing is there."""
    values = sheet.values(area, option or "FORMATTED_VALUE")
    if dimension == "COLUMNS":
        width = max((len(row) for row in values), default=0)
        values = [[row[i] if i < len(row) else "" for row in values] for i in range(width)]
    answer: Json = {"range": sheet.full_range(area), "majorDimension": dimension or "ROWS"}
    if values:
        answer["values"] = values
    return answer


def by_data_filters(book: Spreadsheet, body: Json) -> Json:
    """`values:batchGetByDataFilter` with grid ranges or A1 ranges. Raises Invalid."""
    found = []
    for wanted in body.get("dataFilters") or []:
        if "gridRange" in wanted:
            sheet, area = book.area(wanted["gridRange"])
        elif "a1Range" in wanted:
            sheet, area = book.locate(wanted["a1Range"])
        else:
            raise Invalid("Invalid dataFilter")
        values = value_range(
            sheet, area, body.get("valueRenderOption") or "", body.get("majorDimension") or "ROWS"
        )
        found.append({"valueRange": values, "dataFilters": [wanted]})
    return {"spreadsheetId": book.id, "valueRanges": found}


class ValueWriter:
    """Writes value ranges and reports every formula that an API client lets in."""

    def __init__(self, book: Spreadsheet, option: str, formula_noted: FormulaNoted, who: str) -> None:
        if option not in INPUT_OPTIONS:
            raise Invalid("'valueInputOption' is required but not specified")
        self.book = book
        self._option, self._who = option, who
        self._formula_noted = formula_noted

    def update(self, text: str, body: Json) -> Json:
        """`values.update`: an UpdateValuesResponse. Raises Invalid."""
        if body.get("range") and self.book.locate(body["range"]) != self.book.locate(text):
            raise Invalid(f"Requested writing within range [{text}], but tried writing to [{body['range']}]")
        sheet, area = self.book.locate(text)
        return self._write(sheet, area, _rows(body))

    def _write(self, sheet: Sheet, area: Area, rows: list[list[Any]]) -> Json:
        height, width = len(rows), max((len(row) for row in rows), default=0)
        single = area.bottom == area.top + 1 and area.right == area.left + 1
        _, _, bottom, right = sheet.closed(area)
        if not single and (area.top + height > bottom or area.left + width > right):
            asked = sheet.full_range(area)
            raise Invalid(f"Requested writing within range [{asked}], but tried writing outside of it")
        written = sum(
            self._put(sheet, row, column, value)
            for row, line in enumerate(rows, area.top)
            for column, value in enumerate(line, area.left)
        )
        ends = area.top + max(height, 1), area.left + max(width, 1)
        return {
            "spreadsheetId": self.book.id,
            "updatedRange": write_range(sheet.title, area.top, area.left, *ends),
            "updatedRows": height,
            "updatedColumns": width,
            "updatedCells": written,
        }

    def _put(self, sheet: Sheet, row: int, column: int, value: Any) -> int:
        if value is None:
            return 0
        if isinstance(value, list | dict):
            raise Invalid(f"Invalid values[{row}][{column}]: struct_value")
        sheet.check_allowed(row, column, self._who)
        before = sheet.get(row, column)
        cell = self._cell(value, before)
        if cell.formula:
            self._formula_noted(sheet, row, column, cell.formula)
        sheet.put(row, column, cell)
        return 1

    def _cell(self, value: Any, before: Cell) -> Cell:
        if self._option == "RAW":
            return before.with_value(entered_raw(value), api=True)
        return typed(value, before, self.book.locale, api=True)

    def batch(self, data: list[Json]) -> Json:
        """`values:batchUpdate`."""
        responses = [self.update(str(entry.get("range", "")), {**entry, "range": None}) for entry in data]
        sheets = {response["updatedRange"].rpartition("!")[0] for response in responses}
        return {
            "spreadsheetId": self.book.id,
            "totalUpdatedRows": sum(response["updatedRows"] for response in responses),
            "totalUpdatedColumns": sum(response["updatedColumns"] for response in responses),
            "totalUpdatedCells": sum(response["updatedCells"] for response in responses),
            "totalUpdatedSheets": len(sheets),
            "responses": responses,
        }

    def append(self, text: str, body: Json, *, insert_rows: bool) -> Json:
        """`values.append`: after the table found in the range, from the table's first column."""
        sheet, area = self.book.locate(text)
        rows = _rows(body)
        table = _table(sheet, area)
        answer: Json = {"spreadsheetId": self.book.id}
        if table is None:
            top, left = area.top, area.left
        else:
            answer["tableRange"] = write_range(sheet.title, *table)
            top, left = table[2], table[1]
        if insert_rows and top < len(sheet.rows):
            sheet.rows[top:top] = [[] for _ in rows]
            sheet.row_count += len(rows)
        sheet.row_count = max(sheet.row_count, top + len(rows))
        answer["updates"] = self._write(sheet, Area(top, left), rows)
        return answer


def _rows(body: Json) -> list[list[Any]]:
    rows = body.get("values") or []
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise Invalid("Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue)")
    if body.get("majorDimension") == "COLUMNS":
        height = max((len(column) for column in rows), default=0)
        return [[column[i] if i < len(column) else None for column in rows] for i in range(height)]
    return rows


def _table(sheet: Sheet, area: Area) -> tuple[int, int, int, int] | None:
    """The block of filled rows that begins in the range: top, left, bottom, right."""
    top, left, bottom, right = sheet.closed(area)
    filled = [
        row
        for row in range(top, min(bottom, len(sheet.rows)))
        if any(not cell.blank for cell in sheet.rows[row][left:right])
    ]
    if not filled:
        return None
    columns = [
        column
        for row in filled
        for column in range(left, min(right, len(sheet.rows[row])))
        if not sheet.rows[row][column].blank
    ]
    return filled[0], min(columns), filled[-1] + 1, max(columns) + 1


def clear(book: Spreadsheet, text: str, who: str) -> str:
    """`values.clear`: empty the cells, keep their formats; returns the range cleared. Raises Invalid."""
    sheet, area = book.locate(text)
    top, left, bottom, right = sheet.closed(area)
    for row in range(top, min(bottom, len(sheet.rows))):
        for column in range(left, min(right, len(sheet.rows[row]))):
            sheet.check_allowed(row, column, who)
            if sheet.rows[row][column] is not EMPTY:
                sheet.rows[row][column] = sheet.rows[row][column].with_value(None, api=True)
    return sheet.full_range(area)
