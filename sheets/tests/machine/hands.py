"""A person's hands in the spreadsheet: look, type, select, cut, paste."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botbackend.workshop.sandbox.google.spreadsheet.cells import EMPTY, Cell
from botbackend.workshop.sandbox.google.spreadsheet.grid import Sheet, Spreadsheet
from sheets.tests.machine.reading import FIELDS, Row
from sheets.tests.machine.world import World

SHOWN = FIELDS[:6]


class Hands:
    """Every action is one or a few revisions of the file, as in the browser."""

    def __init__(self, world: World) -> None:
        self.world = world

    @contextmanager
    def changing(self) -> Iterator[Spreadsheet]:
        """A revision by a person."""
        google = self.world.google
        with google.lock:
            book = google.books[self.world.book_id].copy()
            yield book
            google.keep(book)

    def sheet(self, n: int) -> Sheet | None:
        """The n-th specialist's tab, if it is there."""
        return self.world.sheet_of(self.world.specialists[n % len(self.world.specialists)])

    def specialist_of(self, sheet_id: int) -> int:
        """Whose tab this is."""
        return next((person.pk for person, sheet in self.world.tabs() if sheet.id == sheet_id), 0)

    def filled(self) -> list[Row]:
        """The rows in which something stands."""
        return [row for row in self.world.all_rows() if not row.is_blank]

    def pick(self, n: int) -> Row | None:
        """One of the rows in which something stands."""
        rows = self.filled()
        return rows[n % len(rows)] if rows else None

    def again(self, row: Row) -> Row:
        """The same place as it looks now."""
        sheet = self.world.book.sheet(row.sheet_id)
        _, columns = self.world.columns(sheet)
        cells = {name: sheet.get(row.index, column).value() for name, column in columns.items()}
        return Row(sheet.id, sheet.title, row.index, cells)

    def free_index(self, sheet: Sheet, n: int) -> int:
        """A blank place: below the last row, a line further down, or a gap in the middle."""
        rows = self.world.rows(sheet)
        gaps = [row.index for row in rows if not any(row.text(name) for name in FIELDS)]
        end = max([row.index for row in rows], default=self.world.columns(sheet)[0]) + 1
        places = [end, *gaps, end + 1]
        return places[n % len(places)]

    def type(self, sheet_id: int, index: int, **cells: str) -> Row:
        """Type into cells of one row, by the names of their columns."""
        sheet = self.world.book.sheet(sheet_id)
        _, columns = self.world.columns(sheet)
        places = {columns[name]: text for name, text in cells.items() if name in columns}
        values = [places.get(column) for column in range(max(places, default=-1) + 1)]
        self.do(sheet_id, "set_row", row=index + 1, values=values)
        return self.again(Row(sheet_id, sheet.title, index, {}))

    def type_at(self, sheet_id: int, index: int, column: int, text: str) -> None:
        """Type into one cell."""
        letter = chr(65 + column)
        title = self.world.book.sheet(sheet_id).title
        wish = {"spreadsheet": self.world.book_id, "sheet": title, "action": "set"}
        self.world.google.staff.edit(wish | {"cell": f"{letter}{index + 1}", "value": text})

    def do(self, sheet_id: int, action: str, **wish: object) -> None:
        """One of the stand-in's own actions."""
        title = self.world.book.sheet(sheet_id).title
        self.world.google.staff.edit(
            {"spreadsheet": self.world.book_id, "sheet": title, "action": action} | wish
        )

    def columns_of(self, row: Row, names: tuple[str, ...]) -> list[int]:
        """Where these columns stand; with a header gone, the block from the first to the last."""
        columns = self.world.columns(self.world.book.sheet(row.sheet_id))[1]
        found = [columns[name] for name in names if name in columns]
        is_block = 0 < len(found) < len(names)
        return list(range(min(found), max(found) + 1)) if is_block else found

    def wipe(self, row: Row, names: tuple[str, ...]) -> None:
        """Select cells of a row and press Delete; formats stay."""
        columns = self.columns_of(row, names)
        with self.changing() as book:
            sheet = book.sheet(row.sheet_id)
            for column in columns:
                before = sheet.get(row.index, column)
                if before is not EMPTY:
                    sheet.put(row.index, column, before.with_value(None, api=False))

    def cut(self, row: Row, to_sheet: int, to_index: int, names: tuple[str, ...] = SHOWN) -> Row:
        """Cut cells of a row and paste them elsewhere; values and formats travel."""
        source = self.columns_of(row, names)
        target = self.columns_of(Row(to_sheet, "", 0, {}), names)
        with self.changing() as book:
            sheet, other = book.sheet(row.sheet_id), book.sheet(to_sheet)
            cells = [sheet.get(row.index, column) for column in source]
            for column in source:
                sheet.put(row.index, column, Cell())
            for column, cell in zip(target, cells, strict=False):
                other.put(to_index, column, cell)
        return self.again(Row(to_sheet, self.world.book.sheet(to_sheet).title, to_index, {}))

    def exchange(self, one: Row, two: Row, names: tuple[str, ...]) -> None:
        """Let the cells of two rows of one tab change places."""
        columns = self.columns_of(one, names)
        with self.changing() as book:
            sheet = book.sheet(one.sheet_id)
            for column in columns:
                first, second = sheet.get(one.index, column), sheet.get(two.index, column)
                sheet.put(one.index, column, second)
                sheet.put(two.index, column, first)
