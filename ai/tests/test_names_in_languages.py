"""Clients read services and people under the names of their language, and may answer with them."""

from datetime import date
from typing import Any

import pytest

from ai.language.catalogue_names import find_names
from ai.tests.factories import SalonRows, Talk, understood
from ai.tests.guided_chat import Chat
from ai.tests.voice_salon import VoiceSalon, make_salon
from ai.wording.render import card, receipt, say_text
from bookings.models import Booking
from bookings.selectors import find_slots, find_visits
from bookings.tests.factories import NOW, at
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def named() -> VoiceSalon:
    salon = make_salon()
    salon.manicure.names = {"en": "Manicure", "ru": "Маникюр"}
    salon.manicure.save()
    salon.anna.names = {"en": "Anna"}
    salon.anna.save()
    return salon


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Manicure — Anna,"), ("ru", "Маникюр — Анна,"), ("pl", "Манікюр — Анна,")]
)
def test_cards_receipts_and_lists_name_them_in_the_clients_language(
    named: VoiceSalon, language: str, line: str
) -> None:
    visit = Booking.objects.with_names().get(pk=named.booking(at("17:00", TUESDAY)).pk)
    for kind in ("book", "cancel"):
        for render in (card, receipt):
            assert line in render(project=named.project, language=language, kind=kind, bookings=[visit])
    assert line in say_text(project=named.project, language=language, key="my_visits", bookings=[visit])


def test_free_times_name_who_it_is(named: VoiceSalon) -> None:
    wish: Any = {"project": named.project, "date_from": TUESDAY, "date_to": TUESDAY, "limit": 1, "now": NOW}
    found = find_slots(service_ids=[named.manicure.pk], **wish)
    found += find_visits(wishes=[(named.manicure.pk, None)], **wish)[0]
    for slot in found:
        assert (slot.specialist, slot.specialist_in("en"), slot.service_in("ru")) == (
            "Анна",
            "Anna",
            "Маникюр",
        )
        told = say_text(project=named.project, language="en", key="slots_offer", slots=[slot])
        assert "(Anna)" in told


def test_menus_show_them_and_understand_them(named: VoiceSalon) -> None:
    chat = Chat(named, "en")
    chat.say("?")
    assert "1. Manicure, 600 UAH" in chat.say("1")
    assert "Manicure — 600 UAH" in chat.say("how much is it?")
    chat.say("manicure tomorrow at 15:00")
    assert chat.proposed.visits[0][0].service_id == named.manicure.pk


def test_two_names_of_one_thing_are_no_ambiguity() -> None:
    names = [(1, "Манікюр класичний"), (1, "Маникюр классический"), (2, "Педикюр")]
    assert find_names("маникюр", names).named == (1,)


def test_a_yes_may_repeat_the_name_that_the_card_showed(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    salon.manicure.names = {"en": "Glossy gel ritual"}
    salon.manicure.save()
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)
    assert "Glossy gel ritual — Anna" in talk.say("glossy gel ritual tomorrow at 15:00 please")
    understood(claude, answer="yes")
    assert "Glossy gel ritual — Anna" in talk.say("yes, glossy gel ritual with Anna")
    assert len(salon.visits()) == 1
