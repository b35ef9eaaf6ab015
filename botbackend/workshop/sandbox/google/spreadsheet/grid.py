"""Spreadsheets of immutable cells in mutable rows: cheap to copy, so that a batch is all or nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from botbackend.workshop.sandbox.google.spreadsheet.a1 import (
    Area,
    BadRange,
    parse_area,
    quote_title,
    split_title,
    write_range,
)
from botbackend.workshop.sandbox.google.spreadsheet.cells import EMPTY, Cell
from botbackend.workshop.sandbox.google.spreadsheet.protections import PROTECTED, Protection
from botbackend.workshop.sandbox.wire import Json


class Invalid(ValueError):
    """The request makes no sense (400 INVALID_ARGUMENT)."""


def _without_end(items: list[Any]) -> list[Any]:
    end = len(items)
    while end and (items[end - 1] is EMPTY or items[end - 1] == []):
        end -= 1
    return items[:end]


@dataclass(slots=True)
class Sheet:
    """A worksheet. Rows are as long as their last written cell."""

    id: int
    title: str
    row_count: int = 1000
    column_count: int = 26
    frozen_rows: int = 0
    hidden: bool = False
    rows: list[list[Cell]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    protections: list[Protection] = field(default_factory=list)
    validations: list[Json] = field(default_factory=list)
    basic_filter: Json | None = None

    def copy(self) -> Sheet:
        """A copy that shares the cells only."""
        return replace(
            self,
            rows=[list(row) for row in self.rows],
            hidden_columns=set(self.hidden_columns),
            protections=list(self.protections),
            validations=list(self.validations),
        )

    def get(self, row: int, column: int) -> Cell:
        """The cell at 0-based coordinates."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return EMPTY

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Write a cell; one that is covered stays blank. Raises Invalid outside the grid."""
        if row >= self.row_count or column >= self.column_count:
            name = write_range(self.title, row, column, row + 1, column + 1)
            limit = f"Max rows: {self.row_count}, max columns: {self.column_count}"
            raise Invalid(f"Range ({name}) exceeds grid limits. {limit}")
        while len(self.rows) <= row:
            self.rows.append([])
        line = self.rows[row]
        line.extend([EMPTY] * (column + 1 - len(line)))
        if not line[column].covered:
            line[column] = cell

    def last_row(self) -> int:
        """The number of rows up to the last one that shows something."""
        for index in range(len(self.rows) - 1, -1, -1):
            if any(not cell.blank for cell in self.rows[index]):
                return index + 1
        return 0

    def closed(self, area: Area) -> tuple[int, int, int, int]:
        """The area with open ends at the grid's: top, left, bottom, right."""
        bottom = self.row_count if area.bottom is None else min(area.bottom, self.row_count)
        right = self.column_count if area.right is None else min(area.right, self.column_count)
        return area.top, area.left, bottom, right

    def values(self, area: Area, option: str) -> list[list[Any]]:
        """The values without trailing blanks of rows and columns."""
        top, left, bottom, right = self.closed(area)
        lines: list[list[Any]] = []
        for row in self.rows[top : min(bottom, len(self.rows))]:
            cells = row[left:right]
            while cells and cells[-1].blank:
                cells.pop()
            lines.append([cell.rendered(option) for cell in cells])
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def full_range(self, area: Area) -> str:
        """A1 text of the area within the grid."""
        return write_range(self.title, *self.closed(area))

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Every written cell with its coordinates."""
        for row_number, row in enumerate(self.rows):
            for column, cell in enumerate(row):
                if cell.entered:
                    yield row_number, column, cell

    def protect(
        self, area: Area, *, editors: Iterable[str], warning_only: bool = False, text: str = ""
    ) -> int:
        """A protection; returns its id. Whoever makes it is to be among the editors, as Google has it."""
        number = random.randrange(1, 2_000_000_000)
        self.protections.append(Protection(number, area, warning_only, frozenset(editors), text))
        return number

    def check_allowed(self, row: int, column: int, who: str) -> None:
        """Raises Invalid where a protection stops this person or service account."""
        for protection in self.protections:
            top, left, bottom, right = self.closed(protection.area)
            if not protection.admits(who) and top <= row < bottom and left <= column < right:
                raise Invalid(PROTECTED)

    def protected_cells(self, who: str) -> list[tuple[Protection, list[list[Cell]]]]:
        """What stands in the areas in which this person may not write."""
        found = []
        for protection in self.protections:
            if not protection.admits(who):
                top, left, bottom, right = self.closed(protection.area)
                rows = [row[left:right] for row in self.rows[top:bottom]]
                found.append((protection, [_without_end(row) for row in _without_end(rows)]))
        return found

    def properties(self, index: int) -> Json:
        """SheetProperties."""
        grid: Json = {"rowCount": self.row_count, "columnCount": self.column_count}
        if self.frozen_rows:
            grid["frozenRowCount"] = self.frozen_rows
        properties = {"sheetId": self.id, "title": self.title, "index": index, "sheetType": "GRID"}
        properties["gridProperties"] = grid
        if self.hidden:
            properties["hidden"] = True
        return properties


@dataclass(slots=True)
class Spreadsheet:
    """A file. `shared` tells whether service accounts may use it, `editors` which (None = any)."""

    id: str
    title: str = "Salon"
    locale: str = "uk_UA"
    time_zone: str = "Europe/Kyiv"
    sheets: list[Sheet] = field(default_factory=list)
    metadata: list[Json] = field(default_factory=list)
    shared: bool = True
    editors: set[str] | None = None
    version: int = 1
    modified: float = 0

    def copy(self) -> Spreadsheet:
        """A copy to try a batch on."""
        return replace(self, sheets=[sheet.copy() for sheet in self.sheets], metadata=list(self.metadata))

    def is_open_to(self, email: str) -> bool:
        """Whether it is shared with this service account."""
        return self.shared and (self.editors is None or email in self.editors)

    def sheet(self, sheet_id: Any) -> Sheet:
        """A worksheet by its id. Raises Invalid."""
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise Invalid(f"No grid with id: {sheet_id}")

    def by_title(self, title: str) -> Sheet | None:
        """A worksheet by its title, whatever its case, as Google compares them."""
        return next((sheet for sheet in self.sheets if sheet.title.lower() == title.lower()), None)

    def rename(self, sheet: Sheet, title: str) -> None:
        """Another title. Raises Invalid when another worksheet bears it, in whatever case."""
        other = self.by_title(title)
        if other is not None and other is not sheet:
            raise Invalid(f'A sheet with the name "{title}" already exists.')
        sheet.title = title

    def remove(self, sheet: Sheet) -> None:
        """A worksheet away with its metadata. Raises Invalid for the last one."""
        if len(self.sheets) == 1:
            raise Invalid("You can't remove all the sheets in a document.")
        self.sheets.remove(sheet)
        self.metadata = [note for note in self.metadata if note["location"].get("sheetId") != sheet.id]

    def locate(self, text: str) -> tuple[Sheet, Area]:
        """The worksheet and area that an A1 text names. Raises Invalid as Google words it."""
        try:
            title, rest = split_title(text)
            if title is None:
                whole = self.by_title(text)
                if whole is not None:
                    return whole, Area()
                return self.sheets[0], parse_area(rest)
            sheet = self.by_title(title)
            if sheet is None:
                raise BadRange(text)
            area = parse_area(rest)
        except BadRange:
            raise Invalid(f"Unable to parse range: {text}") from None
        if area.top >= sheet.row_count or area.left >= sheet.column_count:
            limit = f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
            raise Invalid(f"Range ({quote_title(sheet.title)}!{rest}) exceeds grid limits. {limit}")
        return sheet, area

    def area(self, grid: Json) -> tuple[Sheet, Area]:
        """The worksheet and area of a GridRange. Raises Invalid."""
        sheet = self.sheet(grid.get("sheetId", 0))
        area = Area(
            int(grid.get("startRowIndex") or 0),
            int(grid.get("startColumnIndex") or 0),
            grid.get("endRowIndex"),
            grid.get("endColumnIndex"),
        )
        return sheet, area

    def add_sheet(self, properties: Json) -> Sheet:
        """A new worksheet. Raises Invalid when its title or id is taken."""
        title = str(properties.get("title") or f"Sheet{len(self.sheets) + 1}")
        if self.by_title(title) is not None:
            raise Invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
        wanted = properties.get("sheetId")
        taken = {sheet.id for sheet in self.sheets}
        if wanted in taken:
            raise Invalid(f"A sheet with the id {wanted} already exists.")
        grid = properties.get("gridProperties") or {}
        sheet = Sheet(
            id=random.randrange(10_000, 2_000_000_000) if wanted is None else int(wanted),
            title=title,
            row_count=int(grid.get("rowCount") or 1000),
            column_count=int(grid.get("columnCount") or 26),
            frozen_rows=int(grid.get("frozenRowCount") or 0),
            hidden=bool(properties.get("hidden")),
        )
        index = properties.get("index")
        self.sheets.insert(len(self.sheets) if index is None else int(index), sheet)
        return sheet

    def as_api(self, *, include_grid: bool = False, viewer: str = "") -> Json:
        """The Spreadsheet resource as `viewer` sees it."""
        sheets: list[Json] = []
        for index, sheet in enumerate(self.sheets):
            entry: Json = {"properties": sheet.properties(index)}
            if sheet.protections:
                entry["protectedRanges"] = [p.as_api(sheet.id, viewer) for p in sheet.protections]
            if include_grid:
                entry["data"] = [grid_data(sheet, Area())]
            sheets.append(entry)
        properties = {"title": self.title, "locale": self.locale, "autoRecalc": "ON_CHANGE"}
        properties["timeZone"] = self.time_zone
        answer: Json = {"spreadsheetId": self.id, "properties": properties, "sheets": sheets}
        if self.metadata:
            answer["developerMetadata"] = self.metadata
        answer["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{self.id}/edit"
        return answer


def grid_data(sheet: Sheet, area: Area) -> Json:
    """GridData of an area: entered, effective and formatted values."""
    top, left, bottom, right = sheet.closed(area)
    lines: list[Json] = []
    for row in sheet.rows[top:bottom]:
        cells: list[Json] = []
        for cell in row[left:right]:
            entry: Json = {}
            if cell.entered:
                entry = {"userEnteredValue": dict(cell.entered), "effectiveValue": cell.effective()}
                entry["formattedValue"] = cell.shown()
            cells.append(entry)
        while cells and not cells[-1]:
            cells.pop()
        lines.append({"values": cells} if cells else {})
    while lines and not lines[-1]:
        lines.pop()
    data: Json = {"rowData": lines} if lines else {}
    if top:
        data["startRow"] = top
    if left:
        data["startColumn"] = left
    return data
