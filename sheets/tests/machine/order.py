"""Rows that change places, are copied and cut, and visits that are moved together."""

from __future__ import annotations

from datetime import datetime, timedelta

from sheets.tests.machine.hands import SHOWN
from sheets.tests.machine.memory import Group, Known
from sheets.tests.machine.reading import Row
from sheets.tests.machine.staff import WIDE, Staff, clock


class Order(Staff):
    """Staff that also do this."""

    def inserts_a_row(self, a: int, b: int, c: int) -> None:
        """An empty line between others."""
        if row := self.hands.pick(a):
            self.hands.do(row.sheet_id, "insert_row", row=row.number)
            self._tell(f"inserts a row at {row.title}!{row.number}")

    def sorts(self, a: int, b: int, c: int) -> None:
        """All columns, or A:F only: then the hidden ids stay behind."""
        sheet = self.hands.sheet(a)
        if sheet is None or not self.world.rows(sheet):
            return
        wish: dict[str, object] = {"column": (4, 2, 5, 1)[c % 4], "descending": bool(b % 2)}
        if b % 3 == 0:
            wish["range"] = f"A{self.world.columns(sheet)[0] + 2}:F"
        self.hands.do(sheet.id, "sort", **wish)
        self._tell(f"sorts {sheet.title} {wish}")

    def copies_a_row(self, a: int, b: int, c: int) -> None:
        """To a blank place, or over another visit."""
        found = self._target(a)
        if found is None:
            return
        row, known = found
        sheet = self.world.book.sheet(row.sheet_id)
        to, victim = self.hands.free_index(sheet, c), None
        if b % 4 == 0 and (other := self.hands.pick(c)) and other.sheet_id == row.sheet_id:
            to, victim = other.index, self.memory.whose(other)
        if to == row.index:
            return
        if victim is not None and victim is not known:
            self.memory.drop(victim, "may")
        known.is_copied, known.made_rows, self.memory.is_wild = True, known.made_rows + 1, True
        self.hands.do(row.sheet_id, "copy_row", row=row.number, to=to + 1)
        self._tell(f"copies {row} to row {to + 1}")

    def cuts_a_row(self, a: int, b: int, c: int) -> None:
        """A:F or the whole row, to a blank place of this tab or of another specialist's."""
        found, sheet = self._target(a), self.hands.sheet(b)
        if found is None or sheet is None:
            return
        row, known = found
        to = self.hands.free_index(sheet, c)
        known.acts += 1
        now = self.hands.cut(row, sheet.id, to, SHOWN if b % 3 else WIDE)
        if sheet.id != row.sheet_id:
            self._touched(known, now, "specialist")
        self._tell(f"cuts {'A:F' if b % 3 else 'A:H'} of {row} and pastes them to {sheet.title}!{to + 1}")

    # Several visits at once
    def _two(self, a: int, b: int) -> tuple[tuple[Row, Known], tuple[Row, Known]] | None:
        one, two = self._target(a), self._target(b)
        return (one, two) if one and two and one[1] is not two[1] else None

    def swaps_two_visits(self, a: int, b: int, c: int) -> None:
        """Dates and times typed crosswise, or the rows change places, which means nothing."""
        pair = self._two(a, b)
        if pair is None:
            return
        (one, first), (two, second) = pair
        if c % 3 == 0 and one.sheet_id == two.sheet_id:
            self.hands.exchange(one, two, SHOWN if c % 2 else WIDE)
            self._tell(f"lets two rows change places: {one} and {two}")
            return
        fresh: list[Row] = []
        for here, there in ((one, two), (two, one)):
            cells = {name: there.text(name) for name in ("short", "date", "time")}
            fresh.append(self.hands.type(here.sheet_id, here.index, **cells))
        self._touched(first, fresh[0], "date", "time")
        self._touched(second, fresh[1], "date", "time")
        self.memory.groups.append(Group("a swap", (first.name, second.name)))
        self._tell(f"swaps the times of {one} and {two}")

    def shifts_three_visits(self, a: int, b: int, c: int) -> None:
        """Three rows of one tab, each half an hour later."""
        rows = [
            row for row in self.hands.filled() if row.time and row.has_all_columns and self.memory.whose(row)
        ]
        rows = [row for row in rows if row.sheet_id == rows[a % len(rows)].sheet_id][:3]
        names = []
        for row in rows:
            known = self.memory.whose(row)
            assert known is not None
            assert row.time is not None
            later = (datetime.combine(self.world.today, row.time) + timedelta(minutes=30)).time()
            self._touched(known, self.hands.type(row.sheet_id, row.index, time=clock(later)), "time")
            names.append(known.name)
        self.memory.groups.append(Group("a shift", tuple(names)))
        self._tell(f"shifts by half an hour: {', '.join(map(str, rows))}")

    def frees_a_place_for_another(self, a: int, b: int, c: int) -> None:
        """One visit is cleared, and another moved to its place."""
        pair = self._two(a, b)
        if pair is None or pair[0][0].sheet_id != pair[1][0].sheet_id:
            return
        (old, gone), (row, known) = pair
        cells = {name: old.text(name) for name in ("short", "date", "time")}
        self.hands.wipe(old, SHOWN)
        self.memory.drop(gone, "must")
        self._touched(known, self.hands.type(row.sheet_id, row.index, **cells), "date", "time")
        self.memory.groups.append(Group("a freed place", (gone.name, known.name)))
        self._tell(f"clears {old} and moves {row} into its place")
