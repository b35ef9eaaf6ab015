"""The rules of a random day. What they draw depends on chance only: a day can be drawn without living it."""

from collections.abc import Callable
from typing import Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from sheets.tests.machine.tap import READ, WRITE

EDITS = (
    "types_a_walk_in",
    "types_a_walk_in_between_rows",
    "begins_a_walk_in",
    "completes_a_walk_in",
    "changes_the_time",
    "changes_the_date",
    "changes_date_and_time",
    "changes_the_service",
    "changes_the_name",
    "types_something_odd",
    "pastes_many_rows",
)
ORDER = (
    "clears_a_row",
    "deletes_rows",
    "inserts_a_row",
    "sorts",
    "copies_a_row",
    "cuts_a_row",
    "swaps_two_visits",
    "shifts_three_visits",
    "frees_a_place_for_another",
)
FURNITURE = (
    "writes_a_comment",
    "touches_the_hidden_column",
    "inserts_a_column",
    "deletes_the_hidden_column",
    "touches_a_header",
    "puts_columns_right",
    "renames_a_tab",
    "deletes_a_tab",
    "copies_a_tab",
)
DESK = ("book", "move", "cancel")
# The last four are nothing that can happen to a write alone.
TROUBLE = ("429", "500", "503", "timeout", "lost", "broken", "short", "fewer", "no token", "no access")

numbers = st.integers(0, 35)
people = st.sampled_from(EDITS + ORDER + DESK)


class AnyDay(Protocol):
    """What the rules want of a day."""

    def act(self, action: str, a: int, b: int, c: int) -> None: ...
    def cycle(self, seconds: float = 61) -> None: ...
    def rest(self) -> None: ...
    def has_trouble(self, kind: str, what: str) -> None: ...
    def cut_in(self, kind: str, action: Callable[[], None]) -> None: ...
    def is_killed(self, step: int) -> None: ...
    def meets_another_worker(self) -> None: ...
    def is_overtaken(self) -> None: ...
    def has_many_workers(self, meanwhile: Callable[[], None]) -> None: ...


class Machine(RuleBasedStateMachine):
    """The rules; `kind` decides which of them there are, `day` is the example."""

    def __init__(self, kind: str, begin: Callable[[], AnyDay]) -> None:
        super().__init__()
        self.kind, self.day = kind, begin()

    def _follow(self) -> None:
        """On a calm day nobody does the next thing before the worker has seen the last one."""
        if self.kind == "calm":
            self.day.cycle()

    @rule(action=st.sampled_from(EDITS), a=numbers, b=numbers, c=numbers)
    def staff_edits(self, action: str, a: int, b: int, c: int) -> None:
        self.day.act(action, a, b, c)
        self._follow()

    @rule(action=st.sampled_from(ORDER), a=numbers, b=numbers, c=numbers)
    def staff_moves_rows(self, action: str, a: int, b: int, c: int) -> None:
        self.day.act(action, a, b, c)
        self._follow()

    @rule(action=st.sampled_from(FURNITURE), a=numbers, b=numbers, c=numbers)
    def staff_touches_the_sheet(self, action: str, a: int, b: int, c: int) -> None:
        self.day.act(action, a, b, c)
        self._follow()

    @rule(action=st.sampled_from(DESK), a=numbers, b=numbers, c=numbers)
    def desk(self, action: str, a: int, b: int, c: int) -> None:
        self.day.act(action, a, b, c)
        self._follow()

    @precondition(lambda self: self.kind in ("busy", "between", "workers"))
    @rule(seconds=st.sampled_from((3, 61)))
    def cycle(self, seconds: int) -> None:
        self.day.cycle(seconds)

    @rule(is_long=st.booleans())
    def time_passes(self, is_long: bool) -> None:
        if is_long:
            self.day.rest()
        else:
            self.day.cycle(660)

    def _trouble(self, kind: str, what: str, action: str, a: int, b: int) -> None:
        self.day.act(action, a, b, a + b)
        self.day.has_trouble(kind, what)
        self.day.cycle()

    @precondition(lambda self: self.kind == "faults")
    @rule(what=st.sampled_from(TROUBLE), action=people, a=numbers, b=numbers)
    def a_read_goes_wrong(self, what: str, action: str, a: int, b: int) -> None:
        self._trouble(READ, what, action, a, b)

    @precondition(lambda self: self.kind == "faults")
    @rule(what=st.sampled_from(TROUBLE[:-4]), action=people, a=numbers, b=numbers)
    def a_write_goes_wrong(self, what: str, action: str, a: int, b: int) -> None:
        self._trouble(WRITE, what, action, a, b)

    def _cut_in(self, kind: str, first: str, then: str, a: int, b: int, c: int) -> None:
        self.day.act(first, a, b, c)
        self.day.cut_in(kind, lambda: self.day.act(then, b, c, a))
        self.day.cycle()

    @precondition(lambda self: self.kind == "between")
    @rule(first=people, then=people, a=numbers, b=numbers, c=numbers)
    def somebody_acts_before_a_read(self, first: str, then: str, a: int, b: int, c: int) -> None:
        self._cut_in(READ, first, then, a, b, c)

    @precondition(lambda self: self.kind == "between")
    @rule(first=people, then=people, a=numbers, b=numbers, c=numbers)
    def somebody_acts_before_a_write(self, first: str, then: str, a: int, b: int, c: int) -> None:
        self._cut_in(WRITE, first, then, a, b, c)

    @precondition(lambda self: self.kind == "killed")
    @rule(step=st.integers(0, 40), action=people, a=numbers, b=numbers, c=numbers)
    def worker_is_killed(self, step: int, action: str, a: int, b: int, c: int) -> None:
        self.day.act(action, a, b, c)
        self.day.is_killed(step)
        self.day.cycle()

    @precondition(lambda self: self.kind == "killed")
    @rule(is_asleep=st.booleans(), action=people, a=numbers, b=numbers, c=numbers)
    def workers_meet(self, is_asleep: bool, action: str, a: int, b: int, c: int) -> None:
        self.day.act(action, a, b, c)
        (self.day.is_overtaken if is_asleep else self.day.meets_another_worker)()
        self.day.cycle()

    @precondition(lambda self: self.kind == "workers")
    @rule(first=people, then=people, a=numbers, b=numbers, c=numbers)
    def many_workers(self, first: str, then: str, a: int, b: int, c: int) -> None:
        self.day.act(first, a, b, c)
        self.day.has_many_workers(lambda: self.day.act(then, b, c, a))

    def teardown(self) -> None:
        self.day.rest()
