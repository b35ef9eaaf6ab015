"""The random staff: what they do with visits in the spreadsheet, and what they mean by it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sheets.tests.machine.desk import place
from sheets.tests.machine.hands import SHOWN, Hands
from sheets.tests.machine.memory import Known, Memory
from sheets.tests.machine.reading import FIELDS, Row
from sheets.tests.machine.world import KYIV

WIDE = FIELDS  # A to H, the hidden column among them
ODD_TIMES = ("завтра", "25:99", "14-30", "1430", "2:30 pm", "9", "12:30 або 13:00", "-")
ODD_DATES = ("31.12.9999", "скоро", "7/1", "32.01.2027", "=TODAY()", "06.01")


def short(day: date) -> str:
    return f"{day:%d.%m}"


def full(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def clock(moment: time, n: int = 0) -> str:
    """A time as people type it."""
    return (f"{moment:%H:%M}", f"{moment.hour}:{moment:%M}", f"{moment:%H}.{moment:%M}")[n % 3]


class Staff:
    """Actions take three numbers, so that a shrunk example stays an example."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.world, self.hands = memory, memory.world, Hands(memory.world)

    def act(self, action: str, a: int, b: int, c: int) -> None:
        """Do one of the actions; what is impossible just now is left out."""
        getattr(self, action)(a, b, c)

    def _tell(self, text: str) -> None:
        self.world.tell(f"staff: {text}")

    def _target(self, n: int) -> tuple[Row, Known] | None:
        """A row and whose visit it is; where a header is gone nobody can say what was typed below it."""
        row = self.hands.pick(n)
        known = self.memory.whose(row) if row else None
        return (row, known) if row and known and row.has_all_columns else None

    def _touched(self, known: Known, row: Row, *fields: str, odd: bool = False) -> None:
        self.memory.touch(known, row, self.hands.specialist_of(row.sheet_id), *fields, odd=odd)

    # New visits
    def types_a_walk_in(self, a: int, b: int, c: int, index: int | None = None) -> None:
        """A whole row, in a blank place."""
        sheet = self.hands.sheet(a)
        if sheet is None or "name" not in self.world.columns(sheet)[1]:
            return
        _, start = place(self.world, a, b)
        known = self.memory.meet(self.memory.new_name())
        known.made_rows = 1
        day = {"short": short(start), "date": full(start)}
        if c % 4 == 0:
            del day["short"]
        where = self.hands.free_index(sheet, c) if index is None else index
        cells = day | {"time": clock(start.time(), c), "service": self.world.services[c % 2].name}
        row = self.hands.type(sheet.id, where, **cells, name=known.name)
        self._touched(known, row, "date", "time", "service", "name", "specialist")
        self._tell(f"types a walk-in: {row}")

    def types_a_walk_in_between_rows(self, a: int, b: int, c: int) -> None:
        """A row is inserted and filled."""
        row = self.hands.pick(c)
        if row is None:
            return
        self.hands.do(row.sheet_id, "insert_row", row=row.number)
        self._tell(f"inserts a row at {row.title}!{row.number}")
        tabs = [sheet.id for _, sheet in self.world.tabs()]
        self.types_a_walk_in(tabs.index(row.sheet_id) + 2 * (a // 2), b, c, row.index)

    def begins_a_walk_in(self, a: int, b: int, c: int) -> None:
        """A row without its time or its service."""
        sheet = self.hands.sheet(a)
        if sheet is None or "name" not in self.world.columns(sheet)[1]:
            return
        _, start = place(self.world, a, b)
        known = self.memory.meet(self.memory.new_name())
        known.made_rows = 1
        cells = {"date": full(start), "time": clock(start.time()), "service": self.world.services[c % 2].name}
        del cells[("time", "service", "date")[c % 3]]
        row = self.hands.type(sheet.id, self.hands.free_index(sheet, c), **cells, name=known.name)
        self._touched(known, row, "date", "time", "service", "name", "specialist")
        self._tell(f"begins a walk-in: {row}")

    def completes_a_walk_in(self, a: int, b: int, c: int) -> None:
        """What was missing in a row is typed."""
        _, start = place(self.world, a, b)
        missing = {
            "date": full(start),
            "time": clock(start.time()),
            "service": self.world.services[c % 2].name,
        }
        for row in self.hands.filled():
            known, empty = self.memory.whose(row), [name for name in missing if not row.text(name)]
            if known is not None and empty:
                row = self.hands.type(row.sheet_id, row.index, **{name: missing[name] for name in empty})
                self._touched(known, row, "date", "time", "service", "name", "specialist")
                self._tell(f"completes it: {row}")
                return

    def pastes_many_rows(self, a: int, b: int, c: int) -> None:
        """Forty rows at once, a plan made elsewhere; most of them for days without visits."""
        sheet = self.hands.sheet(a)
        if sheet is None or "name" not in self.world.columns(sheet)[1]:
            return
        top = self.hands.free_index(sheet, 0)
        for n in range(40 if b % 9 == 1 else 8):
            start = datetime.combine(self.world.today + timedelta(days=20 + n // 8), time(10 + n % 8), KYIV)
            known = self.memory.meet(self.memory.new_name())
            known.made_rows = 1
            cells = {"short": short(start), "date": full(start), "time": clock(start.time())}
            service = self.world.services[n % 2].name
            row = self.hands.type(sheet.id, top + n, **cells, name=known.name, service=service)
            self._touched(known, row, "date", "time", "service", "name", "specialist")
        self._tell(f"pastes rows from {sheet.title}!{top + 1} to {row}")

    # Changes
    def changes_the_time(self, a: int, b: int, c: int) -> None:
        """Another clock time."""
        if found := self._target(a):
            row = self.hands.type(
                found[0].sheet_id, found[0].index, time=clock(place(self.world, a, b)[1].time(), c)
            )
            self._touched(found[1], row, "time")
            self._tell(f"changes the time of {found[0]} -> {row.text('time')}")

    def changes_the_date(self, a: int, b: int, c: int) -> None:
        """A, B, or both."""
        if found := self._target(a):
            day = place(self.world, c, b)[1]
            cells = [{"date": full(day)}, {"short": short(day)}, {"date": full(day), "short": short(day)}][
                b % 3
            ]
            row = self.hands.type(found[0].sheet_id, found[0].index, **cells)
            self._touched(found[1], row, *(["date"] if b % 3 != 1 else ["short"]))
            self._tell(f"changes the date of {found[0]} -> {cells}")

    def changes_date_and_time(self, a: int, b: int, c: int) -> None:
        """A visit moves, with its cells one after the other."""
        if found := self._target(a):
            start = place(self.world, c, b)[1]
            cells = {"date": full(start), "short": short(start), "time": clock(start.time())}
            row = self.hands.type(found[0].sheet_id, found[0].index, **cells)
            self._touched(found[1], row, "date", "time")
            self._tell(f"moves {found[0]} -> {cells['date']} {cells['time']}")

    def changes_the_service(self, a: int, b: int, c: int) -> None:
        """The other service, or one that the salon does not have."""
        if found := self._target(a):
            name = self.world.services[b % 2].name if c % 4 else "Педикюр"
            row = self.hands.type(found[0].sheet_id, found[0].index, service=name)
            self._touched(found[1], row, "service")
            self._tell(f"changes the service of {found[0]} -> {name}")

    def changes_the_name(self, a: int, b: int, c: int) -> None:
        """The client is called otherwise."""
        if found := self._target(a):
            name = self.memory.new_name()
            self.memory.rename(found[1], name)
            row = self.hands.type(found[0].sheet_id, found[0].index, name=name)
            self._touched(found[1], row, "name")
            self._tell(f"changes the name in {found[0]} -> {name}")

    def types_something_odd(self, a: int, b: int, c: int) -> None:
        """What no machine understands, or only a patient one; A against B; D and E."""
        found = self._target(a)
        if found is None:
            return
        day = place(self.world, c, b)[1]
        wishes: list[tuple[str, dict[str, str]]] = [
            ("time", {"time": ODD_TIMES[c % len(ODD_TIMES)]}),
            ("date", {"date": ODD_DATES[c % len(ODD_DATES)]}),
            ("date", {"date": full(day), "short": short(day + timedelta(days=3))}),
            ("contact", {"contact": f"{900 + c}"}),
            ("name", {"name": ""}),
            ("time", {"time": ""}),
        ]
        what, cells = wishes[b % len(wishes)]
        row = self.hands.type(found[0].sheet_id, found[0].index, **cells)
        self._touched(found[1], row, what, odd=True)
        self._tell(f"types {cells} into {found[0]}")

    # Ends
    def clears_a_row(self, a: int, b: int, c: int) -> None:
        """A to F, or all that is shown and the hidden cell with it."""
        if found := self._target(a):
            self.hands.wipe(found[0], WIDE if b % 3 == 0 else SHOWN)
            self.memory.drop(found[1], "must")
            self._tell(f"clears {'A:H' if b % 3 == 0 else 'A:F'} of {found[0]}")

    def deletes_rows(self, a: int, b: int, c: int) -> None:
        """One row, seldom several."""
        row = self.hands.pick(a)
        if row is None:
            return
        for _ in range(1 if b % 4 else 2 + c % 4):
            now = self.hands.again(row)
            known = self.memory.whose(now)
            if known is not None:
                self.memory.drop(known, "must")
            self.hands.do(row.sheet_id, "delete_row", row=row.number)
            self._tell(f"deletes the row {now}")
