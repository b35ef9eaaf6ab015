"""What a person's hands do to a worksheet: typing, cutting, pasting, sorting, moving rows and columns."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from botbackend.workshop.sandbox.google.spreadsheet.a1 import Area, quote_title
from botbackend.workshop.sandbox.google.spreadsheet.cells import EMPTY, Cell, typed
from botbackend.workshop.sandbox.google.spreadsheet.dimensions import delete, insert, move_columns, sort_area
from botbackend.workshop.sandbox.google.spreadsheet.grid import Invalid, Sheet, Spreadsheet
from botbackend.workshop.sandbox.google.spreadsheet.protections import PERSON, PROTECTED
from botbackend.workshop.sandbox.wire import Json

Grid = list[list[Cell]]


def act(book: Spreadsheet, wish: Json) -> None:
    """Do one action on a copy of the spreadsheet. Raises KeyError, ValueError (Invalid) if it cannot be."""
    action = str(wish.get("action", "set"))
    if action == "add_sheet":
        book.add_sheet({"title": wish["title"]})
        return
    sheet = book.by_title(str(wish["sheet"]))
    if sheet is None:
        raise ValueError(f"no worksheet {wish['sheet']!r}")
    ACTIONS[action](book, sheet, wish)


def check_protections(before: Spreadsheet, after: Spreadsheet, who: str) -> None:
    """Raises Invalid if something changed where this person may not write."""
    now = {sheet.id: sheet for sheet in after.sheets}
    for sheet in before.sheets:
        for protection, cells in sheet.protected_cells(who):
            found = now[sheet.id].protected_cells(who) if sheet.id in now else []
            left = next((text for other, text in found if other.id == protection.id), None)
            is_whole = protection.area == Area()
            if left != cells or (is_whole and sheet.row_count != now[sheet.id].row_count):
                raise Invalid(PROTECTED)


def _type(book: Spreadsheet, sheet: Sheet, row: int, column: int, value: Any) -> None:
    sheet.put(row, column, typed(value, sheet.get(row, column), book.locale, api=False))


def _area(book: Spreadsheet, sheet: Sheet, text: str) -> Area:
    return book.locate(f"{quote_title(sheet.title)}!{text}")[1]


def _block(book: Spreadsheet, sheet: Sheet, wish: Json) -> tuple[int, int, int, int]:
    """Corners of what the wish names: a `range`, or whole rows by `row` and `count`."""
    if wish.get("range"):
        return sheet.closed(_area(book, sheet, str(wish["range"])))
    top = int(wish["row"]) - 1
    return top, 0, top + int(wish.get("count", 1)), sheet.column_count


def _taken(sheet: Sheet, corners: tuple[int, int, int, int]) -> Grid:
    top, left, bottom, right = corners
    return [[sheet.get(row, column) for column in range(left, right)] for row in range(top, bottom)]


def _put_down(sheet: Sheet, top: int, left: int, cells: Grid) -> None:
    """Paste; the grid grows downwards, as it does under a person's hands."""
    sheet.row_count = max(sheet.row_count, top + len(cells))
    for row, line in enumerate(cells, top):
        for column, cell in enumerate(line, left):
            if cell is not EMPTY or sheet.get(row, column) is not EMPTY:
                sheet.put(row, column, replace(cell, api=False))


def _target(book: Spreadsheet, sheet: Sheet, wish: Json) -> Sheet:
    found = book.by_title(str(wish["to_sheet"])) if wish.get("to_sheet") else sheet
    if found is None:
        raise ValueError(f"no worksheet {wish['to_sheet']!r}")
    return found


# Cells
def _set(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    area = _area(book, sheet, str(wish["cell"]))
    _type(book, sheet, area.top, area.left, wish["value"])


def _set_row(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    _paste(book, sheet, {"row": wish["row"], "values": [wish["values"]]})


def _paste(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    """Many rows of text from elsewhere; None leaves a cell as it is."""
    top, left = int(wish["row"]) - 1, int(wish.get("column", 0))
    sheet.row_count = max(sheet.row_count, top + len(wish["values"]))
    for row, line in enumerate(wish["values"], top):
        for column, value in enumerate(line, left):
            if value is not None:
                _type(book, sheet, row, column, value)


def _clear(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    top, left, bottom, right = _block(book, sheet, wish)
    for row in range(top, min(bottom, len(sheet.rows))):
        for column in range(left, min(right, len(sheet.rows[row]))):
            sheet.rows[row][column] = sheet.rows[row][column].with_value(None, api=False)


def _copy(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    top, left, bottom, right = _block(book, sheet, wish)
    cells = _taken(sheet, (top, left, bottom, right))
    _put_down(_target(book, sheet, wish), int(wish["to"]) - 1, int(wish.get("to_column", left)), cells)


def _cut(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    """Cut a block or whole rows and paste it elsewhere: what was there is gone, formats travel too."""
    top, left, bottom, right = _block(book, sheet, wish)
    cells = _taken(sheet, (top, left, bottom, right))
    for row in range(top, min(bottom, len(sheet.rows))):
        for column in range(left, min(right, len(sheet.rows[row]))):
            sheet.rows[row][column] = EMPTY
    _put_down(_target(book, sheet, wish), int(wish["to"]) - 1, int(wish.get("to_column", left)), cells)


def _merge(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    """Merge a block into its first cell: the others are emptied."""
    top, left, bottom, right = _block(book, sheet, wish)
    places = [(row, column) for row in range(top, bottom) for column in range(left, right)]
    for row, column in places[1:]:
        sheet.put(row, column, Cell(covered=True))


def _unmerge(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    top, left, bottom, right = _block(book, sheet, wish)
    for line in sheet.rows[top:bottom]:
        line[left:right] = [replace(cell, covered=False) for cell in line[left:right]]


def _sort(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    """Sort below the frozen rows; a `range` such as A2:F leaves the other columns behind."""
    area = _area(book, sheet, wish["range"]) if wish.get("range") else Area(max(1, sheet.frozen_rows))
    order = "DESCENDING" if wish.get("descending") else "ASCENDING"
    sort_area(sheet, area, [{"dimensionIndex": int(wish["column"]), "sortOrder": order}])


# Rows and columns
def _insert_row(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    insert(sheet, int(wish["row"]) - 1, int(wish.get("count", 1)), by_rows=True)


def _delete_row(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    start = int(wish["row"]) - 1
    delete(sheet, start, start + int(wish.get("count", 1)), by_rows=True)


def _move_row(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    """Drag whole rows to before row `to`: nothing is overwritten."""
    start, count, to = int(wish["row"]) - 1, int(wish.get("count", 1)), int(wish["to"]) - 1
    longest = max(start + count, to)
    sheet.rows.extend([] for _ in range(longest - len(sheet.rows)))
    moved = sheet.rows[start : start + count]
    del sheet.rows[start : start + count]
    place = to if to <= start else to - count
    sheet.rows[place:place] = moved


def _insert_column(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    insert(sheet, int(wish["column"]), int(wish.get("count", 1)), by_rows=False)


def _delete_column(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    start = int(wish["column"])
    delete(sheet, start, start + int(wish.get("count", 1)), by_rows=False)


def _move_column(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    move_columns(sheet, int(wish["column"]), 1, int(wish["to"]))


# Worksheets
def _rename(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    book.rename(sheet, str(wish["title"]))


def _duplicate(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    """A copy of the tab with all it holds, hidden columns and ids too; Google calls it "Copy of ..."."""
    title = str(wish.get("title") or f"Copy of {sheet.title}")
    if book.by_title(title) is not None:
        raise Invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    twin = sheet.copy()
    twin.id, twin.title = random.randrange(10_000, 2_000_000_000), title
    book.sheets.insert(book.sheets.index(sheet) + 1, twin)


def _delete_sheet(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    book.remove(sheet)


def _protect(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    """Protect a range from the service account too."""
    area = _area(book, sheet, str(wish["range"])) if wish.get("range") else Area()
    sheet.protect(area, editors=[PERSON], warning_only=bool(wish.get("warning_only")))


def _unprotect(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    sheet.protections = []


ACTIONS: dict[str, Callable[[Spreadsheet, Sheet, Json], None]] = {
    "set": _set,
    "set_row": _set_row,
    "paste": _paste,
    "clear": _clear,
    "copy": _copy,
    "copy_row": _copy,
    "cut": _cut,
    "merge": _merge,
    "unmerge": _unmerge,
    "sort": _sort,
    "insert_row": _insert_row,
    "delete_row": _delete_row,
    "move_row": _move_row,
    "insert_column": _insert_column,
    "delete_column": _delete_column,
    "move_column": _move_column,
    "rename": _rename,
    "duplicate": _duplicate,
    "delete_sheet": _delete_sheet,
    "protect": _protect,
    "unprotect": _unprotect,
}
