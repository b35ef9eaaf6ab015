"""The nightly job of summaries, by the clock and through the outbox: once a night, no harm when repeated."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from ai.models import Summary
from ai.tests.factories import SalonRows, bodies
from ai.tests.test_compression import FORM, live, make_talk, summarises
from botbackend.outbox.models import Task
from botbackend.outbox.processes import clock
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "ai.compress"
EVENING = datetime(2026, 10, 24, 20, tzinfo=UTC)  # in Kyiv the night to come has 03:30 twice
NIGHT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of them
SECOND_HALF_PAST_THREE = NIGHT + timedelta(hours=1)
NEXT_NIGHT = datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def traveller(settings: Settings) -> Iterator[time_machine.Traveller]:
    """It is the evening before the clocks go back."""
    settings.TIME_ZONE = "Europe/Kyiv"
    with time_machine.travel(EVENING, tick=True) as found:
        yield found


def look() -> int:
    """What dispatcher and worker do about the job at this moment; returns how often it ran."""
    clock.ensure_jobs()
    Task.objects.exclude(handler=NAME).delete()
    return run_due("clock")


def test_at_half_past_three_a_quiet_talk_is_summarised_and_not_again_that_night(
    claude: ClaudeStandIn, traveller: time_machine.Traveller
) -> None:
    dialogue = make_talk(SalonRows())
    summarises(claude)
    assert look() == 0
    traveller.move_to(NIGHT - timedelta(seconds=2))
    assert look() == 0
    assert claude.requests == []
    traveller.move_to(NIGHT)
    assert look() == 1
    assert [summary.content for summary in Summary.objects.all()] == [FORM]
    assert live(dialogue) == 0
    assert len(bodies(claude, "compress")) == len(claude.requests) == 1
    for moment in (NIGHT + timedelta(minutes=1), SECOND_HALF_PAST_THREE, NEXT_NIGHT - timedelta(minutes=1)):
        traveller.move_to(moment)
        assert look() == 0
    traveller.move_to(NEXT_NIGHT)
    assert look() == 1
    assert len(claude.requests) == 1


def test_a_dispatcher_that_comes_back_in_the_morning_has_it_done_once(
    claude: ClaudeStandIn, traveller: time_machine.Traveller
) -> None:
    make_talk(SalonRows())
    summarises(claude)
    look()
    traveller.move_to(NIGHT + timedelta(hours=8))
    assert (look(), look()) == (1, 0)
    assert Summary.objects.count() == len(claude.requests) == 1
    assert [task.due_at for task in Task.objects.filter(handler=NAME)] == [NEXT_NIGHT]


def test_a_second_run_the_same_night_changes_nothing(
    claude: ClaudeStandIn, traveller: time_machine.Traveller
) -> None:
    dialogue = make_talk(SalonRows())
    summarises(claude)
    look()
    traveller.move_to(NIGHT)
    look()
    before = Summary.objects.values().get()
    Task.objects.filter(handler=NAME).update(due_at=timezone.now())  # as if its end had not been noted
    assert look() == 1
    assert Summary.objects.values().get() == before
    assert live(dialogue) == 0
    assert len(claude.requests) == 1


def test_a_talk_that_cannot_be_summarised_keeps_no_other_waiting_however_long_it_takes(
    claude: ClaudeStandIn, traveller: time_machine.Traveller
) -> None:
    salon = SalonRows()
    hopeless = make_talk(salon, "Nobody can sum this up", hours=30)
    behind = make_talk(salon, "This is easy", hours=40, contact_id="c-2")

    def useless(body: object) -> dict[str, str]:
        traveller.shift(timedelta(hours=1))
        return {"text": "no json at all"}

    claude.script.add(Rule(when={"kind": "compress", "contains": "Nobody"}, call=useless, times=None))
    summarises(claude)
    look()
    traveller.move_to(NIGHT)
    assert look() == 1
    assert (live(hopeless), live(behind)) == (1, 0)
    assert len(claude.requests) == 3  # both models failed at the first
    assert look() == 0
