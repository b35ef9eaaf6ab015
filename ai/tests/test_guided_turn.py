"""Whole turns without a key: menus in, rows and receipts out, and back to the model."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from ai.models import GuidedState, Proposal, Turn
from ai.tests.conftest import KEYS, forget
from ai.tests.factories import SalonRows, Talk, responds, understood
from ai.wording.defaults import LANGUAGES, texts_of
from ai.wording.render import say_text
from bookings.models import Booking
from bookings.tests.factories import make_booking
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Dialogue, StaffTask
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db
in_every_language = pytest.mark.parametrize("language", LANGUAGES)
YES = {"uk": "так", "ru": "да", "en": "yes", "pl": "tak"}


@pytest.fixture
def salon() -> SalonRows:
    return SalonRows(work_start_minute=9 * 60, work_end_minute=21 * 60)


@pytest.fixture(autouse=True)
def no_key(settings: Settings) -> Iterator[None]:
    settings.CLAUDE_API_KEYS = []
    forget()
    yield
    forget()


def said(salon: SalonRows, language: str, key: str, **values: Any) -> str:
    return say_text(project=salon.project, language=language, key=key, **values)


def number_of(label: str, text: str) -> str:
    """The number before the line with the label."""
    line = next(line for line in text.splitlines() if label in line and line[:1].isdigit())
    return line.split(".")[0]


def tomorrow(language: str = "en") -> str:
    """How the list of days names tomorrow, whatever the hour at which the tests run."""
    return texts_of(language).tomorrow.capitalize()


def walk(talk: Talk, *steps: str) -> str:
    """Choose each label by its number; a bare number is sent as it is. Returns the last reply."""
    reply = talk.say("?")
    for step in steps:
        reply = talk.say(step if step.isdigit() else number_of(step, reply))
    return reply


@in_every_language
def test_a_visit_is_booked_moved_and_cancelled_without_any_model(salon: SalonRows, language: str) -> None:
    talk = Talk(salon, language=language)
    card = walk(talk, "1", "Manicure", tomorrow(language), "10:30")
    assert "Manicure — Anna" in card
    receipt = talk.say(YES[language])
    assert receipt.startswith(said(salon, language, "receipt_book", lines="|").split("|")[0].strip())
    (visit,) = salon.visits()
    assert (visit.start, visit.client) == (salon.at("10:30"), talk.client)

    card = walk(talk, "3", tomorrow(language), "12:00")
    talk.say(YES[language])
    visit.refresh_from_db()
    assert visit.start == salon.at("12:00")

    walk(talk, "4")
    talk.say(YES[language])
    assert salon.visits() == []
    assert set(Turn.objects.values_list("mode", flat=True)) <= {"guided", "model"}
    assert Turn.objects.filter(calls__gt=0).count() == 0
    assert [proposal.state for proposal in Proposal.objects.all()] == ["accepted"] * 3


@in_every_language
def test_several_services_become_one_visit(salon: SalonRows, language: str) -> None:
    talk = Talk(salon, language=language)
    reply = walk(talk, "1")
    numbers = f"{number_of('Manicure', reply)}, {number_of('Haircut', reply)}"
    reply = talk.say(numbers)
    reply = talk.say(number_of(tomorrow(language), reply))
    talk.say(number_of("09:00", reply))
    talk.say(YES[language])
    first, second = salon.visits()
    assert (first.service, first.start) == (salon.manicure, salon.at("09:00"))
    assert (second.service, second.start) == (salon.haircut, salon.at("10:00"))
    assert first.visit_id == second.visit_id


@in_every_language
def test_a_no_changes_nothing(salon: SalonRows, language: str) -> None:
    talk = Talk(salon, language=language)
    walk(talk, "1", "Manicure", tomorrow(language), "10:30")
    no = {"uk": "ні", "ru": "нет", "en": "no", "pl": "nie"}[language]
    assert talk.say(no) == said(salon, language, "declined")
    assert salon.visits() == []
    assert Booking.objects.filter(status="held").count() == 0


def test_a_question_in_between_shows_the_card_again(salon: SalonRows) -> None:
    talk = Talk(salon, language="en")
    card = walk(talk, "1", "Manicure", tomorrow(), "10:30")
    reply = talk.say("how much is a manicure?")
    assert reply.startswith("Our services:\nManicure — 600 UAH")
    assert reply.endswith(card)
    talk.say("yes")
    assert len(salon.visits()) == 1


def test_garbage_at_a_card_ends_with_a_person(salon: SalonRows) -> None:
    talk = Talk(salon, language="en")
    card = walk(talk, "1", "Manicure", tomorrow(), "10:30")
    assert talk.say("qwx zzz") == f"{said(salon, 'en', 'ask_yes_no')}\n\n{card}"
    assert talk.say("qwx zzz") == f"{said(salon, 'en', 'offer_person')}\n\n{card}"
    assert talk.say("qwx zzz") == said(salon, "en", "handoff")
    assert StaffTask.objects.count() == 1
    assert Dialogue.objects.get().mode == "human"


def test_who_is_refused_goes_on_from_the_list_of_times(salon: SalonRows) -> None:
    change_settings(salon.project, max_active_visits=1)
    talk = Talk(salon, language="en")
    make_booking(salon.olga, salon.haircut, salon.at("18:00"), client=talk.client)
    reply = walk(talk, "1", "Manicure", tomorrow(), "10:30")
    assert reply.startswith(said(salon, "en", "refused_too_many_visits"))
    assert GuidedState.objects.get().state["step"] == "time"
    change_settings(salon.project, max_active_visits=10)
    card = talk.say("at 11:30")
    assert "Manicure — Anna" in card
    talk.say("yes")
    assert salon.visits()[0].start == salon.at("11:30")


def test_a_salon_that_does_not_ask_books_at_once(salon: SalonRows) -> None:
    change_settings(salon.project, confirm_before_booking=False)
    talk = Talk(salon, language="en")
    receipt = talk.say("I want a manicure tomorrow at 15:00")
    assert receipt.startswith("Done, you are booked")
    assert salon.visits()[0].start == salon.at("15:00")
    assert GuidedState.objects.get().state == {}


def test_the_menus_take_over_from_the_model_and_give_back(
    claude: ClaudeStandIn, settings: Settings, salon: SalonRows
) -> None:
    talk = Talk(salon, language="en")
    understood(claude, book=[salon.manicure.pk])
    responds(claude, "Which day would you like?")
    assert talk.say("I want a manicure") == "Which day would you like?"

    settings.CLAUDE_API_KEYS = []
    forget()
    reply = talk.say("tomorrow please")
    assert "1. 09:00" in reply  # the day is taken up, nothing is asked twice

    settings.CLAUDE_API_KEYS = list(KEYS)
    forget()
    understood(claude, wants="smalltalk")
    responds(claude, "It takes an hour.")
    assert talk.say("how long does that take?") == "It takes an hour."

    settings.CLAUDE_API_KEYS = []
    forget()
    assert talk.say("1") == said(salon, "en", "menu")  # the old list is no longer what stands above
