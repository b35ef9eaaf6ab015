"""More of what the sixth player showed: yeses that lost a card, health that nobody settles, words."""

import pytest

from ai.language.answers import consents
from ai.models import Proposal
from ai.tests.factories import SalonRows, Talk, make_booking, make_visit, make_wish, responds, understood
from ai.tests.test_played_six import SICK, carded, make_note
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import StaffTask

pytestmark = pytest.mark.django_db
ASKS = {"ask_human": {"reason": "is it possible with herpes?"}}
WAITS = {"say": {"text": "A colleague will answer here.", "notes": []}}


# Health beside a card
@pytest.mark.parametrize("proposes", [False, True])
def test_a_yes_whose_health_a_person_is_asked_about_books_nothing_until_then(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, proposes: bool
) -> None:
    carded(claude, talk)
    understood(claude, answer="yes", remark=SICK, to_answer=True)
    same = [make_booking(salon.manicure.pk, f"{salon.day()}T15:00")] if proposes else []
    responds(claude, [*same, ASKS, WAITS])
    assert talk.say("yes, I have herpes, is that fine?") == "A colleague will answer here."
    assert salon.visits() == []
    assert StaffTask.objects.get().kind == "health"


def test_what_staff_know_of_does_not_let_other_health_pass(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    note = make_note(salon, "With herpes we do no manicure.")
    understood(claude, wants="question", remark={"kind": "health", "text": "allergy"}, to_answer=True)
    responds(claude, [ASKS, WAITS])
    talk.say("I have an allergy, is that fine?")
    carded(claude, talk)
    understood(claude, answer="yes", remark=SICK, to_answer=True)
    responds(claude, {"say": {"text": "With herpes we do no manicure.", "notes": [note.pk]}})
    assert talk.say("yes, I have herpes") == "With herpes we do no manicure."
    assert salon.visits() == []


def test_a_card_that_a_note_speaks_against_is_not_asked_again(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    note = make_note(salon, "With herpes we do no manicure.")
    carded(claude, talk)
    understood(claude, wants="question", remark=SICK, to_answer=True)
    responds(claude, {"say": {"text": "With herpes we do no manicure.", "notes": [note.pk]}})
    assert talk.say("I have herpes, may I come?") == "With herpes we do no manicure."
    assert Proposal.objects.get().state == "declined"


# A yes beside a cancellation
CANCELS = [
    "да, а стрижку отмените, передумала",
    "tak, a strzyżenie proszę odwołać",
    "так, а стрижку скасуйте, передумала",
    "yes, and cancel the haircut, I changed my mind",
]


@pytest.mark.parametrize("words", CANCELS)
def test_a_yes_that_cancels_another_visit_is_carried_out(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, words: str
) -> None:
    other = make_visit(talk, "10:00")
    carded(claude, talk)
    understood(claude, answer="yes", cancel=[other.pk])
    said = talk.say(words)
    assert [visit.start for visit in salon.visits()] == [salon.at("10:00"), salon.at("15:00")], said
    assert Proposal.objects.latest("pk").kind == "cancel"


@pytest.mark.parametrize("words", ["да, нет, подождите, а стрижку отмените", "no, and cancel the haircut"])
def test_a_yes_taken_back_before_it_is_none(words: str) -> None:
    assert not consents(words, "book", cancels=True)


@pytest.mark.parametrize("words", CANCELS[:1])
def test_without_another_visit_to_cancel_the_same_words_take_it_back(words: str) -> None:
    assert not consents(words, "book")


def test_a_booking_card_that_a_cancellation_displaced_comes_back(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    other = make_visit(talk, "10:00")
    carded(claude, talk)
    understood(claude, cancel=[other.pk])
    assert "Shall I cancel your visit?" in talk.say("that other visit of mine must go")
    claude.script.set([])
    said = talk.say("yes")
    assert said.startswith("Your visit has been cancelled:")
    assert "Manicure — Anna" in said.partition("Please check")[2]
    talk.say("yes")
    assert [visit.start for visit in salon.visits()] == [salon.at("15:00")]


# Words
def test_a_day_in_another_script_or_of_the_talk_is_the_clients_own(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wish = make_wish("book", services=[salon.manicure.pk], day=salon.day())
    understood(claude, wishes=[wish], language="uk")
    responds(claude, "У неділю є {s1.time}. Підходить?")
    assert "У неділю є" in talk.say("dobryi den, manikyur v nedilu, bud laska?")
    understood(claude, wishes=[wish], language="uk", to_answer=True)
    responds(claude, "Так, сьогодні є {s1.time}. Підходить?", "Є {s1.time}. Підходить?")
    assert "сьогодні" not in talk.say("a o desiatii?")


def test_a_word_for_the_day_said_before_in_the_talk_may_be_repeated(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wish = make_wish("book", services=[salon.manicure.pk], day=salon.day())
    understood(claude, wishes=[wish])
    responds(claude, "{s1} suits?")
    talk.say("a manicure tomorrow?")
    understood(claude, wishes=[wish], to_answer=True)
    responds(claude, "No earlier hour tomorrow, sorry.")
    assert talk.say("nothing earlier?") == "No earlier hour tomorrow, sorry."


def test_a_question_is_no_remark_on_a_booking(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    carded(claude, talk)
    remark = {"kind": "request", "text": "lenses"}
    understood(claude, answer="yes", remark=remark, to_answer=True)
    responds(claude, "Gladly.")
    talk.say("yes, contacts are worn by me, is that fine?")
    assert salon.visits()[0].note == "contacts are worn by me"


def test_a_receipt_of_a_cancellation_does_not_rejoice(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "15:00")
    understood(claude, cancel=[visit.pk])
    talk.say("cancel it please")
    claude.script.set([])
    assert "glad" not in talk.say("yes")
