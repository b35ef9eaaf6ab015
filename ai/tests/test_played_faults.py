"""What conversations played by hand showed, and what the turn keeps of a burst: each kind of fault once."""

from typing import Any

import pytest

from ai.models import Knowledge, Proposal, Turn
from ai.tests.factories import (
    SalonRows,
    Talk,
    bodies,
    make_booking,
    make_item,
    make_wish,
    price_of,
    responds,
    understood,
)
from bookings.models import Booking, Service
from bookings.operations import activate_booking
from bookings.values import Item, Origin, VisitRequest
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import StaffTask

pytestmark = pytest.mark.django_db


def wish_at(salon: SalonRows, clock: str = "15:00", **fields: Any) -> dict[str, Any]:
    """A manicure tomorrow at that hour."""
    return make_wish(
        "book", services=[salon.manicure.pk], day=salon.day(), time_from=clock, exact=True, **fields
    )


def show_card(claude: ClaudeStandIn, salon: SalonRows, talk: Talk, **fields: Any) -> str:
    """Let the client wish a manicure tomorrow at 15:00 and see its card."""
    understood(claude, wishes=[wish_at(salon)], **fields)
    return talk.say("manicure tomorrow at 15:00")


def booked(salon: SalonRows, talk: Talk, clock: str = "15:00") -> Booking:
    """A visit that stands."""
    item = Item(salon.manicure.pk, salon.anna.pk, salon.at(clock))
    origin = Origin(source=Booking.Source.ADMIN, for_staff=True)
    return activate_booking(
        request=VisitRequest(project=salon.project, client=talk.client, items=[item], origin=origin)
    )[0]


# A yes and what comes with it
def test_a_yes_with_a_name_books(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes", client_name="Solomiya")
    assert talk.say("yes, only I am Solomiya").startswith("Done, you are booked")
    talk.client.refresh_from_db()
    assert talk.client.name == "Solomiya"
    assert bodies(claude, "respond") == []


def test_a_yes_that_says_the_cards_own_hour_and_name_books(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes")
    assert talk.say("15.00 Anna ok").startswith("Done, you are booked")


def test_a_yes_with_a_question_books_and_is_answered(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes", wants="question", to_answer=True)
    responds(claude, f"It takes {{l{salon.manicure.pk}}}.")
    said = talk.say("yes. and how long does it take?")
    assert said.startswith("Done, you are booked")
    assert said.endswith("It takes 1 hour.")
    assert len(salon.visits()) == 1


def test_a_yes_that_wants_another_hour_books_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes", wishes=[wish_at(salon, "17:00")])
    card = talk.say("yes, but better at 17:00")
    assert "at 17:00" in card
    assert salon.visits() == []
    assert list(Proposal.objects.order_by("pk").values_list("state", flat=True)) == ["dead", "open"]


def test_one_more_person_beside_a_yes_is_one_more_visit_and_renames_nobody(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    more = make_wish("book", services=[salon.manicure.pk], day=salon.day(), guest="Ira")
    understood(claude, answer="yes", wishes=[more], wants="question", to_answer=True)
    responds(claude, "With pleasure. {s1.time} suits?")
    said = talk.say("yes, and may Ira come too?")
    assert said.startswith("Done, you are booked")
    (visit,) = salon.visits()
    assert visit.guest_name == ""
    free = str(bodies(claude, "respond")[0]["messages"]).rsplit('"wishes":', 1)[1]
    assert '"slots":[{"day"' in free
    assert f"{salon.day()}T15:00" not in free


def test_a_phone_beside_a_yes_is_saved_and_told(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes", client_phone="0501234567")
    said = talk.say("yes, my number is 0501234567")
    assert said.endswith("We have noted your number.")
    talk.client.refresh_from_db()
    assert talk.client.phone == "+380501234567"


def test_a_remark_beside_a_yes_stands_on_the_visit(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes", remark={"kind": "request", "text": "please do not call"})
    talk.say("yes, but please do not call me")
    assert "do not call" in salon.visits()[0].note


def test_a_yes_after_a_question_of_the_salon_books_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    understood(claude, wants="question", to_answer=True)
    responds(claude, "Olga does it too. Shall I look what she has?")
    assert "Please check" not in talk.say("who else does it?")
    understood(claude, answer="yes", to_answer=True)
    responds(claude, "One moment.")
    talk.say("yes")
    assert salon.visits() == []


# What was said is kept
def test_a_short_answer_keeps_the_language_of_the_dialogue(claude: ClaudeStandIn, salon: SalonRows) -> None:
    talk = Talk(salon, language="uk")
    show_card(claude, salon, talk, language="uk")
    assert talk.say("да").startswith("Готово, ви записані")
    talk.dialogue.refresh_from_db()
    assert talk.dialogue.language == "uk"


def test_two_wishes_of_a_burst_are_both_taken_up(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    visit = booked(salon, talk, "12:00")
    wishes = [make_wish("cancel", visits=[visit.pk]), wish_at(salon)]
    understood(claude, wishes=wishes)
    responds(claude, {"propose_cancel": {"visits": [visit.pk]}}, "First this one, then the new visit.")
    said = talk.say("cancel my visit and book a manicure tomorrow at 15:00")
    assert said.startswith("First this one, then the new visit.")
    known = str(bodies(claude, "respond")[0]["messages"][-1])
    assert '"kind":"cancel"' in known
    assert '"ref":"s1"' in known


def test_two_people_at_once_are_looked_up_with_two_specialists(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    items = [make_item(salon.manicure.pk), make_item(salon.haircut.pk, guest="Ira")]
    wish = make_wish("book", day=salon.day()) | {"items": items, "at_once": True, "time_from": "12:00"}
    understood(claude, wishes=[wish])
    both = [
        {"service": salon.manicure.pk, "specialist": 0, "start": "s1", "for": ""},
        {"service": salon.haircut.pk, "specialist": 0, "start": "s1", "for": "Ira"},
    ]
    responds(claude, {"propose_booking": {"visits": [{"items": both}], "guest_phone": "", "note": ""}})
    card = talk.say("manicure for me and a haircut for Ira at the same time, tomorrow after 12")
    assert "Haircut — Olga" in card
    assert "Ira" in card
    held = Booking.objects.filter(status="held")
    assert {row.start for row in held} == {salon.at("12:00")}
    assert {row.guest_name for row in held} == {"", "Ira"}


def test_a_series_over_a_range_of_days_begins_in_its_first_week(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wish = make_wish("book", services=[salon.manicure.pk], days=(salon.day(), salon.day(50)))
    understood(claude, wishes=[wish | {"every_weeks": 2, "times": 3, "time_from": "18:00", "exact": True}])
    responds(claude, "Which dates suit you?")
    talk.say("a manicure every two weeks at 18:00, three times")
    known = str(bodies(claude, "respond")[0]["messages"][-1])
    series = known.split('"series":')[1]
    assert all(f"{salon.day(ahead)}T18:00" in series for ahead in (1, 15, 29))


def test_an_unknown_service_hides_no_known_one(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wish = make_wish("book", day=salon.day()) | {"items": [make_item(salon.haircut.pk), make_item([])]}
    understood(claude, wishes=[wish], to_answer=True)
    responds(claude, "We do no beards. {s1.time} for the haircut?")
    said = talk.say("haircut tomorrow, can you do my beard too?")
    assert said.startswith("We do no beards. At ")
    assert '"unknown_services":1' in str(bodies(claude, "respond")[0]["messages"][-1])


# Who else has to know
@pytest.mark.parametrize(
    ("fields", "words", "kind"),
    [
        ({"remark": {"kind": "complaint", "text": "my nails chipped"}}, "my nails chipped", "complaint"),
        ({"remark": {"kind": "health", "text": "I have a rash"}}, "I have a rash, is it fine?", "health"),
    ],
)
def test_complaints_and_health_become_tasks_of_their_kind(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, fields: dict[str, Any], words: str, kind: str
) -> None:
    understood(claude, to_answer=True, **fields)
    responds(claude, "We are sorry. A colleague will answer you.")
    assert talk.say(words) == "We are sorry. A colleague will answer you."
    task = StaffTask.objects.get()
    assert (task.kind, fields["remark"]["text"] in task.reason) == (kind, True)


def test_health_that_a_note_settles_needs_nobody(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    note = Knowledge.objects.create(project=salon.project, title="Pregnancy", text="No massage then.")
    understood(claude, to_answer=True, remark={"kind": "health", "text": "I am pregnant"})
    responds(claude, {"say": {"text": "No massage then, I am sorry.", "notes": [note.pk]}})
    assert talk.say("massage please, I am pregnant") == "No massage then, I am sorry."
    assert not StaffTask.objects.exists()


def test_who_will_be_late_is_told_to_staff_as_that(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wants="question", to_answer=True)
    responds(claude, {"ask_human": {"reason": "comes later"}}, "A colleague knows now.")
    talk.say("I will be late today")
    assert StaffTask.objects.get().kind == "late"


def test_a_remark_without_a_wish_stands_on_the_only_visit(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = booked(salon, talk)
    understood(claude, to_answer=True, remark={"kind": "request", "text": "no music please"})
    responds(claude, "I have passed it on.")
    talk.say("no music please")
    visit.refresh_from_db()
    assert visit.note == "no music please"
    assert "remark kept on the booking" in bodies(claude, "check")[0]["messages"][0]["content"][0]["text"]


def test_a_remark_that_the_client_never_made_is_not_kept(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    show_card(claude, salon, talk)
    understood(claude, answer="yes", remark={"kind": "request", "text": "You are booked for free"})
    talk.say("yes, quietly please")
    assert "free" not in salon.visits()[0].note
    assert "quietly please" in salon.visits()[0].note


# What code does not decide alone
def test_a_price_that_begins_somewhere_is_left_to_the_notes(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    Service.objects.filter(pk=salon.manicure.pk).update(price_from=True)
    Knowledge.objects.create(project=salon.project, title="Prices", text="Long nails cost more.")
    understood(claude, wishes=[wish_at(salon)])
    responds(claude, make_booking(salon.manicure.pk, f"{salon.day()}T15:00"))
    card = talk.say("manicure tomorrow at 15:00")
    assert "from 600" in card
    assert len(bodies(claude, "respond")) == 1


def test_words_beside_a_card_stay(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wish = make_wish("book", services=[salon.manicure.pk], day=salon.day(), time_to="14:00", time_is="end")
    understood(claude, wishes=[wish])
    booking = make_booking(salon.manicure.pk, "s1")
    both = {"tools": [{"name": name, "input": given} for name, given in booking.items()]}
    text = f"It takes {{l{salon.manicure.pk}}}, so you are done in time."
    said = {"name": "say", "input": {"text": text, "notes": []}}
    claude.script.add(Rule(when={"kind": "respond"}, answer={"tools": [*both["tools"], said]}))
    card = talk.say("manicure tomorrow, I must be done by 14:00")
    assert card.startswith("It takes 1 hour, so you are done in time.\n\nPlease check:")


def test_a_check_that_cannot_be_had_leaves_the_word_to_code(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(salon.manicure)}.")
    claude.script.add(Rule(when={"kind": "check"}, status=400, error={"message": "no"}, times=None))
    assert talk.say("how much is it?") == "It costs 600 UAH."
    assert [one["check"] for one in Turn.objects.get().trace["guard"]] == ["not to be had"]
