"""Questions, a person, back, garbage, an open card, and a talk that a model began."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai.models import Knowledge, Proposal
from ai.proposals.lifecycle import expire_proposals
from ai.tests.guided_chat import Chat
from ai.tests.guided_words import LANGUAGES, WORDS
from ai.tests.voice_salon import VoiceSalon, make_salon
from ai.turn.drafts import Accept, Decline, Draft, Propose
from ai.wording.render import say_text
from bookings.models import WeeklyBreak
from bookings.tests.factories import MONDAY, NOW, at, make_day_off, make_hours, make_offering, make_specialist
from bookings.values import Item
from dialogues.models import Message
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def salon() -> VoiceSalon:
    return make_salon()


def said(chat: Chat, key: str, **values: Any) -> str:
    return say_text(project=chat.salon.project, language=chat.language, key=key, **values)


def at_step(salon: VoiceSalon, language: str, step: str) -> Chat:
    """A chat that stands at the step."""
    make_offering(make_specialist(salon.project, "Катя", does_every_service=False), salon.manicure)
    if step in ("change", "cancel"):
        salon.booking(at("10:00", MONDAY))
        salon.booking(at("12:00", MONDAY))
    chat = Chat(salon, language)
    chat.say("?")
    path = {"menu": [], "services": ["1"], "specialist": ["1", "1"], "day": ["1", "1", "1"]}
    path |= {"time": ["1", "1", "1", "2"], "change": ["3"], "cancel": ["4"]}
    for answer in path[step]:
        chat.say(answer)
    assert chat.state is not None
    assert chat.state.get("step", "menu") == step
    return chat


STEPS = ["menu", "services", "specialist", "day", "time", "change", "cancel"]
at_every_step = pytest.mark.parametrize("step", STEPS)


# Questions
@in_every_language
def test_it_tells_all_prices_or_the_one_that_is_asked_for(salon: VoiceSalon, language: str) -> None:
    make_offering(make_specialist(salon.project, "Катя", does_every_service=False), salon.manicure, price=900)
    chat = Chat(salon, language)
    one = chat.say(WORDS[language].price)
    assert "Манікюр" in one
    assert "600" in one
    assert "Стрижка" not in one
    assert chat.state == {}
    chat.say("?")
    every = chat.say("5")
    assert said(chat, "menu") in every
    assert "Стрижка" in every
    assert said(chat, "price_unknown") in every


@in_every_language
def test_it_tells_hours_by_days_alike_and_the_address(salon: VoiceSalon, language: str) -> None:
    for specialist in (salon.anna, salon.olga):
        for weekday in range(5):
            make_hours(specialist, weekday, ("09:00", "18:00"))
        make_hours(specialist, 5, ("10:00", "24:00"))
    WeeklyBreak.objects.create(project=salon.project, weekday=4, start_minute=13 * 60, end_minute=14 * 60)
    Knowledge.objects.create(project=salon.project, title="Наша адреса", text="вул. Садова, 5")
    chat = Chat(salon, language)
    shown = chat.say(WORDS[language].hours)
    lines = shown.splitlines()
    assert lines[1].endswith(": 09:00–18:00")
    assert "09:00–13:00" in lines[2]
    assert "10:00–24:00" in lines[3]
    assert said(chat, "hours_closed") in lines[4]
    assert shown.endswith("вул. Садова, 5")
    chat.say("?")
    assert shown in chat.say("6")


def test_without_a_note_it_says_who_knows_the_address(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    assert said(chat, "no_address") in chat.say("де ви знаходитесь?")


def test_it_answers_from_the_salons_notes(salon: VoiceSalon) -> None:
    Knowledge.objects.create(project=salon.project, title="Парковка", text="У дворі, безкоштовно.")
    chat = Chat(salon, "uk")
    assert chat.say("а парковка у вас є?") == "У дворі, безкоштовно."


@in_every_language
@at_every_step
def test_a_question_in_between_does_not_lose_the_place(salon: VoiceSalon, language: str, step: str) -> None:
    chat = at_step(salon, language, step)
    before = chat.draft.text.split("\n\n")[-1]
    shown = chat.say(WORDS[language].price)
    assert "Манікюр" in shown
    assert before in shown
    assert chat.state is not None
    assert chat.state.get("step", "menu") == step


@in_every_language
@at_every_step
def test_a_person_comes_from_every_place(salon: VoiceSalon, language: str, step: str) -> None:
    chat = at_step(salon, language, step)
    assert chat.say(WORDS[language].person) == said(chat, "handoff")
    assert chat.draft.handoff
    assert chat.state == {}


def test_a_person_comes_for_the_number_seven(salon: VoiceSalon) -> None:
    chat = at_step(salon, "uk", "menu")
    chat.say("7")
    assert chat.draft.handoff


# Back and garbage
@in_every_language
@at_every_step
@pytest.mark.parametrize("by_word", [True, False])
def test_back_leads_to_the_question_before(
    salon: VoiceSalon, language: str, step: str, by_word: bool
) -> None:
    chat = at_step(salon, language, step)
    chat.say(WORDS[language].back if by_word else "0")
    before = {"services": "menu", "specialist": "services", "day": "specialist", "time": "day"}
    assert chat.state is not None
    assert chat.state.get("step", "menu") == before.get(step, "menu")
    for _ in range(5):
        chat.say("0")
    assert chat.draft.text == said(chat, "menu")


@in_every_language
@at_every_step
def test_garbage_is_asked_again_then_a_person_is_offered_then_called(
    salon: VoiceSalon, language: str, step: str
) -> None:
    chat = at_step(salon, language, step)
    question = chat.draft.text.split("\n\n")[-1]
    assert chat.say(WORDS[language].garbage) == f"{said(chat, 'not_understood')}\n\n{question}"
    assert chat.say("99") == f"{said(chat, 'offer_person')}\n\n{question}"
    chat.say(WORDS[language].garbage)
    assert chat.draft.handoff
    assert chat.state == {}


@in_every_language
def test_an_answer_that_is_understood_forgives_the_ones_before(salon: VoiceSalon, language: str) -> None:
    chat = at_step(salon, language, "day")
    chat.say(WORDS[language].garbage)
    chat.say(WORDS[language].garbage)
    chat.say("2")
    assert chat.say(WORDS[language].garbage).startswith(said(chat, "not_understood"))


@in_every_language
def test_thanks_end_the_menus(salon: VoiceSalon, language: str) -> None:
    chat = at_step(salon, language, "menu")
    assert chat.say(WORDS[language].thanks) == said(chat, "thanks")
    assert chat.state == {}


# A card
@in_every_language
@pytest.mark.parametrize("kind", ["book", "change", "cancel"])
def test_a_yes_accepts_and_a_no_declines_what_was_shown(salon: VoiceSalon, language: str, kind: str) -> None:
    words = WORDS[language]
    if kind != "book":
        salon.booking(at("10:00", MONDAY))
    asks = {
        "book": words.manicure_tomorrow_at_3,
        "change": words.change_to_tomorrow_at_4,
        "cancel": words.cancel,
    }
    chat = Chat(salon, language)
    chat.say(asks[kind])
    proposal = chat.show_card()
    assert proposal.kind == kind
    chat.say(words.no)
    declined = chat.draft
    assert declined.action == Decline(proposal.pk)
    assert declined.text == f"{said(chat, 'declined')}\n\n{said(chat, 'menu')}"
    chat.state = {}
    chat.say(words.yes)
    accepted = chat.draft
    assert accepted.action == Accept(proposal.pk)
    assert accepted.guided_state == {}


@in_every_language
def test_what_is_no_answer_to_a_card_is_asked_again(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure_tomorrow_at_3)
    chat.show_card()
    assert chat.say(WORDS[language].garbage) == said(chat, "ask_yes_no")
    assert chat.draft.action is None
    assert said(chat, "offer_person") in chat.say("2")
    chat.say(WORDS[language].garbage)
    assert chat.draft.handoff


@in_every_language
def test_a_question_leaves_the_card_open(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure_tomorrow_at_3)
    proposal = chat.show_card()
    shown = chat.say(WORDS[language].price)
    assert chat.draft.action is None
    assert "Манікюр" in shown
    chat.say(WORDS[language].yes)
    assert chat.draft.action == Accept(proposal.pk)


@in_every_language
def test_another_time_instead_of_a_yes_is_proposed_anew(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure_tomorrow_at_3)
    chat.show_card()
    chat.say(WORDS[language].at_four)
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, salon.anna.pk, at("16:00", MONDAY)),)


@in_every_language
def test_back_from_a_card_frees_its_time_and_shows_the_day(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure_tomorrow_at_3)
    proposal = chat.show_card()
    shown = chat.say(WORDS[language].back)
    assert chat.draft.action == Decline(proposal.pk)
    assert "1. 09:00" in shown
    chat.settle()
    shown = chat.say("9")
    assert ". 15:00" in shown


@in_every_language
def test_another_service_instead_of_a_yes_leaves_the_card(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure_tomorrow_at_3)
    proposal = chat.show_card()
    shown = chat.say("Брови")
    assert chat.draft.action == Decline(proposal.pk)
    assert "09:00" in shown
    assert chat.state is not None
    assert chat.state["services"] == [salon.brows.pk]


def test_a_change_moves_its_card_to_another_time(salon: VoiceSalon) -> None:
    visit = salon.booking(at("10:00", MONDAY))
    chat = Chat(salon, "uk")
    chat.say("перенесіть візит на завтра о 16:00")
    chat.show_card()
    chat.say("краще о 18:00")
    assert (chat.proposed.kind, chat.proposed.booking_ids) == ("change", (visit.pk,))
    assert chat.proposed.start == at("18:00", MONDAY)


@in_every_language
def test_a_yes_after_the_card_has_expired_shows_the_times_again(
    salon: VoiceSalon, language: str, clock: time_machine.Traveller
) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure_tomorrow_at_3)
    chat.show_card()
    clock.shift(timedelta(minutes=11))
    assert expire_proposals() == 1
    shown = chat.say(WORDS[language].yes)
    assert chat.draft.action is None
    assert said(chat, "proposal_expired") in shown
    assert "1. 09:00" in shown


def test_a_yes_that_was_written_before_the_card_accepts_nothing(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    chat.say("хочу манікюр завтра о 15:00")
    chat.show_card()
    Message.objects.filter(direction=Message.Direction.OUT).update(state=Message.State.QUEUED)
    assert chat.say("так") == said(chat, "ask_yes_no")
    assert chat.draft.action is None


def test_a_card_whose_details_cannot_be_read_still_takes_an_answer(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    chat.say("хочу манікюр завтра о 15:00")
    proposal = chat.show_card()
    Proposal.objects.filter(pk=proposal.pk).update(details={"shown": [{"service_id": None}]})
    assert said(chat, "menu") in chat.say("0")
    chat.state = {}
    chat.say("так")
    assert chat.draft.action == Accept(proposal.pk)


def test_after_a_refusal_numbers_of_the_old_list_mean_nothing(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    chat.say("хочу манікюр завтра о 15:00")
    chat.state = chat.draft.guided_state  # the operation refused, so the place was kept
    shown = chat.say("2")
    assert "1. 09:00" in shown
    assert chat.draft.action is None


# Taking over and handing back
@in_every_language
def test_it_greets_with_the_menu_only_the_first_time(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    assert chat.say("?").startswith(said(chat, "greeting"))
    chat.state = {}
    assert chat.say("?") == said(chat, "menu")


@in_every_language
def test_it_takes_over_where_the_model_stopped(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure)
    chat.state = None  # the model asked for the day in its own words
    chat.say(f"{WORDS[language].tomorrow} {WORDS[language].at_four}")
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, salon.anna.pk, at("16:00", MONDAY)),)


def test_what_it_had_to_recall_is_never_booked_unasked(salon: VoiceSalon) -> None:
    change_settings(salon.project, confirm_before_booking=False)
    chat = Chat(salon, "uk")
    chat.say("манікюр")
    chat.state = None
    chat.say("завтра о 16:00")
    assert isinstance(chat.draft.action, Propose)


def test_words_of_long_ago_or_of_a_visit_that_was_made_are_not_recalled(
    salon: VoiceSalon, clock: time_machine.Traveller
) -> None:
    chat = Chat(salon, "uk")
    chat.say("манікюр")
    chat.state = None
    clock.shift(timedelta(hours=4))
    assert "1. Манікюр" in chat.say("завтра о 16:00")
    chat.say("манікюр")
    clock.shift(timedelta(minutes=1))
    salon.booking(at("10:00", MONDAY))
    chat.state = None
    clock.shift(timedelta(minutes=1))
    assert "1. Манікюр" in chat.say("завтра о 16:00")


def test_a_place_in_the_menus_is_forgotten_once_the_talk_went_on_without_them(
    salon: VoiceSalon, clock: time_machine.Traveller
) -> None:
    chat = Chat(salon, "uk")
    chat.say("манікюр")
    kept = chat.state
    clock.shift(timedelta(minutes=1))
    chat.say("а що це за процедура?")  # answered by the model, which is back
    chat.state = kept
    clock.shift(timedelta(minutes=1))
    assert chat.say("2") == said(chat, "menu")


@pytest.mark.parametrize(
    "broken",
    [
        {"v": 99, "step": "day"},
        {"step": "day"},
        {"v": 1, "step": "nowhere"},
        {"v": 1, "step": "time", "at": NOW.isoformat(), "first": "soon"},
        {"v": 1, "step": "day", "at": "2020-01-01T00:00:00+00:00", "services": [1]},
        {"v": 1, "step": "day", "at": "2020-01-01T00:00:00", "services": [1]},
        {"v": 1, "step": 7, "choices": "123", "at": NOW.isoformat()},
    ],
)
def test_a_place_of_another_time_or_version_is_no_place(salon: VoiceSalon, broken: dict[str, Any]) -> None:
    chat = Chat(salon, "uk")
    chat.state = broken
    assert said(chat, "menu") in chat.say("1")


def test_a_turn_asks_the_database_a_bounded_number_of_times(salon: VoiceSalon) -> None:
    for number in range(4):
        extra = make_specialist(salon.project, f"Майстриня {number}", does_every_service=False)
        make_offering(extra, salon.manicure)
        make_offering(extra, salon.haircut)
    make_day_off(salon.project, MONDAY, MONDAY + timedelta(days=50))
    chat = Chat(salon, "uk")
    drafts: list[Draft] = []
    for text in ["?", "1", "1, 2", "1", "1", "8", "1", "0", "завтра о 15:00"]:
        with CaptureQueriesContext(connection) as queries:
            chat.say(text)
        drafts.append(chat.draft)
        assert len(queries) <= 26, text
    assert all(draft.text for draft in drafts)
