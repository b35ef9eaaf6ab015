"""A yes by the form and what comes with it: what the card holds may be said again."""

from typing import Any

import pytest

from ai.tests.factories import SalonRows, Talk, bodies, make_wish, responds, understood
from bookings.models import Booking
from bookings.tests.factories import make_offering
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

pytestmark = pytest.mark.django_db


def show_card(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    """Let the client see the card of a manicure with Anna tomorrow at 15:00 for 600."""
    understood(claude, wishes=[at(salon, "15:00")])
    assert "Please check" in talk.say("manicure tomorrow at 15:00")


def at(salon: SalonRows, clock: str, **fields: Any) -> dict[str, Any]:
    return make_wish(
        "book", services=[salon.manicure.pk], day=salon.day(), time_from=clock, exact=True, **fields
    )


@pytest.mark.parametrize("words", ["yes! and my friend Sveta after me", "yes, and Sveta at 16:00"])
def test_a_yes_and_the_same_for_somebody_else_keeps_the_own_visit(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, words: str
) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes", wishes=[at(salon, "16:00", guest="Sveta", specialist=salon.anna.pk)])
    said = talk.say(words)
    assert said.startswith("Done, you are booked")
    assert "at 16:00, 600 UAH (for Sveta)" in said
    (own,) = salon.visits()
    assert (own.start, own.guest_name) == (salon.at("15:00"), "")
    talk.say("yes")
    assert [(visit.start, visit.guest_name) for visit in salon.visits()] == [
        (salon.at("15:00"), ""),
        (salon.at("16:00"), "Sveta"),
    ]


def test_another_hour_for_whom_the_card_is_stays_a_correction(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wishes=[at(salon, "15:00", guest="Sveta")])
    talk.say("manicure for Sveta tomorrow at 15:00")
    understood(claude, answer="yes", wishes=[at(salon, "16:00", guest="Sveta")])
    assert "at 16:00, 600 UAH (for Sveta)" in talk.say("yes but at 16:00 for Sveta")
    assert salon.visits() == []


@pytest.mark.parametrize("over", [{"time_from": "09:00", "time_to": "12:00"}, {"weekdays": ["sun"]}])
def test_a_yes_with_other_hours_or_a_day_of_its_own_is_no_yes(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, over: dict[str, Any]
) -> None:
    show_card(claude, salon, talk)
    wish = make_wish("book", services=[salon.manicure.pk], day=salon.day(2), **over)
    understood(claude, answer="yes", wishes=[wish])
    responds(claude, "{s1} suits?")
    talk.say("yes, but in the morning of the day after")
    assert salon.visits() == []


def words_of_the_card(salon: SalonRows) -> list[str]:
    start = salon.at("15:00")
    return [
        f"yes, {start:%A} at 3 it is, see you then!",
        "yes if it is with Anna, I go to nobody else",
        "yes for 600",
        "так, ми з подругою якраз домовились на завтра",
        "так але можу запізнитись хвилин на 5, ок?",
        "так, синові 5",
        "taak",
        "погнали 🚀",
        "yes but don't be late lol",
        f"да, {start.day}.{start.month} в 15",
    ]


@pytest.mark.parametrize("number", range(10))
def test_a_yes_may_say_what_the_card_says(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, number: int
) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes")
    words = words_of_the_card(salon)[number]
    assert talk.say(words).startswith("Done, you are booked"), words
    assert bodies(claude, "respond") == []


@pytest.mark.parametrize(
    "words",
    [
        "tak, jeśli zrobicie za 300", "tak pod warunkiem że za 300", "добре, тільки за 300",
        "yes, provided its 300",
        "yes if you make it 250 uah", "да но за 300", "yes but with Olga", "так, тільки до Олі",
        "yes, but at 6",
        "yes but the day after tomorrow", "так, але через тиждень",
        "yes, but not with Anna", "так, тільки не о 15:00",
        "yes with 50% off",
    ],
)  # fmt: skip
def test_a_yes_that_names_what_the_card_has_not_books_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, words: str
) -> None:
    salon.olga.names = {"uk": "Оля"}
    salon.olga.save()
    make_offering(salon.olga, salon.manicure)
    understood(claude, wishes=[at(salon, "15:00", specialist=salon.anna.pk)])
    talk.say("manicure with Anna tomorrow at 15:00")
    understood(claude, answer="yes", wants="question", to_answer=True)
    responds(claude, "Let me see.")
    talk.say(words)
    assert salon.visits() == []
    assert Booking.objects.filter(status="held").count() == 1


def test_a_yes_with_a_wish_for_another_day_names_that_day(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    more = make_wish("book", services=[salon.haircut.pk], day=salon.day(2), time_from="10:00", exact=True)
    understood(claude, answer="yes", wishes=[more])
    said = talk.say("yes, and a haircut the day after tomorrow at 10:00")
    assert said.startswith("Done, you are booked")
    assert "Haircut" in said


def test_who_is_called_like_a_specialist_may_say_the_own_name(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes", client_name="Olga")
    assert talk.say("yes, I am Olga").startswith("Done, you are booked")
