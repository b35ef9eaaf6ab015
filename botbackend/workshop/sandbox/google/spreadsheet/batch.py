"""`spreadsheets.batchUpdate`: its requests, applied in order to a copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botbackend.workshop.sandbox.google.spreadsheet import metadata
from botbackend.workshop.sandbox.google.spreadsheet.cells import EMPTY, Cell, cell_from_api
from botbackend.workshop.sandbox.google.spreadsheet.dimensions import delete, insert, sort_area
from botbackend.workshop.sandbox.google.spreadsheet.grid import Invalid, Sheet, Spreadsheet
from botbackend.workshop.sandbox.google.spreadsheet.protections import PROTECTED
from botbackend.workshop.sandbox.wire import Json

FormulaNoted = Callable[[Sheet, int, int, str], None]


class Batch:
    """Applies the requests of one batch to a copy; the caller keeps the copy on success."""

    def __init__(self, book: Spreadsheet, formula_noted: FormulaNoted, who: str) -> None:
        self.book, self.who = book, who
        self._formula_noted = formula_noted

    def apply(self, requests: Any) -> list[Json]:
        """The replies, one per request. Raises Invalid, naming the request that failed."""
        if not isinstance(requests, list) or not requests:
            raise Invalid("Must specify at least one request.")
        replies = []
        for index, request in enumerate(requests):
            if not isinstance(request, dict) or len(request) != 1:
                raise Invalid(f"Invalid value at 'requests[{index}]': exactly one kind must be set")
            name, body = next(iter(request.items()))
            action = ACTIONS.get(name)
            if action is None:
                raise Invalid(
                    f"Invalid JSON payload received. Unknown name \"{name}\" at 'requests[{index}]': "
                    "Cannot find field."
                )
            try:
                replies.append(action(self, body) or {})
            except (KeyError, TypeError, ValueError) as error:
                raise Invalid(f"Invalid requests[{index}].{name}: {error}") from error
        return replies

    # Cells
    def _put(self, sheet: Sheet, row: int, column: int, cell: Cell) -> None:
        if cell.formula:
            self._formula_noted(sheet, row, column, cell.formula)
        sheet.check_allowed(row, column, self.who)
        sheet.put(row, column, cell)

    def update_cells(self, body: Json) -> None:
        """Write CellData into an area or from a start cell on."""
        fields = _fields(body)
        if "start" in body:
            start = body["start"]
            sheet = self.book.sheet(start.get("sheetId", 0))
            top, left = int(start.get("rowIndex", 0)), int(start.get("columnIndex", 0))
        else:
            sheet, area = self.book.area(body["range"])
            top, left, bottom, right = sheet.closed(area)
            for row in range(top, bottom):
                for column in range(left, right):
                    if sheet.get(row, column) is not EMPTY:
                        self._put(sheet, row, column, cell_from_api({}, sheet.get(row, column), fields))
        self._write_rows(sheet, top, left, body.get("rows") or [], fields)

    def _write_rows(self, sheet: Sheet, top: int, left: int, rows: list[Json], fields: set[str]) -> None:
        for row, line in enumerate(rows, top):
            for column, data in enumerate(line.get("values") or [], left):
                self._put(sheet, row, column, cell_from_api(data or {}, sheet.get(row, column), fields))

    def append_cells(self, body: Json) -> None:
        """Write after the last row with data, adding rows where the grid ends."""
        sheet = self.book.sheet(body.get("sheetId", 0))
        rows = body.get("rows") or []
        top = sheet.last_row()
        sheet.row_count = max(sheet.row_count, top + len(rows))
        self._write_rows(sheet, top, 0, rows, _fields(body))

    def repeat_cell(self, body: Json) -> None:
        """One CellData over an area; only formats reach cells that nobody wrote yet."""
        sheet, area = self.book.area(body["range"])
        top, left, bottom, right = sheet.closed(area)
        fields = _fields(body)
        for row in range(top, bottom):
            for column in range(left, right):
                self._put(
                    sheet, row, column, cell_from_api(body.get("cell") or {}, sheet.get(row, column), fields)
                )

    def sort_range(self, body: Json) -> None:
        """Move the cell data of the rows of an area."""
        sheet, area = self.book.area(body["range"])
        sort_area(sheet, area, body.get("sortSpecs") or [])

    # Dimensions
    def insert_dimension(self, body: Json) -> None:
        """Empty rows or columns."""
        sheet, start, end, by_rows = self._dimension(body["range"])
        insert(sheet, start, end - start, by_rows=by_rows)

    def delete_dimension(self, body: Json) -> None:
        """Rows or columns with all they hold."""
        sheet, start, end, by_rows = self._dimension(body["range"])
        size = sheet.row_count if by_rows else sheet.column_count
        if end > size or end - start >= size:
            raise Invalid(f"Cannot delete {start}:{end} of {size}.")
        for row in range(start, end) if by_rows else ():
            for column in range(sheet.column_count if sheet.protections else 0):
                sheet.check_allowed(row, column, self.who)
        delete(sheet, start, end, by_rows=by_rows)

    def append_dimension(self, body: Json) -> None:
        """More grid at the end."""
        sheet = self.book.sheet(body.get("sheetId", 0))
        if body.get("dimension", "ROWS") == "ROWS":
            sheet.row_count += int(body["length"])
        else:
            sheet.column_count += int(body["length"])

    def update_dimension_properties(self, body: Json) -> None:
        """Hide or show columns; sizes are accepted and have no effect."""
        sheet, start, end, by_rows = self._dimension(body["range"])
        if "hiddenByUser" not in _fields(body) or by_rows:
            return
        for column in range(start, end):
            if body["properties"].get("hiddenByUser"):
                sheet.hidden_columns.add(column)
            else:
                sheet.hidden_columns.discard(column)

    def _dimension(self, span: Json) -> tuple[Sheet, int, int, bool]:
        sheet = self.book.sheet(span.get("sheetId", 0))
        start, end = int(span.get("startIndex", 0)), int(span["endIndex"])
        if start < 0 or end <= start:
            raise Invalid("endIndex must be greater than startIndex")
        return sheet, start, end, span.get("dimension", "ROWS") == "ROWS"

    # Worksheets
    def add_sheet(self, body: Json) -> Json:
        """A new worksheet."""
        sheet = self.book.add_sheet(body.get("properties") or {})
        return {"addSheet": {"properties": sheet.properties(self.book.sheets.index(sheet))}}

    def delete_sheet(self, body: Json) -> None:
        """A worksheet away; the last one may not go."""
        sheet = self.book.sheet(body.get("sheetId", 0))
        self.book.remove(sheet)

    def update_sheet_properties(self, body: Json) -> None:
        """Title, order, visibility, frozen rows and grid size."""
        properties = body["properties"]
        sheet = self.book.sheet(properties.get("sheetId", 0))
        fields = {field.replace("/", ".") for field in _fields(body)}
        grid = properties.get("gridProperties") or {}
        if fields & {"title", "*"}:
            self.book.rename(sheet, str(properties["title"]))
        if "hidden" in fields:
            sheet.hidden = bool(properties.get("hidden"))
        if "index" in fields:
            self.book.sheets.remove(sheet)
            self.book.sheets.insert(int(properties.get("index", 0)), sheet)
        if "gridProperties.frozenRowCount" in fields or "gridProperties" in fields:
            sheet.frozen_rows = int(grid.get("frozenRowCount", 0))
        if "rowCount" in grid and {"gridProperties.rowCount", "gridProperties"} & fields:
            sheet.row_count = int(grid["rowCount"])
            del sheet.rows[sheet.row_count :]
        if "columnCount" in grid and {"gridProperties.columnCount", "gridProperties"} & fields:
            sheet.column_count = int(grid["columnCount"])

    def update_spreadsheet_properties(self, body: Json) -> None:
        """Title, locale and time zone of the file."""
        properties, fields = body["properties"], _fields(body)
        self.book.title = properties["title"] if "title" in fields else self.book.title
        self.book.locale = properties["locale"] if "locale" in fields else self.book.locale
        self.book.time_zone = properties["timeZone"] if "timeZone" in fields else self.book.time_zone

    # What lies over the cells
    def set_data_validation(self, body: Json) -> None:
        """A rule for an area; kept, not enforced (`strict` false only warns)."""
        sheet, _ = self.book.area(body["range"])
        sheet.validations = [rule for rule in sheet.validations if rule["range"] != body["range"]]
        if body.get("rule"):
            sheet.validations.append(body)

    def set_basic_filter(self, body: Json) -> None:
        """The worksheet's filter."""
        sheet, _ = self.book.area(body["filter"]["range"])
        sheet.basic_filter = body["filter"]

    def clear_basic_filter(self, body: Json) -> None:
        """No filter."""
        self.book.sheet(body.get("sheetId", 0)).basic_filter = None

    def add_protected_range(self, body: Json) -> Json:
        """A protection; whoever adds it may go on writing there."""
        wish = body["protectedRange"]
        sheet, area = self.book.area(wish["range"])
        editors = {self.who, *((wish.get("editors") or {}).get("users") or ())}
        warning_only = bool(wish.get("warningOnly"))
        if warning_only and wish.get("editors"):
            raise Invalid("Editors are not supported with warningOnly protection.")
        text = str(wish.get("description") or "")
        number = sheet.protect(area, editors=editors, warning_only=warning_only, text=text)
        return {"addProtectedRange": {"protectedRange": {**wish, "protectedRangeId": number}}}

    def delete_protected_range(self, body: Json) -> None:
        """A protection away, by one of its editors."""
        number = body["protectedRangeId"]
        for sheet in self.book.sheets:
            for found in [one for one in sheet.protections if one.id == number]:
                if not found.admits(self.who):
                    raise Invalid(PROTECTED)
                sheet.protections = [one for one in sheet.protections if one is not found]
                return
        raise Invalid(f"No protected range with ID: {number}")

    def create_developer_metadata(self, body: Json) -> Json:
        """Invisible notes at a spreadsheet, a worksheet or a row."""
        return metadata.create(self.book, body)

    def update_developer_metadata(self, body: Json) -> Json:
        """Change such notes."""
        return metadata.update(self.book, body)

    def delete_developer_metadata(self, body: Json) -> Json:
        """Take such notes away."""
        return metadata.delete(self.book, body)

    def accept(self, body: Json) -> None:
        """Looks only: borders, widths, colours."""


def _fields(body: Json) -> set[str]:
    fields = str(body.get("fields") or "")
    if not fields:
        raise Invalid("At least one field must be listed in 'fields'.")
    return {field.strip() for field in fields.split(",")}


Action = Callable[[Batch, Json], Json | None]
ACTIONS: dict[str, Action] = {
    "updateCells": Batch.update_cells,
    "appendCells": Batch.append_cells,
    "repeatCell": Batch.repeat_cell,
    "sortRange": Batch.sort_range,
    "insertDimension": Batch.insert_dimension,
    "deleteDimension": Batch.delete_dimension,
    "appendDimension": Batch.append_dimension,
    "updateDimensionProperties": Batch.update_dimension_properties,
    "addSheet": Batch.add_sheet,
    "deleteSheet": Batch.delete_sheet,
    "updateSheetProperties": Batch.update_sheet_properties,
    "updateSpreadsheetProperties": Batch.update_spreadsheet_properties,
    "setDataValidation": Batch.set_data_validation,
    "setBasicFilter": Batch.set_basic_filter,
    "clearBasicFilter": Batch.clear_basic_filter,
    "addProtectedRange": Batch.add_protected_range,
    "deleteProtectedRange": Batch.delete_protected_range,
    "createDeveloperMetadata": Batch.create_developer_metadata,
    "updateDeveloperMetadata": Batch.update_developer_metadata,
    "deleteDeveloperMetadata": Batch.delete_developer_metadata,
    "autoResizeDimensions": Batch.accept,
    "updateBorders": Batch.accept,
    "addConditionalFormatRule": Batch.accept,
}
