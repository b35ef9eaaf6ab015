"""What two fresh players of the model showed: the kinds of faults behind it, each once, on whole turns."""

import json
from typing import Any

import pytest

from ai.tests.factories import (
    SalonRows,
    Talk,
    bodies,
    make_context,
    make_search,
    make_visit,
    make_wish,
    responds,
    understood,
)
from ai.understanding.languages import reply_language, spoken_language
from bookings.models import Booking
from bookings.operations import activate_booking
from bookings.tests.factories import make_client
from bookings.values import Item, Origin, VisitRequest
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import StaffTask

pytestmark = pytest.mark.django_db


def facts_of(claude: ClaudeStandIn, kind: str, number: int = -1) -> dict[str, Any]:
    """What the server told the model in a request."""
    message = bodies(claude, kind)[number]["messages"][-1]
    told: dict[str, Any] = json.JSONDecoder().raw_decode(message["content"][0]["text"])[0]
    return told["facts"] if kind == "check" else told


def take(salon: SalonRows, clock: str, ahead: int = 1) -> None:
    """Somebody else has Anna then."""
    item = Item(salon.manicure.pk, salon.anna.pk, salon.at(clock, ahead))
    origin = Origin(source=Booking.Source.ADMIN, for_staff=True)
    other = make_client(salon.project)
    activate_booking(request=VisitRequest(project=salon.project, client=other, items=[item], origin=origin))


# What people have to answer
def test_what_was_passed_on_is_known_until_it_is_done(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wants="question", to_answer=True)
    responds(claude, {"ask_human": {"reason": "Is it fine with a bad back?"}}, "A colleague will answer.")
    talk.say("is it fine with a bad back?")
    understood(claude, wants="question", to_answer=True)
    responds(claude, "The answer about your back comes from a colleague.")
    assert talk.say("and who will tell me?") == "The answer about your back comes from a colleague."
    for kind in ("respond", "check"):
        (told,) = facts_of(claude, kind)["with_staff"]
        assert (told["kind"], told["about"]) == ("question", "Olena: Is it fine with a bad back?")
    StaffTask.objects.update(state=StaffTask.State.DONE)
    understood(claude, wants="question", to_answer=True)
    responds(claude, "With pleasure.")
    talk.say("how long are you open?")
    assert facts_of(claude, "respond")["with_staff"] == []


@pytest.mark.parametrize(
    "words",
    [
        "We do no tattoos. If you like I ask a colleague.",
        "Тату не робимо. Якщо хочете, запитаю колегу.",
        "Тату не делаем; если хотите, спрошу коллегу.",
        "Tatuaży nie robimy. Mogę zapytać koleżankę.",
    ],
)
def test_an_offer_without_a_question_is_what_the_salon_asked_last(
    claude: ClaudeStandIn, salon: SalonRows, words: str
) -> None:
    language = "uk" if "робимо" in words else "ru" if "делаем" in words else "pl" if "ż" in words else "en"
    talk = Talk(salon, language=language)
    understood(claude, wants="question", to_answer=True, language=language)
    responds(claude, words)
    assert talk.say("tattoo?") == words
    understood(claude, wants="question", to_answer=True, language=language)
    responds(claude, words)
    talk.say("ok")
    assert facts_of(claude, "understand")["salon_asked"] == words


# Free times
def test_the_visit_as_it_is_is_no_offer_to_move_it(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "15:00")
    take(salon, "16:00")
    wish = make_wish("change", visits=[visit.pk], day=salon.day(), time_from="16:00", exact=True)
    understood(claude, wishes=[wish])
    responds(claude, {"find_slots": {"wish": make_search(salon.manicure.pk, day=salon.day())}}, "{s1} suits?")
    talk.say("an hour later please")
    starts = [slot["start"] for slot in facts_of(claude, "respond", 0)["wishes"][0]["slots"]]
    assert f"{salon.day()}T15:00" not in starts
    assert f"{salon.day()}T14:30" in starts
    assert f"{salon.day()}T15:00" not in str(bodies(claude, "respond")[1]["messages"][-1])


def test_an_hour_on_any_of_a_weekday_is_looked_up_to_the_horizon(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    take(salon, "15:00")
    weekday = salon.at("15:00").strftime("%a").lower()
    wish = make_wish("book", services=[salon.manicure.pk], weekdays=[weekday], time_from="15:00", exact=True)
    understood(claude, wishes=[wish])
    responds(claude, "{s1} suits?")
    talk.say("on such a day at 15:00")
    (found,) = facts_of(claude, "respond")["wishes"]
    weeks = [f"{salon.day(1 + 7 * number)}T15:00" for number in range(1, 8)]
    assert [slot["start"] for slot in found["slots"]][:7] == weeks
    assert found["relaxed"] == []
    assert found["searched"] == {"from": f"d{salon.day(0)}", "to": f"d{salon.day(60)}"}


def test_what_was_asked_for_says_which_free_starts_it_is(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    take(salon, "15:00")
    for clock, free in (("15:00", []), ("18:00", ["s1"])):
        wish = make_wish("book", services=[salon.manicure.pk], day=salon.day(), time_from=clock, exact=True)
        understood(claude, wishes=[wish], to_answer=True)
        responds(claude, "{s1} suits?")
        talk.say(f"tomorrow at {clock}?")
        (asked,) = facts_of(claude, "respond")["asked_for"]
        assert asked["free"] == free


def test_a_part_of_the_day_has_bounds_that_may_be_named(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wish = make_wish(
        "book", services=[salon.manicure.pk], day=salon.day(), time_from="17:00", time_to="21:00"
    )
    understood(claude, wishes=[wish])
    responds(claude, "Nothing before {a1.from}; {s1.time} suits?")
    said = talk.say("a manicure tomorrow in the evening")
    (asked,) = facts_of(claude, "respond")["asked_for"]
    assert (asked["from"], asked["until"], asked["says"]) == ("from 17:00", "by 21:00", asked["day"])
    assert said.startswith("Nothing before 17:00; ")


# Languages
@pytest.mark.parametrize("words", ["?? так я записана?", "так я записана на завтра", "а манікюр скільки"])
def test_a_few_words_that_the_neighbour_language_shares_change_no_dialogue(words: str) -> None:
    assert spoken_language(words, "ru", "uk") == "ru"


def test_a_whole_sentence_in_the_neighbour_language_changes_it() -> None:
    assert spoken_language("скажіть будь ласка, коли ви працюєте", "ru", "ru") == "uk"
    assert spoken_language("а можно сегодня записаться на маникюр?", "uk", "uk") == "ru"


def test_the_model_alone_changes_no_dialogue(talk: Talk) -> None:
    context = make_context(talk)
    context.dialogue.language = "ru"
    assert reply_language("uk", "?? так я записана?", context) == "ru"
