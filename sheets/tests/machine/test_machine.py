"""A random staff, a busy bot and Google's bad days: afterwards sheet, database and intent agree.

Written from what the mirror promises, not from how it is made. `make test` tries 200 days, the same ones each
time; HYPOTHESIS_PROFILE=nightly tries 5,000 new ones and shortens the story of one that fails.
"""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from sheets.tests.machine.machine import (
    DESK,
    EDITS,
    FURNITURE,
    ORDER,
    TROUBLE,
    AnyDay,
    Machine,
)
from sheets.tests.machine.salon_day import Day, Salon
from sheets.tests.machine.tap import READ, WRITE

IS_NIGHTLY = settings().max_examples > 1_000
DAYS = {"calm": 32, "busy": 40, "faults": 40, "between": 40, "killed": 32, "workers": 16}
PARTS = 2  # of each kind, so that the processes of a parallel run share them
TIMES = 25 if IS_NIGHTLY else 1
STEPS = 12 if IS_NIGHTLY else 6
# One that fails is told as it is: to find its shortest form takes longer than a test may.
PHASES = tuple(Phase) if IS_NIGHTLY else (Phase.generate,)


def live(kind: str, part: int, begin: Callable[[], AnyDay]) -> None:
    """Draw the days of one part and judge each."""

    def machine() -> Machine:
        return Machine(kind, begin)

    run_state_machine_as_test(
        machine if IS_NIGHTLY else seed(f"{kind} {part}")(machine),  # type: ignore[arg-type]
        settings=settings(
            max_examples=DAYS[kind] * TIMES // PARTS,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
            phases=PHASES,
            report_multiple_bugs=False,
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", DAYS)
def test_sheet_database_and_intent_agree_once_all_is_quiet(kind: str, part: int, salon: Salon) -> None:
    happened: Counter[bool] = Counter()

    def begin() -> Day:
        day = salon.new_day()
        day.happened = happened
        return day

    live(kind, part, begin)
    assert happened[True] > 2 * happened[False]  # a day on which nothing can be done proves nothing


class Dreamt:
    """A day on which nothing happens but being written down."""

    def __init__(self, seen: Counter[str]) -> None:
        self._seen = seen

    def _note(self, *what: object) -> None:
        self._seen[" ".join(map(str, what))] += 1

    def act(self, action: str, a: int, b: int, c: int) -> None:
        self._note(action)

    def cycle(self, seconds: float = 61) -> None:
        self._note("cycle after", seconds)

    def rest(self) -> None:
        self._note("rest")

    def has_trouble(self, kind: str, what: str) -> None:
        self._note("trouble", what)
        self._note("trouble at a", kind)

    def cut_in(self, kind: str, action: Callable[[], None]) -> None:
        self._note("cuts in at a", kind)
        action()

    def is_killed(self, step: int) -> None:
        self._note("killed")

    def meets_another_worker(self) -> None:
        self._note("meets")

    def is_overtaken(self) -> None:
        self._note("is overtaken")

    def has_many_workers(self, meanwhile: Callable[[], None]) -> None:
        self._note("many workers")
        meanwhile()


@pytest.mark.skipif(IS_NIGHTLY, reason="other days each time")
def test_everything_that_can_happen_happens_on_some_of_the_days() -> None:
    seen: Counter[str] = Counter()
    for kind in DAYS:
        for part in range(PARTS):
            live(kind, part, lambda: Dreamt(seen))
    places = [f"{what} at a {kind}" for what in ("trouble", "cuts in") for kind in (READ, WRITE)]
    often = {"rest": sum(DAYS.values()), "killed": 20, "meets": 5, "is overtaken": 5, "many workers": 10}
    wanted = Counter(often) + Counter([*EDITS, *ORDER, *FURNITURE, *DESK, *places, "cycle after 660"])
    wanted += Counter(f"trouble {what}" for what in TROUBLE)
    assert wanted - seen == Counter()
