"""A day in the salon: everybody at work, then all at rest and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connections

from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.google.spreadsheet.dimensions import delete
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from projects.models import Project
from sheets.rhythm.hints import mark_dirty
from sheets.tests.machine.beginning import Beginning
from sheets.tests.machine.clock import Clock
from sheets.tests.machine.desk import Desk
from sheets.tests.machine.furniture import Furniture
from sheets.tests.machine.memory import Memory
from sheets.tests.machine.model import Judge
from sheets.tests.machine.order import Order
from sheets.tests.machine.tap import WRITE, Tap
from sheets.tests.machine.world import NOW, World, name_of, open_salon

AT_REST = (61, 61, 660)  # seconds between calm cycles; the first may still clear up
ROWS = 200  # a grid of a thousand lines costs more to copy
MORE = 2  # as many may follow until there is nothing more to write
WORKERS = 3
MANY = 3  # more rows gone at once stop a mirror of so few


def _work() -> None:
    try:
        run_due()
    finally:
        connections.close_all()


class Salon:
    """Every day of it begins alike."""

    def __init__(self, google: GoogleStandIn, clock: Clock, tap: Tap) -> None:
        self._google, self._clock, self._tap = google, clock, tap
        clock.move_to(NOW)
        self._project = open_salon(google)
        Day(google, clock, tap, self._project).first_morning()
        self._beginning = Beginning(google)

    def new_day(self) -> Day:
        """Nothing is left of the day before."""
        self._tap.reset()
        self._google.reset()
        self._clock.move_to(NOW + timedelta(minutes=5))
        self._beginning.again(self._google)
        day = Day(self._google, self._clock, self._tap, self._project)
        day.begin()
        return day


class Broken(AssertionError):
    """A promise was broken; the message is the whole story."""


class Day:
    """One example."""

    def __init__(self, google: GoogleStandIn, clock: Clock, tap: Tap, project: Project) -> None:
        self.world = World(google, clock, tap, project)
        self.memory = Memory(self.world)
        self.desk, self.staff = Desk(self.memory), Order(self.memory)
        self.furniture, self.judge = Furniture(self.memory), Judge(self.memory)
        self.tap, self._lost_access, self._together = tap, False, False
        self._was_partial = self._was_overtaken = False
        self.happened: Counter[bool] = Counter()  # whether what was tried could be done at all

    def first_morning(self) -> None:
        """Four visits are booked and come into the empty sheet."""
        for n in range(4):
            self.desk.book(n, 3 * n, n)
        self.world.cycle()
        self.world.learn_headers()
        for sheet in self.world.book.sheets:
            delete(sheet, ROWS, sheet.row_count, by_rows=True)
        self._judge([])

    def begin(self) -> None:
        """The four visits stand there already."""
        for booking in self.world.bookings():
            name = self.memory.new_name()
            assert name == name_of(booking)
            self.desk.remember(self.memory.meet(name), booking)
        self.world.learn_headers()
        self.memory.turn_page()
        self.world.tell("--- everything is at rest")

    def act(self, action: str, a: int, b: int, c: int) -> None:
        """Somebody does something."""
        told = len(self.world.story)
        for hand in (self.staff, self.furniture, self.desk):
            if hasattr(hand, action):
                getattr(hand, action)(a, b, c)
        self.happened[len(self.world.story) > told] += 1

    def cycle(self, seconds: float = 61) -> None:
        """The worker works after a while."""
        self._was_overtaken = False
        reads, writes = self.world.cycle(seconds=seconds)
        self.world.tell(f"a cycle: {reads} reads, {writes} writes")

    # What goes wrong
    def has_trouble(self, kind: str, what: str) -> None:
        """The next read or write of the spreadsheet goes wrong.

        Half of a sheet read twice in a row cannot be told from a sheet of which half was deleted.
        """
        if what in ("short", "fewer"):
            what, self._was_partial = ("503" if self._was_partial else what), True
        if what == "no token":
            self.world.google.tokens.revoke_all()
        elif what == "no access":
            self.world.book.shared, self._lost_access = False, True
        else:
            self.tap.trouble[kind] = what
        self.world.tell(f"Google: the next {kind}: {what}")

    def cut_in(self, kind: str, action: Callable[[], None]) -> None:
        """Somebody acts right before the next read or write leaves."""

        def acting() -> None:
            self.world.tell(f"(right before our {kind}:)")
            self.world.look_again()
            action()

        self.tap.before(kind, acting)

    def is_killed(self, step: int) -> None:
        """The worker dies at the n-th step of its next cycle."""
        self.tap.kill_at(step)

    def meets_another_worker(self) -> None:
        """A second worker is asked for a cycle while the first waits for Google."""

        def working() -> None:
            before = self.tap.spent.copy()
            mark_dirty(self.world.project, seconds=0)
            run_due()
            worked = bool((self.tap.spent - before).total())
            self._together = self._together or (worked and not self._was_overtaken)

        self.cut_in(WRITE, working)

    def is_overtaken(self) -> None:
        """The worker sleeps before its write until its lease has lapsed and another one has done the work."""

        def working() -> None:
            self.world.tell("the worker sleeps, its lease lapses, another one takes over")
            self._was_overtaken = True
            self.world.let_leases_lapse()
            run_due()

        self.cut_in(WRITE, working)

    def has_many_workers(self, meanwhile: Callable[[], None]) -> None:
        """Several workers look for work while somebody acts: threads with connections of their own."""
        with self.tap.unseen():
            self.world.clock.shift(3)
        mark_dirty(self.world.project, seconds=0)
        self.world.tell(f"{WORKERS} workers look for work")
        with ThreadPoolExecutor(WORKERS) as pool:
            working = [pool.submit(_work) for _ in range(WORKERS)]
            meanwhile()
        for worker in working:
            worker.result()
        self.world.look_again()

    # Rest
    def rest(self) -> None:
        """Nobody interferes and time goes on; then everything is judged."""
        self.tap.trouble.clear()
        self.tap.forget_plans()
        self.world.book.shared = True
        self._judge(self._calm_cycles())
        if self.world.stopped():
            self._settle()
        self.memory.turn_page()
        self._lost_access = self._was_partial = False
        self.world.tell("--- everything is at rest")

    def _settle(self) -> None:
        """The mirror waits for a person, who has a reason to find and does what it says."""
        reason = self.world.stopped()
        self.world.tell(f"the mirror has stopped: {reason}")
        gone = sum(bool(known.gone) for known in self.memory.known.values())
        meant = self.memory.is_wild or self._lost_access or gone > MANY
        problems = [] if meant else [f"stopped without a cause: {reason}"]
        self.furniture.undo()
        self.memory.is_wild = True
        self.world.resync()
        problems += self._calm_cycles()
        if self.world.stopped():
            problems.append(f"no way out: {self.world.stopped()}")
        self._judge(problems)

    def _calm_cycles(self) -> list[str]:
        problems = []
        for n, seconds in enumerate(AT_REST + (61,) * MORE):
            reads, writes = self.world.cycle(seconds=seconds)
            if n >= len(AT_REST) - 1 and not writes and reads == 1:
                break
            if n and (reads > 1 or writes > 1):
                problems.append(f"cost: calm cycle {n + 1} took {reads} reads and {writes} writes")
        if writes:
            problems.append("cost: it still writes though nothing happens")
        return problems

    def _judge(self, problems: list[str]) -> None:
        problems = problems + self.judge.verdict()
        if self._together or self.tap.has_overlapped:
            problems.append("two cycles ran at once")
        if problems:
            self.fail(problems)

    def fail(self, problems: list[str]) -> None:
        """Tell the whole story. Raises Broken."""
        raise Broken("\n" + "\n".join(problems) + self.world.picture())
