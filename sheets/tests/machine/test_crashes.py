"""A worker may die at every step of a cycle: what it began is neither lost nor done twice."""

from collections.abc import Callable

import pytest

from sheets.tests.machine.salon_day import Day, Salon

MOST_STEPS = 200


def calm(day: Day) -> None:
    """Staff type a walk-in between the rows and move a visit; the bot books one and cancels one."""
    day.act("types_a_walk_in_between_rows", 0, 2, 1)
    day.act("changes_the_time", 0, 8, 3)
    day.act("book", 1, 14, 2)
    day.act("cancel", 0, 0, 1)


def hostile(day: Day) -> None:
    """One row is cleared, one copied, two are swapped, a tab is gone."""
    day.act("clears_a_row", 0, 1, 0)
    day.act("copies_a_row", 1, 1, 0)
    day.act("swaps_two_visits", 1, 2, 1)
    day.act("deletes_a_tab", 1, 0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("happens", [calm, hostile])
def test_a_worker_killed_at_any_step_harms_nothing(happens: Callable[[Day], None], salon: Salon) -> None:
    for step in range(MOST_STEPS):
        day = salon.new_day()
        happens(day)
        day.is_killed(step)
        day.cycle()
        was_killed = "the worker was killed" in " ".join(day.world.story)
        day.rest()
        if not was_killed:
            break
    assert 20 < step < MOST_STEPS - 1
