"""What staff do to the spreadsheet itself: columns, headers, tabs, the hidden column, their own notes."""

from __future__ import annotations

import random
from collections.abc import Callable

from botbackend.workshop.sandbox.google.spreadsheet.cells import Cell
from botbackend.workshop.sandbox.google.spreadsheet.dimensions import delete, insert
from botbackend.workshop.sandbox.google.spreadsheet.grid import Sheet
from sheets.tests.machine.hands import Hands
from sheets.tests.machine.memory import Memory

Undo = Callable[[Sheet], None]
OWN_COLUMN = 9  # J: theirs, right of everything of ours


class Furniture:
    """Actions take three numbers, as those of `Staff`; `undo` puts columns and headers right again."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.world, self.hands = memory, memory.world, Hands(memory.world)
        self._undo: list[tuple[int, Undo]] = []
        self.copies: dict[int, list[list[object]]] = {}
        self.comments = 0

    def act(self, action: str, a: int, b: int, c: int) -> None:
        """Do one of the actions."""
        getattr(self, action)(a, b, c)

    def _tell(self, text: str) -> None:
        self.world.tell(f"staff: {text}")

    def writes_a_comment(self, a: int, b: int, c: int) -> None:
        """In H, beside a visit, or in a column of their own."""
        row = self.hands.pick(a)
        known = self.memory.whose(row) if row else None
        if row is None or known is None:
            return
        self.comments += 1
        text = f"нотатка {self.comments}"
        column = (
            OWN_COLUMN if b % 2 else self.world.columns(self.world.book.sheet(row.sheet_id))[1].get("note")
        )
        if column is None:
            return
        with self.hands.changing() as book:
            sheet = book.sheet(row.sheet_id)
            sheet.column_count = max(
                sheet.column_count, column + 1
            )  # a column of their own is put to the right
        self.hands.type_at(row.sheet_id, row.index, column, text)
        place = ("J" if b % 2 else "H", known)
        # Whoever writes twice in one cell takes back what stood there.
        self.memory.texts = {was: told for was, told in self.memory.texts.items() if told != place}
        self.memory.texts[text] = place
        self._tell(f"writes {text!r} in {'J' if b % 2 else 'H'} beside {row}")

    def touches_the_hidden_column(self, a: int, b: int, c: int) -> None:
        """Emptied, overwritten, or copied from another row."""
        row, other = self.hands.pick(a), self.hands.pick(b)
        if row is None or other is None:
            return
        self.memory.is_wild = True
        text = ("", "x", other.text("uid"))[c % 3]
        self.hands.type(row.sheet_id, row.index, uid=text)
        self._tell(f"types {text!r} into the hidden column beside {row}")

    def _will_undo(self, sheet: Sheet, undo: Undo) -> None:
        self.memory.is_wild = True
        self.memory.touched_layout.add(sheet.id)
        self._undo.append((sheet.id, undo))

    def inserts_a_column(self, a: int, b: int, c: int) -> None:
        """An empty column between ours."""
        sheet = self.hands.sheet(a)
        if sheet is None:
            return
        self._will_undo(sheet, _without(b % 8))
        with self.hands.changing() as book:
            insert(book.sheet(sheet.id), b % 8, 1, by_rows=False)
        self._tell(f"inserts a column before {chr(65 + b % 8)} of {sheet.title}")

    def deletes_the_hidden_column(self, a: int, b: int, c: int) -> None:
        """G is gone, with all ids."""
        sheet = self.hands.sheet(a)
        column = self.world.columns(sheet)[1].get("uid") if sheet else None
        if sheet is None or column is None:
            return
        header = self.world.columns(sheet)[0]
        self._will_undo(sheet, _with(column, header, sheet.get(header, column)))
        with self.hands.changing() as book:
            delete(book.sheet(sheet.id), column, column + 1, by_rows=False)
        self._tell(f"deletes the hidden column of {sheet.title}")

    def touches_a_header(self, a: int, b: int, c: int) -> None:
        """Another word above a column, or none."""
        sheet = self.hands.sheet(a)
        if sheet is None:
            return
        header, text = self.world.columns(sheet)[0], ("", "Щось інше")[c % 2]
        self._will_undo(sheet, _put(b % 6, header, sheet.get(header, b % 6)))
        self.hands.type_at(sheet.id, header, b % 6, text)
        self._tell(f"types {text!r} into the header {sheet.title}!{chr(65 + b % 6)}{header + 1}")

    def renames_a_tab(self, a: int, b: int, c: int) -> None:
        """The tab is called otherwise."""
        if sheet := self.hands.sheet(a):
            title = f"{sheet.title} {b % 10}"
            self.hands.do(sheet.id, "rename", title=title)
            self._tell(f"renames a tab to {title}")

    def deletes_a_tab(self, a: int, b: int, c: int) -> None:
        """A tab with all its rows; no visit ends by that."""
        sheet = self.hands.sheet(a)
        if sheet is None or len(self.world.book.sheets) == 1:
            return
        self.memory.is_wild = True
        for row in self.world.rows(sheet):
            known = self.memory.whose(row)
            if known is not None:
                known.is_unseen = True
            if known is not None and not known.pks:
                self.memory.drop(known, "may")  # typed, never read
        gone = {str(cell.value()) for line in sheet.rows for cell in line}
        self.memory.texts = {text: told for text, told in self.memory.texts.items() if text not in gone}
        self.hands.do(sheet.id, "delete_sheet")
        self._tell(f"deletes the tab {sheet.title}")

    def copies_a_tab(self, a: int, b: int, c: int) -> None:
        """A copy for themselves, which nobody else may touch."""
        sheet = self.hands.sheet(a)
        if sheet is None or self.copies:
            return
        with self.hands.changing() as book:
            copy = book.sheet(sheet.id).copy()
            copy.id, copy.title = random.Random(a).randrange(10_000, 2_000_000_000), f"Копія {sheet.title}"
            book.sheets.append(copy)
        self.copies[copy.id] = [[cell.value() for cell in row] for row in copy.rows]
        self._tell(f"copies the tab {sheet.title}")

    def puts_columns_right(self, a: int, b: int, c: int) -> None:
        """What was done to columns and headers is undone."""
        self.undo()

    def undo(self) -> None:
        """Take blank columns away again, give the hidden one back, write headers as they were."""
        for sheet_id, undo in reversed(self._undo):
            with self.hands.changing() as book:
                sheet = next((sheet for sheet in book.sheets if sheet.id == sheet_id), None)
                if sheet is not None:
                    undo(sheet)
        if self._undo:
            self._tell("puts columns and headers right")
        self._undo.clear()
        self.memory.touched_layout.clear()


def _without(column: int) -> Undo:
    def undo(sheet: Sheet) -> None:
        if all(sheet.get(row, column).blank for row in range(len(sheet.rows))):
            delete(sheet, column, column + 1, by_rows=False)

    return undo


def _with(column: int, header: int, cell: Cell) -> Undo:
    def undo(sheet: Sheet) -> None:
        if all(sheet.get(header, n).value() != cell.value() for n in range(sheet.column_count)):
            insert(sheet, column, 1, by_rows=False)
            sheet.put(header, column, cell)
            sheet.hidden_columns.add(column)

    return undo


def _put(column: int, header: int, cell: Cell) -> Undo:
    return lambda sheet: sheet.put(header, column, cell)
