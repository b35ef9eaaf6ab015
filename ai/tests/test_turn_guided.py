"""The client can always book: whole turns while Claude is away, and back again."""

import pytest
from pytest_django import Settings

from ai.models import Turn
from ai.tests.conftest import forget
from ai.tests.factories import SalonRows, Talk
from botbackend.outbox.models import Task
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Dialogue, StaffTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> SalonRows:
    return SalonRows(language="en", work_end_minute=21 * 60)


@pytest.fixture
def talk(salon: SalonRows, settings: Settings) -> Talk:
    settings.CLAUDE_API_KEYS = []
    forget()
    return Talk(salon)


def number_of(label: str, menu: str) -> str:
    """The number that stands before a line of a menu."""
    (line,) = [line for line in menu.splitlines() if label in line and line[:1].isdigit()]
    return line.split(".")[0]


def test_a_person_can_be_asked_for(salon: SalonRows, talk: Talk) -> None:
    menu = talk.say("hello")
    assert "administrator" in talk.say(number_of("Talk to a person", menu))
    assert Dialogue.objects.get().mode == "human"
    assert StaffTask.objects.get().kind == "human"


def test_an_overloaded_claude_is_asked_twice_before_the_menus_come(
    claude: ClaudeStandIn, salon: SalonRows
) -> None:
    claude.script.add(Rule(status=529, times=None))
    talk = Talk(salon)
    assert talk.say("manicure tomorrow at 15:00") == ""

    Task.objects.filter(topic="dialogue.due").update(due_at="2026-01-01T00:00Z")
    assert "Manicure — Anna" in talk.answer()
    assert list(Turn.objects.order_by("pk").values_list("mode", "outcome")) == [
        ("model", "discarded"),
        ("guided", "replied"),
    ]
