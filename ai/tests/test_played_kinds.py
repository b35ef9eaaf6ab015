"""What two fresh players of the model showed: the kinds of faults behind it, each once, on whole turns."""

import json
from typing import Any

import pytest

from ai.guard.deeds import find_deeds
from ai.references.book import Filled
from ai.tests.factories import (
    SalonRows,
    Talk,
    bodies,
    make_booking,
    make_context,
    make_search,
    make_visit,
    make_wish,
    responds,
    understood,
)
from ai.understanding.languages import reply_language, spoken_language
from bookings.models import Booking, BookingRules
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


# Several changes, and changes of the service
def test_two_visits_are_moved_by_one_card_and_one_yes(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    first, second = make_visit(talk, "10:00"), make_visit(talk, "15:00", ahead=2)
    understood(
        claude,
        wishes=[
            make_wish("change", visits=[visit.pk], day=salon.day(day), time_from=clock, exact=True)
            for visit, day, clock in ((first, 8, "10:00"), (second, 9, "15:00"))
        ],
    )
    moves = [
        {"propose_change": {"visit": visit.pk, "service": 0, "specialist": 0, "start": start}}
        for visit, start in ((first, "s1"), (second, "s2"))
    ]
    responds(claude, [*moves, {"say": {"text": "Enjoy your holiday!", "notes": []}}])
    card = talk.say("move both by a week, same hours")
    assert "Shall I move these visits?" in card
    assert card.count("— Anna") == 4
    claude.script.set([])
    assert talk.say("yes").startswith("Done, these visits have been moved:")
    assert [visit.start for visit in salon.visits()] == [salon.at("10:00", 8), salon.at("15:00", 9)]
    assert [visit.pk for visit in salon.visits()] == [first.pk, second.pk]


def test_of_two_visits_none_is_moved_where_one_place_is_gone_by_the_yes(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    first, second = make_visit(talk, "10:00"), make_visit(talk, "15:00", ahead=2)
    understood(claude, wishes=[make_wish("change", visits=[first.pk, second.pk])])
    noon = {"service": 0, "specialist": 0, "start": f"{salon.day(8)}T12:00"}
    moves = [{"propose_change": {"visit": visit.pk, **noon}} for visit in (first, second)]
    responds(claude, moves, "Which hour suits you?")
    said = talk.say("move both to that day at noon")
    assert "Shall I" not in said
    assert Booking.objects.filter(status="held").count() == 0
    assert [visit.start for visit in salon.visits()] == [first.start, second.start]


def test_a_second_card_of_another_kind_is_an_error_and_replaces_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "10:00")
    understood(claude, wishes=[make_wish("cancel", visits=[visit.pk]), make_wish("book")])
    responds(
        claude,
        [
            {"propose_cancel": {"visits": [visit.pk]}},
            make_booking(salon.manicure.pk, f"{salon.day(3)}T12:00"),
        ],
        "First this one, then the other.",
    )
    said = talk.say("cancel that one and book me in three days at noon")
    assert "Shall I cancel your visit?" in said
    assert "There is one card in a turn" in str(bodies(claude, "respond")[1]["messages"][-1])


def test_another_service_stays_with_the_visits_specialist_who_does_it(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    salon.offers(salon.olga, salon.manicure, salon.pedicure)
    visit = make_visit(talk, "15:00")
    take(salon, "10:00")  # Anna has more to do than Olga that day
    take(salon, "12:00")
    wish = make_wish("change", visits=[visit.pk], services=[salon.pedicure.pk], day=salon.day())
    understood(claude, wishes=[wish | {"time_from": "15:00", "exact": True}])
    card = talk.say("a pedicure instead, same time")
    assert card.startswith("Shall I change your visit?")
    assert card.count("Anna") == 2
    assert talk.say("yes").startswith("Done, your visit has been changed:")
    (changed,) = [one for one in salon.visits() if one.pk == visit.pk]
    assert (changed.specialist_id, changed.service_id) == (salon.anna.pk, salon.pedicure.pk)


def test_a_service_that_the_visits_specialist_does_not_do_goes_to_whoever_does(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "15:00")
    change = {"visit": visit.pk, "service": salon.haircut.pk, "specialist": 0, "start": ""}
    understood(claude, wishes=[make_wish("change", visits=[visit.pk], services=[salon.haircut.pk])])
    responds(claude, {"propose_change": change})
    assert "Haircut — Olga" in talk.say("a haircut instead")


# After the deadline, after closing, a name only
@pytest.mark.parametrize(("kind", "task"), [("cancel", "late_cancellation"), ("change", "change")])
def test_what_comes_after_the_deadline_is_a_task_of_its_own_kind(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, kind: str, task: str
) -> None:
    BookingRules.objects.update_or_create(project=salon.project, defaults={"cancel_deadline_hours": 72})
    visit = make_visit(talk, "15:00")
    understood(claude, wishes=[make_wish(kind, visits=[visit.pk])], to_answer=True)
    responds(
        claude, {"ask_human": {"reason": "Olena cannot come: her child is ill."}}, "A colleague will answer."
    )
    talk.say("my child is ill, I cannot come")
    (told,) = StaffTask.objects.all()
    assert told.kind == task
    assert told.reason.startswith("Olena: cannot come")
    (known,) = facts_of(claude, "respond", 0)["client_visits"]
    assert known["too_late_to_change_here"] is True
    understood(
        claude, wishes=[make_wish(kind, visits=[visit.pk], day=salon.day(2), time_from="15:00", exact=True)]
    )
    talk.say("then another day")
    assert list(StaffTask.objects.order_by("pk").values_list("kind", flat=True)) == [task, task]


def test_an_hour_after_closing_gets_the_latest_of_all_the_named_days(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    days = [{"from": salon.day(number), "to": salon.day(number)} for number in (2, 3)]
    wish = make_wish("book", services=[salon.manicure.pk], time_from="22:30", exact=True) | {"days": days}
    understood(claude, wishes=[wish])
    said = talk.say("manicure at 22:30 in two or three days")
    assert "We are closed at 22:30" in said
    assert said.count(": 20:00, 19:30") == 2
    assert said.count("?") == 1


def test_the_hour_that_was_offered_is_meant_in_whatever_words_it_is_taken(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wishes=[make_wish("book", services=[salon.manicure.pk], day=salon.day())])
    responds(claude, "{a1.day} {s1.time} suits?")
    assert "at 09:00" in talk.say("manicure tomorrow")
    wish = make_wish("book", services=[salon.manicure.pk], day=salon.day(), time_from="09:00", exact=True)
    understood(claude, wishes=[wish])
    assert "at 09:00, 600 UAH" in talk.say("in an hour after I wake up?! ideal, in 20 hours then!!")


def test_another_name_alone_does_not_make_the_own_start_look_taken(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "15:00")
    wish = make_wish(
        "change", visits=[visit.pk], services=[salon.manicure.pk], guest="Amber", day=salon.day()
    )
    understood(claude, wishes=[wish | {"time_from": "15:00", "exact": True}], to_answer=True)
    responds(claude, {"ask_human": {"reason": "Amber comes instead."}}, "A colleague will write the name.")
    talk.say("my sister Amber will come instead, same time")
    (found,) = facts_of(claude, "respond", 0)["wishes"]
    assert found["as_it_is"] == f"v{visit.pk}"
    assert "slots" not in found


def test_a_card_tells_the_model_for_whom_it_is(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wish = make_wish(
        "book", services=[salon.manicure.pk], guest="Ira", day=salon.day(), time_from="15:00", exact=True
    )
    understood(claude, wishes=[wish], guest_phone="0501234567")
    talk.say("a manicure for Ira tomorrow at 15:00, 0501234567")
    understood(claude, wants="question", to_answer=True)
    responds(claude, "With pleasure.")
    talk.say("who does it?")
    shown = facts_of(claude, "respond")["open_proposal"]
    assert shown["visits"][0]["for"] == "Ira"
    assert shown["guest_phone"].endswith("501234567")


@pytest.mark.parametrize(
    "words",
    [
        "Przy większym spóźnieniu wizyta może zostać przeniesiona.",
        "Якщо спізнитеся більше, візит може бути перенесено.",
        "При большем опоздании визит может быть перенесён.",
        "If you are later than that, the visit may be moved.",
    ],
)
def test_what_may_be_done_is_no_claim_that_it_was(words: str) -> None:
    assert find_deeds(Filled(words, words), has_visits=True) == []


@pytest.mark.parametrize("words", ["👍", "❤️", "🥰🥰"])
def test_a_sign_after_a_receipt_costs_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, words: str
) -> None:
    wish = make_wish("book", services=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)
    understood(claude, wishes=[wish])
    talk.say("manicure tomorrow at 15:00")
    talk.say("yes")
    before = len(bodies(claude))
    assert talk.say(words) == "You are welcome! Have a nice day."
    assert len(bodies(claude)) == before


def test_a_row_of_days_shows_mornings_and_evenings(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    days = ["mon", "tue", "wed", "thu", "fri"]
    understood(claude, wishes=[make_wish("book", services=[salon.manicure.pk], weekdays=days)])
    responds(claude, "{s1} suits?")
    talk.say("a manicure on any weekday but the weekend")
    (found,) = facts_of(claude, "respond")["wishes"]
    assert len({slot["start"][11:] for slot in found["slots"]}) > 3
    assert len({slot["start"][:10] for slot in found["slots"]}) == len(found["slots"])
