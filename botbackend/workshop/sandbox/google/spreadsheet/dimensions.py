"""Rows and columns that come, go and change places."""

from __future__ import annotations

from dataclasses import replace

from botbackend.workshop.sandbox.google.spreadsheet.a1 import Area
from botbackend.workshop.sandbox.google.spreadsheet.cells import EMPTY, Cell
from botbackend.workshop.sandbox.google.spreadsheet.grid import Sheet
from botbackend.workshop.sandbox.google.spreadsheet.protections import Protection
from botbackend.workshop.sandbox.wire import Json


def insert(sheet: Sheet, start: int, count: int, *, by_rows: bool) -> None:
    """Put empty rows or columns before `start`."""
    if by_rows:
        sheet.row_count += count
        if start < len(sheet.rows):
            sheet.rows[start:start] = [[] for _ in range(count)]
        sheet.protections = [replace_rows(p, start, count) for p in sheet.protections]
        return
    sheet.column_count += count
    for row in sheet.rows:
        if start < len(row):
            row[start:start] = [EMPTY] * count
    sheet.hidden_columns = {c + count if c >= start else c for c in sheet.hidden_columns}


def delete(sheet: Sheet, start: int, end: int, *, by_rows: bool) -> None:
    """Take rows or columns away."""
    if by_rows:
        sheet.row_count -= end - start
        del sheet.rows[start:end]
        sheet.protections = [replace_rows(p, end, start - end) for p in sheet.protections]
        return
    sheet.column_count -= end - start
    for row in sheet.rows:
        del row[start:end]
    shift = end - start
    sheet.hidden_columns = {
        c - shift if c >= end else c for c in sheet.hidden_columns if not start <= c < end
    }


def move_columns(sheet: Sheet, start: int, count: int, to: int) -> None:
    """Put columns before the column `to`, both counted as they stand now."""
    place = to if to <= start else to - count
    order = [column for column in range(sheet.column_count) if not start <= column < start + count]
    order[place:place] = range(start, start + count)
    for index, row in enumerate(sheet.rows):
        if row:
            row = row + [EMPTY] * (sheet.column_count - len(row))
            sheet.rows[index] = [row[column] for column in order]
    sheet.hidden_columns = {order.index(column) for column in sheet.hidden_columns}


def replace_rows(protection: Protection, start: int, shift: int) -> Protection:
    """The protection after rows before or inside it came or went."""
    area = protection.area
    top = area.top + shift if area.top >= start else area.top
    bottom = area.bottom + shift if area.bottom is not None and area.bottom > start else area.bottom
    return replace(protection, area=Area(max(0, top), area.left, bottom, area.right))


def sort_area(sheet: Sheet, area: Area, specs: list[Json]) -> None:
    """Sort the rows of an area by columns; blank keys go last, as in Google Sheets."""
    top, left, bottom, right = sheet.closed(area)
    bottom = min(bottom, len(sheet.rows))
    lines = [[sheet.get(row, column) for column in range(left, right)] for row in range(top, bottom)]
    for spec in reversed(specs):
        column = int(spec.get("dimensionIndex", 0)) - left
        filled = [line for line in lines if not line[column].blank]
        blank = [line for line in lines if line[column].blank]
        filled.sort(key=lambda line: sort_key(line[column]), reverse=spec.get("sortOrder") == "DESCENDING")
        lines = filled + blank
    for row, line in enumerate(lines, top):
        for column, cell in enumerate(line, left):
            if cell is not EMPTY or sheet.get(row, column) is not EMPTY:
                sheet.put(row, column, cell)


def sort_key(cell: Cell) -> tuple[int, float, str]:
    """Numbers before texts."""
    value = cell.value()
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0, str(value).lower()
