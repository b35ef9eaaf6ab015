"""The client can always book: whole turns while Claude is away, and back again."""

import pytest
from pytest_django import Settings

from ai.models import GuidedState, Proposal, Turn
from ai.tests.conftest import KEYS, forget
from ai.tests.factories import Salon, Talk, bodies, responds, understood
from botbackend.outbox.models import Task
from botbackend.sandbox.claude import ClaudeStandIn
from botbackend.sandbox.claude_script import Rule
from dialogues.models import Dialogue, StaffTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Salon:
    return Salon(language="en", work_end_minute=21 * 60)


@pytest.fixture
def talk(salon: Salon, settings: Settings) -> Talk:
    settings.CLAUDE_API_KEYS = []
    forget()
    return Talk(salon)


def number_of(label: str, menu: str) -> str:
    """The number that stands before a line of a menu."""
    (line,) = [line for line in menu.splitlines() if label in line and line[:1].isdigit()]
    return line.split(".")[0]


def test_a_visit_is_booked_by_numbers_alone(salon: Salon, talk: Talk) -> None:
    menu = talk.say("hello")
    services = talk.say(number_of("Book a visit", menu))
    days = talk.say(number_of("Manicure", services))
    if "Anyone" in days:
        days = talk.say(number_of("Anna", days))
    times = talk.say("2")
    card = talk.say(number_of("12:00", times))
    assert "Manicure — Anna" in card
    assert "Answer" in card
    assert talk.say("yes").startswith("Done, you are booked:")
    (visit,) = salon.visits()
    assert visit.start.astimezone(salon.zone).hour == 12
    assert GuidedState.objects.get().state == {}
    assert set(Turn.objects.values_list("mode", flat=True)) == {"guided", "model"}


def test_plain_words_are_enough(salon: Salon, talk: Talk) -> None:
    card = talk.say("manicure tomorrow at 15:00")
    assert "Manicure — Anna" in card
    talk.say("yes")
    assert [visit.start for visit in salon.visits()] == [salon.at("15:00")]


def test_a_refused_wish_stays_in_the_menus(salon: Salon, talk: Talk) -> None:
    other = Talk(salon, contact_id="c-2", name="Iryna")
    other.say("manicure tomorrow at 15:00")
    other.say("yes")
    reply = talk.say("manicure tomorrow at 15:00")
    assert Proposal.objects.filter(dialogue=talk.dialogue).count() == 0
    times = reply if "15:30" in reply or "16:00" in reply else talk.say("1")
    talk.say(number_of("16:00", times))
    talk.say("yes")
    assert salon.at("16:00") in [visit.start for visit in salon.visits()]


def test_moving_and_cancelling_work_too(salon: Salon, talk: Talk) -> None:
    talk.say("manicure tomorrow at 15:00")
    talk.say("yes")
    (visit,) = salon.visits()
    assert "Shall I move your visit?" in talk.say("move my visit to tomorrow at 17:00")
    talk.say("yes")
    (moved,) = salon.visits()
    assert (moved.pk, moved.start) == (visit.pk, salon.at("17:00"))
    assert "Shall I cancel your visit?" in talk.say("cancel my visit")
    talk.say("yes")
    assert salon.visits() == []


def test_a_person_can_be_asked_for(salon: Salon, talk: Talk) -> None:
    menu = talk.say("hello")
    assert "administrator" in talk.say(number_of("Talk to a person", menu))
    assert Dialogue.objects.get().mode == "human"
    assert StaffTask.objects.get().kind == "human"


def test_claude_takes_over_and_gives_back_in_the_middle_of_a_talk(
    claude: ClaudeStandIn, settings: Settings, salon: Salon
) -> None:
    talk = Talk(salon)
    understood(claude, intent="book", service_ids=[salon.manicure.pk])
    responds(claude, "Which day would you like?")
    talk.say("a manicure please")
    # Claude goes away: the menus go on with what was said.
    settings.CLAUDE_API_KEYS = []
    forget()
    card = talk.say("tomorrow at 15:00")
    assert "Manicure — Anna" in card
    # And is back: the yes is the same yes.
    settings.CLAUDE_API_KEYS = list(KEYS)
    forget()
    talk.say("yes")
    assert len(salon.visits()) == 1
    understood(claude, intent="smalltalk")
    responds(claude, "You are welcome!")
    assert talk.say("thank you") == "You are welcome!"
    history = str(bodies(claude, "respond")[-1]["messages"])
    assert "Done, you are booked" in history


def test_an_overloaded_claude_is_asked_twice_before_the_menus_come(
    claude: ClaudeStandIn, salon: Salon
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
