"""Seeing, moving and cancelling visits through the menus, in the four languages."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from ai.tests.guided_chat import Chat
from ai.tests.guided_words import LANGUAGES, WORDS
from ai.tests.voice_salon import VoiceSalon, make_salon
from ai.wording.render import say_text
from bookings.models import Booking, Service
from bookings.operations import reject_booking
from bookings.selectors import check_item
from bookings.tests.factories import MONDAY, NOW, STAFF, at, make_booking, make_client, make_offering
from bookings.values import Item
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db
in_every_language = pytest.mark.parametrize("language", LANGUAGES)
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def salon() -> VoiceSalon:
    return make_salon()


@pytest.fixture
def visit(salon: VoiceSalon) -> Booking:
    """A manicure on Tuesday at 17:00."""
    return salon.booking(at("17:00", TUESDAY))


@pytest.fixture
def haircut(salon: VoiceSalon) -> Booking:
    """A haircut on Tuesday at 12:00."""
    return make_booking(salon.olga, salon.haircut, at("12:00", TUESDAY), client=salon.client)


def said(chat: Chat, key: str, **values: Any) -> str:
    return say_text(project=chat.salon.project, language=chat.language, key=key, **values)


@in_every_language
def test_it_lists_the_clients_own_visits(salon: VoiceSalon, visit: Booking, language: str) -> None:
    stranger = make_client(salon.project)
    make_booking(salon.olga, salon.haircut, at("12:00", TUESDAY), client=stranger)
    chat = Chat(salon, language)
    shown = chat.say(WORDS[language].visits)
    assert "Манікюр — Анна" in shown
    assert "17:00" in shown
    assert "Стрижка" not in shown
    assert chat.state == {}
    chat.say("?")
    assert shown in chat.say("2")


@in_every_language
@pytest.mark.parametrize("number", ["2", "3", "4"])
def test_it_says_so_when_there_is_no_visit(salon: VoiceSalon, language: str, number: str) -> None:
    chat = Chat(salon, language)
    chat.say("?")
    shown = chat.say(number)
    assert said(chat, "no_visits") in shown
    assert said(chat, "menu") in shown


# Moving
@in_every_language
def test_it_moves_the_only_visit_without_asking_which(
    salon: VoiceSalon, visit: Booking, language: str
) -> None:
    chat = Chat(salon, language)
    chat.say("?")
    chat.say("3")
    chat.say("3")  # the third day is Tuesday; its own time counts as free, but is not offered
    assert ". 17:00" not in chat.draft.text
    chat.say("18:00")
    wish = chat.proposed
    assert (wish.kind, wish.booking_ids) == ("change", (visit.pk,))
    assert (wish.start, wish.specialist_id) == (at("18:00", TUESDAY), salon.anna.pk)


@in_every_language
def test_it_asks_which_of_several_visits_to_move(
    salon: VoiceSalon, visit: Booking, haircut: Booking, language: str
) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].change)
    chat.choose("Стрижка")
    chat.say("2")
    chat.choose("09:00")
    assert chat.proposed.booking_ids == (haircut.pk,)
    assert chat.proposed.start == at("09:00", MONDAY)


@in_every_language
def test_it_moves_a_visit_to_the_moment_that_was_said(
    salon: VoiceSalon, visit: Booking, language: str
) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].change_to_tomorrow_at_4)
    assert (chat.proposed.kind, chat.proposed.start) == ("change", at("16:00", MONDAY))


@in_every_language
def test_it_keeps_the_moment_that_was_said_until_the_visit_is_chosen(
    salon: VoiceSalon, visit: Booking, haircut: Booking, language: str
) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].change_to_tomorrow_at_4)
    chat.choose("Манікюр")
    assert (chat.proposed.booking_ids, chat.proposed.start) == ((visit.pk,), at("16:00", MONDAY))


def test_a_visit_may_be_moved_by_less_than_its_length(salon: VoiceSalon, visit: Booking) -> None:
    chat = Chat(salon, "uk")
    chat.say("перенесіть мій візит на 17:30")
    assert chat.proposed.start == at("17:30", TUESDAY)
    check_item(
        project=salon.project,
        item=Item(salon.manicure.pk, salon.anna.pk, at("17:30", TUESDAY)),
        ignore_booking_ids=[visit.pk],
    )


def test_the_day_of_the_visit_itself_is_no_new_day(salon: VoiceSalon, visit: Booking) -> None:
    chat = Chat(salon, "uk")
    shown = chat.say("перенесіть візит у вівторок")
    assert said(chat, "ask_day", menu="").splitlines()[0] in shown


def test_a_visit_named_by_service_or_day_needs_no_list(
    salon: VoiceSalon, visit: Booking, haircut: Booking
) -> None:
    chat = Chat(salon, "uk")
    chat.say("перенесіть стрижку на завтра о 10:00")
    assert (chat.proposed.booking_ids, chat.proposed.start) == ((haircut.pk,), at("10:00", MONDAY))
    chat.say("скасуйте візит у вівторок о 17:00")
    assert chat.proposed.booking_ids == (visit.pk,)


def test_a_visit_that_is_gone_meanwhile_is_not_moved(salon: VoiceSalon, visit: Booking) -> None:
    chat = Chat(salon, "uk")
    chat.say("перенесіть мій візит")
    reject_booking(project=salon.project, booking_id=visit.pk, origin=STAFF)
    shown = chat.say("2")
    assert said(chat, "refused_not_found") in shown


def test_a_visit_whose_specialist_does_it_no_more_moves_to_someone_else(
    salon: VoiceSalon, visit: Booking
) -> None:
    make_offering(salon.olga, salon.manicure)
    salon.anna.is_active = False
    salon.anna.save()
    chat = Chat(salon, "uk")
    chat.say("перенесіть мій візит на завтра о 10:00")
    assert chat.proposed.specialist_id == salon.olga.pk


def test_a_visit_of_a_service_that_is_gone_goes_to_a_person(salon: VoiceSalon, visit: Booking) -> None:
    Service.objects.filter(pk=salon.manicure.pk).update(is_active=False)
    chat = Chat(salon, "uk")
    chat.say("перенесіть мій візит")
    assert chat.draft.handoff


# Cancelling
@in_every_language
def test_it_cancels_the_only_visit(salon: VoiceSalon, visit: Booking, language: str) -> None:
    chat = Chat(salon, language)
    chat.say("?")
    chat.say("4")
    assert (chat.proposed.kind, chat.proposed.booking_ids) == ("cancel", (visit.pk,))


@in_every_language
@pytest.mark.parametrize("answer", ["one", "two", "all"])
def test_it_cancels_one_several_or_all(
    salon: VoiceSalon, visit: Booking, haircut: Booking, language: str, answer: str
) -> None:
    third = salon.booking(at("10:00", TUESDAY + timedelta(days=7)))
    chat = Chat(salon, language)
    chat.say(WORDS[language].cancel)
    chat.say({"one": "2", "two": "1, 3", "all": "4"}[answer])
    wanted = {
        "one": (visit.pk,),
        "two": (haircut.pk, third.pk),
        "all": (haircut.pk, visit.pk, third.pk),
    }[answer]
    assert (chat.proposed.kind, chat.proposed.booking_ids) == ("cancel", wanted)


@in_every_language
def test_it_cancels_all_in_words(salon: VoiceSalon, visit: Booking, haircut: Booking, language: str) -> None:
    chat = Chat(salon, language)
    chat.say(WORDS[language].cancel_all)
    assert chat.proposed.booking_ids == (haircut.pk, visit.pk)


def test_to_cancel_in_the_middle_of_booking_just_leaves_it(salon: VoiceSalon, visit: Booking) -> None:
    chat = Chat(salon, "uk")
    chat.say("манікюр")
    assert chat.say("скасувати") == said(chat, "menu")
    chat.say("1")
    chat.say("скасуйте мій візит")
    assert chat.proposed.kind == "cancel"


def test_a_visit_gone_from_the_list_is_not_cancelled(
    salon: VoiceSalon, visit: Booking, haircut: Booking
) -> None:
    chat = Chat(salon, "uk")
    chat.say("скасуйте візит")
    number = chat.number_of("Стрижка")
    reject_booking(project=salon.project, booking_id=haircut.pk, origin=STAFF)
    shown = chat.say(number)
    assert chat.draft.action is None
    assert "Манікюр" in shown
    assert "Стрижка" not in shown


@in_every_language
@pytest.mark.parametrize("number", ["3", "4"])
def test_past_the_deadline_a_person_takes_over(
    salon: VoiceSalon, visit: Booking, language: str, number: str
) -> None:
    change_settings(salon.project, cancel_deadline_hours=72)
    chat = Chat(salon, language)
    chat.say("?")
    shown = chat.say(number)
    assert shown == said(chat, "refused_past_deadline")
    assert chat.draft.action is None
    assert chat.draft.handoff
