"""Booking through the menus and in plain words, in the four languages."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from ai.models import Knowledge
from ai.tests.guided_chat import Chat
from ai.tests.guided_words import LANGUAGES, WORDS
from ai.tests.voice_salon import VoiceSalon, make_salon
from ai.turn.drafts import BookNow, Propose
from ai.wording.render import say_text
from bookings.models import Offering, Service, Specialist
from bookings.selectors import check_items
from bookings.tests.factories import (
    MONDAY,
    NOW,
    at,
    make_booking,
    make_day_off,
    make_offering,
    make_service,
    make_specialist,
)
from bookings.values import Item
from dialogues.tests.factories import make_incoming
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def salon() -> VoiceSalon:
    return make_salon()


@pytest.fixture
def katia(salon: VoiceSalon) -> Specialist:
    """A second pair of hands for manicure, dearer."""
    katia = make_specialist(salon.project, "Катя", position=3, does_every_service=False)
    make_offering(katia, salon.manicure, price=900)
    return katia


def said(chat: Chat, key: str, **values: Any) -> str:
    return say_text(project=chat.salon.project, language=chat.language, key=key, **values)


def menu(chat: Chat) -> str:
    return said(chat, "menu")


@in_every_language
def test_it_books_one_service_by_numbers_alone(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    assert menu(chat) in chat.say("?")
    chat.say("1")
    chat.choose("Манікюр")  # only Anna does it, so nobody asks with whom
    chat.say("2")
    chat.choose("10:30")
    assert chat.proposed.kind == "book"
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, salon.anna.pk, at("10:30", MONDAY)),)
    assert chat.draft.language == language


@in_every_language
def test_it_asks_with_whom_where_several_do_it(salon: VoiceSalon, katia: Specialist, language: str) -> None:
    chat = Chat(salon, language)
    chat.say("?")
    chat.say("1")
    shown = chat.choose("Манікюр")
    assert said(chat, "any_specialist") in shown
    chat.choose("Катя")
    chat.say("2")
    chat.choose("12:00")
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, katia.pk, at("12:00", MONDAY)),)


@in_every_language
@pytest.mark.parametrize("by_word", [True, False])
def test_it_leaves_the_choice_open_for_anyone(
    salon: VoiceSalon, katia: Specialist, language: str, by_word: bool
) -> None:
    make_booking(salon.anna, salon.manicure, at("10:00", MONDAY))
    chat = Chat(salon, language)
    chat.say("?")
    chat.say("1")
    chat.choose("Манікюр")
    chat.say(WORDS[language].anyone if by_word else "1")
    chat.say("2")
    chat.choose("10:00")  # Anna is taken then, Katia is not
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, None, at("10:00", MONDAY)),)
    check_items(project=salon.project, items=chat.proposed.visits[0])


@in_every_language
@pytest.mark.parametrize("answer", ["1, 2", "1 2", "1-2", "1+2"])
def test_it_books_several_services_in_the_wished_order(salon: VoiceSalon, language: str, answer: str) -> None:
    chat = Chat(salon, language)
    chat.say("?")
    chat.say("1")
    chat.say(answer)
    chat.say("2")
    chat.choose("09:00")
    assert chat.proposed.visits[0] == (
        Item(salon.manicure.pk, salon.anna.pk, at("09:00", MONDAY)),
        Item(salon.haircut.pk, salon.olga.pk, at("10:00", MONDAY)),
    )
    check_items(project=salon.project, items=chat.proposed.visits[0], client=salon.client)


@in_every_language
def test_it_asks_for_each_service_of_several_with_whom(
    salon: VoiceSalon, katia: Specialist, language: str
) -> None:
    make_offering(katia, salon.haircut)
    chat = Chat(salon, language)
    chat.say("?")
    chat.say("1")
    assert "Манікюр" in chat.say("1, 2").splitlines()[0]
    assert "Стрижка" in chat.choose("Анна").splitlines()[0]
    chat.choose("Катя")
    chat.say("2")
    chat.say("1")
    assert [item.specialist_id for item in chat.proposed.visits[0]] == [salon.anna.pk, katia.pk]


@in_every_language
def test_it_proposes_at_once_what_is_said_in_full(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    assert chat.say(WORDS[language].manicure_tomorrow_at_3) == ""
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, salon.anna.pk, at("15:00", MONDAY)),)


@in_every_language
def test_it_asks_only_for_what_is_missing(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    shown = chat.say(WORDS[language].manicure)
    assert said(chat, "ask_day", menu="").splitlines()[0] in shown
    shown = chat.say(WORDS[language].tomorrow)
    assert "09:00" in shown
    chat.say(WORDS[language].at_four)
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, salon.anna.pk, at("16:00", MONDAY)),)


@in_every_language
def test_it_reads_several_services_in_words(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].both_services)
    chat.say(f"{WORDS[language].tomorrow} {WORDS[language].at_four}")
    assert [(item.service_id, item.start) for item in chat.proposed.visits[0]] == [
        (salon.manicure.pk, at("16:00", MONDAY)),
        (salon.haircut.pk, at("17:00", MONDAY)),
    ]


@in_every_language
def test_it_keeps_the_day_that_was_said_before_the_service(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    shown = chat.say(f"{WORDS[language].tomorrow} {WORDS[language].at_four}")
    assert "1. Манікюр" in shown
    chat.say("1")
    assert chat.proposed.visits[0][0].start == at("16:00", MONDAY)


def test_it_reads_the_words_of_a_whole_burst_together(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    chat.say("Добрий день!", "хочу на манікюр", "завтра о 15:00")
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, salon.anna.pk, at("15:00", MONDAY)),)


def test_numbers_sent_one_by_one_walk_through_the_menus(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    chat.say("?")
    chat.say("1", "1", "2", "3")
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, salon.anna.pk, at("10:00", MONDAY)),)


def test_it_books_at_once_where_the_salon_does_not_ask(salon: VoiceSalon) -> None:
    change_settings(salon.project, confirm_before_booking=False)
    chat = Chat(salon, "uk")
    chat.say("хочу манікюр завтра о 15:00")
    assert chat.draft.action == BookNow(((Item(salon.manicure.pk, salon.anna.pk, at("15:00", MONDAY)),),))


def test_it_still_asks_when_it_had_to_guess_with_whom(salon: VoiceSalon, katia: Specialist) -> None:
    Offering.objects.filter(specialist=katia).update(price=None)
    change_settings(salon.project, confirm_before_booking=False)
    chat = Chat(salon, "uk")
    chat.say("хочу манікюр завтра о 15:00")
    assert chat.proposed.kind == "book"


@in_every_language
def test_it_picks_nobody_while_those_who_are_free_ask_unequal_prices(
    salon: VoiceSalon, katia: Specialist, language: str
) -> None:
    chat = Chat(salon, language)
    shown = chat.say(WORDS[language].manicure_tomorrow_at_3)
    assert "\n2. Анна, 600 " in shown
    assert "\n3. Катя, 900 " in shown
    chat.choose("Катя")
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, katia.pk, at("15:00", MONDAY)),)


def test_it_asks_nothing_where_only_one_of_unequal_prices_is_free(
    salon: VoiceSalon, katia: Specialist
) -> None:
    make_booking(salon.anna, salon.manicure, at("15:00", MONDAY))
    chat = Chat(salon, "uk")
    chat.say("хочу манікюр завтра о 15:00")
    assert chat.proposed.visits[0][0].start == at("15:00", MONDAY)


def test_who_says_anyone_at_unequal_prices_still_sees_the_card(salon: VoiceSalon, katia: Specialist) -> None:
    change_settings(salon.project, confirm_before_booking=False)
    chat = Chat(salon, "uk")
    chat.say("хочу манікюр завтра о 15:00")
    chat.say("1")
    assert chat.proposed.visits[0] == (Item(salon.manicure.pk, None, at("15:00", MONDAY)),)


def test_relative_days_count_from_the_moment_the_message_came(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    message = make_incoming(chat.dialogue, "манікюр завтра о 15:00")
    with time_machine.travel(NOW + timedelta(hours=12)):  # midnight has passed in Kyiv
        draft = chat.answer([message], received=NOW)
    assert isinstance(draft.action, Propose)
    assert draft.action.visits[0][0].start == at("15:00", MONDAY)


@in_every_language
def test_later_days_and_times_come_page_by_page(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure)
    first = chat.state
    chat.say("8")
    assert chat.state is not None
    assert first is not None
    assert chat.state["choices"][0] == "2026-11-29"
    chat.say(WORDS[language].more)
    assert chat.state["choices"][0] == "2026-12-06"
    chat.say("1")
    shown = chat.say("9")
    assert "1. 13:00" in shown
    shown = chat.say(WORDS[language].more)
    assert "1. 17:00" in shown
    shown = chat.say(WORDS[language].more)  # after the last comes the first
    assert "1. 09:00" in shown


@in_every_language
def test_a_date_may_be_written_instead_of_its_number(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure)
    chat.say("26.11")
    chat.say("10.30")
    assert chat.proposed.visits[0][0].start == at("10:30", date(2026, 11, 26))


def test_a_number_past_the_list_is_a_day_of_the_month_or_an_hour(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    chat.say("манікюр")
    chat.say("30")
    chat.say("15")
    assert chat.proposed.visits[0][0].start == at("15:00", date(2026, 11, 30))


@in_every_language
@pytest.mark.parametrize("written", ["31.06", "32.12.2026", "21.11"])
def test_a_day_that_cannot_be_is_asked_about(salon: VoiceSalon, language: str, written: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure)
    shown = chat.say(written)
    assert chat.draft.action is None
    assert "8. " in shown


@in_every_language
def test_a_time_that_was_taken_meanwhile_is_told_with_what_is_free_now(
    salon: VoiceSalon, language: str
) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure)
    chat.say("2")
    number = chat.number_of("10:00")
    make_booking(salon.anna, salon.manicure, at("10:00", MONDAY))
    shown = chat.say(number)
    assert chat.draft.action is None
    assert said(chat, "refused_slot_taken") in shown
    assert ". 10:00" not in shown
    chat.choose("11:00")
    assert chat.proposed.visits[0][0].start == at("11:00", MONDAY)


@in_every_language
def test_a_day_that_filled_up_meanwhile_leads_to_other_days(salon: VoiceSalon, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].manicure)
    make_day_off(salon.project, MONDAY, MONDAY)
    shown = chat.say("2")
    assert said(chat, "no_times", day=MONDAY) in shown
    assert chat.state is not None
    assert chat.state["choices"][0] == "2026-11-24"


def test_a_time_outside_the_hours_is_refused_with_the_reason(salon: VoiceSalon) -> None:
    make_day_off(salon.project, MONDAY, MONDAY)
    chat = Chat(salon, "uk")
    shown = chat.say("манікюр завтра о 15:00")
    assert said(chat, "refused_day_off") in shown
    assert chat.draft.action is None
    shown = chat.say("середа о 23:00")
    assert "09:00" in shown
    assert chat.draft.action is None


def test_a_window_without_room_shows_the_rest_of_the_day(salon: VoiceSalon) -> None:
    make_booking(salon.anna, salon.manicure, at("20:00", MONDAY))
    make_booking(salon.anna, salon.manicure, at("19:00", MONDAY))
    chat = Chat(salon, "uk")
    shown = chat.say("манікюр завтра після 19:00")
    assert said(chat, "no_times_then") in shown
    assert "1. 09:00" in shown


def test_a_specialist_named_first_narrows_the_list(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    shown = chat.say("хочу записатися до Анни")
    assert "Манікюр" in shown
    assert "Брови" in shown
    assert "Стрижка" not in shown
    shown = chat.say("2")
    assert chat.state is not None
    assert chat.state["people"] == [salon.anna.pk]


def test_a_specialist_who_does_not_do_it_is_said_to_not_do_it(salon: VoiceSalon, katia: Specialist) -> None:
    chat = Chat(salon, "uk")
    shown = chat.say("манікюр до Ольги завтра")
    assert said(chat, "refused_not_offered") in shown
    assert "Катя" in shown


def test_a_name_that_several_services_share_is_asked_about(salon: VoiceSalon) -> None:
    for name in ("Фарбування коренів", "Фарбування волосся"):
        make_offering(salon.olga, make_service(salon.project, name, position=9))
    shown = Chat(salon, "uk").say("запишіть на фарбування")
    assert "1. Фарбування" in shown
    assert "2. Фарбування" in shown
    assert "Манікюр" not in shown


def test_a_service_the_salon_does_not_have_is_never_taken_for_one_said_before(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    chat.say("скільки коштує манікюр?")
    shown = chat.say("запишіть на педикюр завтра о 15:00")
    assert chat.draft.action is None
    assert "1. Манікюр" in shown


def test_a_service_that_is_gone_brings_the_list_anew(salon: VoiceSalon) -> None:
    chat = Chat(salon, "uk")
    chat.say("манікюр")
    Service.objects.filter(pk=salon.manicure.pk).update(is_active=False)
    shown = chat.say("1")
    assert said(chat, "unknown_service") in shown
    assert "Манікюр" not in shown
    chat.choose("Брови")
    assert chat.state is not None
    assert chat.state["services"] == [salon.brows.pk]


def test_a_specialist_who_left_is_asked_for_anew(salon: VoiceSalon, katia: Specialist) -> None:
    make_offering(salon.olga, salon.manicure)
    chat = Chat(salon, "uk")
    chat.say("манікюр до Каті")
    Specialist.objects.filter(pk=katia.pk).update(is_active=False)
    shown = chat.say("2")
    assert "Ольга" in shown
    assert "Катя" not in shown


def test_a_salon_without_services_hands_over_to_a_person() -> None:
    salon = make_salon()
    Service.objects.filter(project=salon.project).update(is_active=False)
    chat = Chat(salon, "uk")
    chat.say("?")
    chat.say("1")
    assert chat.draft.handoff


def test_nothing_free_at_all_is_said(salon: VoiceSalon) -> None:
    make_day_off(salon.project, MONDAY - timedelta(days=1), MONDAY + timedelta(days=99))
    chat = Chat(salon, "uk")
    assert said(chat, "nothing_free") in chat.say("манікюр")


def test_other_salons_names_mean_nothing_here(salon: VoiceSalon) -> None:
    other = make_salon()
    make_offering(other.anna, make_service(other.project, "Тату"))
    chat = Chat(salon, "uk")
    assert "Тату" not in chat.say("запишіть на тату")
    Knowledge.objects.create(project=other.project, title="Адреса", text="Чужа вулиця, 1")
    assert "Чужа вулиця" not in chat.say("яка у вас адреса?")
