"""Ctrl+Z: a person takes back the own last act, whatever others did since."""

from __future__ import annotations

from botbackend.workshop.sandbox.google.spreadsheet.cells import EMPTY
from botbackend.workshop.sandbox.google.spreadsheet.grid import Invalid, Sheet, Spreadsheet

KEPT = 50


class UndoStack:
    """What people did in one spreadsheet, newest last."""

    def __init__(self) -> None:
        self._acts: list[tuple[Spreadsheet, Spreadsheet]] = []

    def did(self, before: Spreadsheet, after: Spreadsheet) -> None:
        """Remember one act; both stay as they are, every change is made on a copy."""
        self._acts = [*self._acts, (before, after)][-KEPT:]

    def undo(self, book: Spreadsheet) -> None:
        """Take the newest act back in `book`. Raises Invalid if there is none or rows moved since."""
        if not self._acts:
            raise Invalid("nothing to undo")
        before, after = self._acts.pop()
        if _same(book, after):
            book.sheets = [sheet.copy() for sheet in before.sheets]
            return
        for old, new in _pairs(before, after):
            now = next((sheet for sheet in book.sheets if sheet.id == new.id), None)
            if now is None or old.row_count != new.row_count or old.column_count != new.column_count:
                raise Invalid("others changed the rows meanwhile")
            _restore_cells(now, old, new)


def _pairs(before: Spreadsheet, after: Spreadsheet) -> list[tuple[Sheet, Sheet]]:
    if [sheet.id for sheet in before.sheets] != [sheet.id for sheet in after.sheets]:
        raise Invalid("others changed the worksheets meanwhile")
    return list(zip(before.sheets, after.sheets, strict=True))


def _same(book: Spreadsheet, after: Spreadsheet) -> bool:
    return [(sheet.id, sheet.title, sheet.rows) for sheet in book.sheets] == [
        (sheet.id, sheet.title, sheet.rows) for sheet in after.sheets
    ]


def _restore_cells(now: Sheet, old: Sheet, new: Sheet) -> None:
    for row in range(max(len(old.rows), len(new.rows))):
        width = max(len(sheet.rows[row]) if row < len(sheet.rows) else 0 for sheet in (old, new))
        for column in range(width):
            cell = old.get(row, column)
            if cell != new.get(row, column) and (cell is not EMPTY or now.get(row, column) is not EMPTY):
                now.put(row, column, cell)
