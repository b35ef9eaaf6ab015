"""A random staff, a busy bot and Google's bad days: afterwards sheet, database and intent agree.

Written from what the mirror promises, not from how it is made. `make test` tries 200 examples, the same ones
every time; HYPOTHESIS_PROFILE=nightly tries 5,000 new ones.
"""

from collections.abc import Callable, Iterator
from typing import cast

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from botbackend.outbox import registry
from botbackend.outbox.testing import only_these_subscriptions
from botbackend.workshop.sandbox.google import GoogleStandIn
from sheets.tests.machine.salon_day import Day
from sheets.tests.machine.tap import READ, WRITE, Tap, tapped
from sheets.tests.machine.world import NOW

KINDS = ("calm", "busy", "faults", "between", "killed")
IS_NIGHTLY = settings().max_examples > 1_000
EXAMPLES = (5_000 if IS_NIGHTLY else 200) // len(KINDS)
STEPS = 12 if IS_NIGHTLY else 8

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
    "renames_a_tab",
    "deletes_a_tab",
    "copies_a_tab",
)
DESK = ("book", "move", "cancel")
TROUBLE = ("429", "500", "503", "timeout", "lost", "broken", "short", "fewer", "no token", "no access")

numbers = st.integers(0, 35)
people = st.sampled_from(EDITS + ORDER + DESK)


class Machine(RuleBasedStateMachine):
    """The rules; `kind` decides which of them there are, `day` is the example."""

    def __init__(self, kind: str, begin: Callable[[], Day]) -> None:
        super().__init__()
        self.kind, self.day = kind, begin()

    def _follow(self) -> None:
        """On a calm day nobody does the next thing before the worker has seen the last one."""
        if self.kind == "calm":
            self.day.cycle()

    @initialize()
    def begin(self) -> None:
        self.day.begin()

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

    @precondition(lambda self: self.kind != "calm")
    @rule(seconds=st.sampled_from((3, 61)))
    def cycle(self, seconds: int) -> None:
        self.day.cycle(seconds)

    @rule(is_long=st.booleans())
    def time_passes(self, is_long: bool) -> None:
        if is_long:
            self.day.rest()
        else:
            self.day.cycle(660)

    @precondition(lambda self: self.kind == "faults")
    @rule(
        what=st.sampled_from(TROUBLE),
        kind=st.sampled_from((READ, WRITE)),
        action=people,
        a=numbers,
        b=numbers,
    )
    def google_has_trouble(self, what: str, kind: str, action: str, a: int, b: int) -> None:
        self.day.act(action, a, b, a + b)
        self.day.has_trouble(kind, what)
        self.day.cycle()

    @precondition(lambda self: self.kind == "between")
    @rule(kind=st.sampled_from((READ, WRITE)), first=people, then=people, a=numbers, b=numbers, c=numbers)
    def somebody_cuts_in(self, kind: str, first: str, then: str, a: int, b: int, c: int) -> None:
        self.day.act(first, a, b, c)
        self.day.cut_in(kind, lambda: self.day.act(then, b, c, a))
        self.day.cycle()

    @precondition(lambda self: self.kind == "killed")
    @rule(step=st.integers(0, 40), action=people, a=numbers, b=numbers, c=numbers)
    def worker_is_killed(self, step: int, action: str, a: int, b: int, c: int) -> None:
        self.day.act(action, a, b, c)
        self.day.tap.kill_at(step)
        self.day.cycle()

    @precondition(lambda self: self.kind == "killed")
    @rule(is_asleep=st.booleans(), action=people, a=numbers, b=numbers, c=numbers)
    def workers_meet(self, is_asleep: bool, action: str, a: int, b: int, c: int) -> None:
        self.day.act(action, a, b, c)
        (self.day.is_overtaken if is_asleep else self.day.meets_another_worker)()
        self.day.cycle()

    def teardown(self) -> None:
        try:
            self.day.rest()
        finally:
            self.day.world.end()


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tap]:
    with tapped(monkeypatch) as between:
        yield between


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def _only_the_mirror() -> Iterator[None]:
    """Nobody else hears of a booking."""
    entries = [entry for entry in registry.all_subscriptions() if entry.name.startswith("sheets.")]
    with only_these_subscriptions():
        for entry in entries:
            registry.subscribe(
                entry.topic,
                entry.target,
                name=entry.name,
                queue=cast(registry.Queue, entry.queue),
                lease_seconds=entry.lease_seconds,
                max_attempts=entry.max_attempts,
                backoff=entry.backoff,
                on_dead=entry.dead_target,
            )
        yield


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_only_the_mirror")
@pytest.mark.parametrize("kind", KINDS)
def test_sheet_database_and_intent_agree_once_all_is_quiet(
    kind: str, google: GoogleStandIn, clock: time_machine.Traveller, tap: Tap
) -> None:
    run_state_machine_as_test(
        lambda: Machine(kind, lambda: Day(google, clock, tap)),  # type: ignore[arg-type]  # any factory will do
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck)
        ),
    )
