"""What the sixth player of the model showed: the kinds of faults behind it, each once, on whole turns."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from ai.facts.search import FreeTimes, SearchedItem, SlotSearch, free_times
from ai.models import Knowledge, Proposal
from ai.tests.factories import (
    SalonRows,
    Talk,
    bodies,
    make_booking,
    make_visit,
    make_wish,
    responds,
    understood,
)
from ai.tests.test_played_kinds import facts_of
from bookings.models import Booking
from bookings.operations import reject_booking
from bookings.tests.factories import KYIV, at, make_hours, make_project, make_service, make_specialist
from bookings.values import Origin
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import StaffTask
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db
SICK = {"kind": "health", "text": "I have herpes"}


def carded(claude: ClaudeStandIn, talk: Talk, clock: str = "15:00") -> str:
    """The card of a manicure tomorrow."""
    salon = talk.salon
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from=clock, exact=True)
    return talk.say(f"manicure tomorrow at {clock}")


def make_note(salon: SalonRows, text: str) -> Knowledge:
    return Knowledge.objects.create(project=salon.project, title="Health", text=text)


# A yes with what a note may forbid
def test_a_yes_that_tells_of_what_a_note_forbids_books_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    note = make_note(salon, "With herpes we do no manicure.")
    carded(claude, talk)
    understood(claude, answer="yes", remark=SICK, to_answer=True)
    responds(claude, {"say": {"text": "With herpes we do no manicure.", "notes": [note.pk]}})
    assert talk.say("yes, I have herpes, may I come?") == "With herpes we do no manicure."
    assert facts_of(claude, "respond")["held_back"] is True
    assert salon.visits() == []
    assert Proposal.objects.get().state == "declined"


def test_a_yes_with_health_that_no_note_forbids_is_carried_out_by_the_same_proposal(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    carded(claude, talk)
    understood(claude, answer="yes", remark=SICK)
    same = make_booking(salon.manicure.pk, f"{salon.day()}T15:00")
    responds(claude, [same, {"say": {"text": "A colleague will look at it.", "notes": []}}])
    said = talk.say("yes, I have herpes")
    assert said.startswith("Done, you are booked:")
    assert said.endswith("A colleague will look at it.")
    (booked,) = salon.visits()
    assert booked.note == "I have herpes"
    assert StaffTask.objects.get().kind == "health"


def test_health_that_people_look_at_already_is_no_second_task(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wants="question", remark=SICK, to_answer=True)
    responds(claude, [{"ask_human": {"reason": "herpes"}}, {"say": {"text": "I ask.", "notes": []}}])
    talk.say("I have herpes, is that fine?")
    carded(claude, talk)
    understood(claude, answer="yes", remark=SICK, to_answer=True)
    same = make_booking(salon.manicure.pk, f"{salon.day()}T15:00")
    responds(claude, [same, {"say": {"text": "It stands on your booking.", "notes": []}}])
    assert talk.say("yes, I have herpes, tell Anna").startswith("Done, you are booked:")
    assert StaffTask.objects.count() == 1


def test_a_cancellation_is_never_held_back(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    visit = make_visit(talk, "15:00")
    understood(claude, cancel=[visit.pk])
    talk.say("cancel it please")
    understood(claude, answer="yes", remark=SICK)
    responds(claude, "Get well soon.")
    assert talk.say("yes, I have herpes").startswith("Your visit has been cancelled:")


# Wishes that a card does not hold
def test_what_a_card_leaves_open_is_taken_up_by_the_yes_to_it(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    gone, moved = make_visit(talk, "10:00"), make_visit(talk, "15:00")
    understood(
        claude,
        wishes=[
            make_wish("cancel", visits=[gone.pk]),
            make_wish("change", visits=[moved.pk], day=salon.day(), time_from="16:00", exact=True),
            make_wish("book", services=[salon.haircut.pk], day=salon.day(), time_from="12:00", exact=True),
        ],
    )
    move = {"propose_change": {"visit": moved.pk, "service": 0, "specialist": 0, "start": "s1"}}
    gone_too = {"propose_cancel": {"visits": [gone.pk]}}
    responds(claude, [move, gone_too, {"say": {"text": "First these two.", "notes": []}}])
    talk.say("cancel the 10:00 one, move the 15:00 one by an hour, and a haircut for my husband at noon")
    claude.script.set([])
    before = len(bodies(claude))
    said = talk.say("yes")
    assert "has been moved:" in said
    assert said.index("This has been cancelled:") < said.index("Haircut — Olga")
    assert said.endswith('Shall I book it? Answer "yes" or "no".')
    assert len(bodies(claude)) == before
    assert talk.say("yes").startswith("Done, you are booked:")
    assert [visit.start for visit in salon.visits()] == [salon.at("12:00"), salon.at("16:00")]


def test_what_is_left_open_and_not_clear_goes_to_the_model_with_the_receipt(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    gone = make_visit(talk, "10:00")
    book = make_wish("book", services=[salon.haircut.pk], day=salon.day(2))
    understood(claude, wishes=[make_wish("cancel", visits=[gone.pk]), book])
    responds(
        claude, [{"propose_cancel": {"visits": [gone.pk]}}, {"say": {"text": "First this.", "notes": []}}]
    )
    talk.say("cancel that, and find me a haircut in two days")
    responds(claude, "And the haircut: {s1} suits?")
    said = talk.say("yes")
    assert said.startswith("Your visit has been cancelled:")
    assert said.endswith("suits?")
    assert facts_of(claude, "respond")["accepted"] is True
    assert len(bodies(claude, "understand")) == 1


def test_a_no_takes_up_nothing(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    gone = make_visit(talk, "10:00")
    book = make_wish("book", services=[salon.haircut.pk], day=salon.day(), time_from="12:00", exact=True)
    understood(claude, wishes=[make_wish("cancel", visits=[gone.pk]), book])
    responds(
        claude, [{"propose_cancel": {"visits": [gone.pk]}}, {"say": {"text": "First this.", "notes": []}}]
    )
    talk.say("cancel that and book a haircut at noon")
    assert "Haircut" not in talk.say("no")


def test_a_card_that_nobody_answered_comes_back_after_the_one_that_took_its_place(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    massage = make_visit(talk, "10:00")
    understood(claude, cancel=[massage.pk])
    assert "Shall I cancel your visit?" in talk.say("cancel my visit")
    understood(claude, book=[salon.haircut.pk], day=salon.day(), time_from="18:00", exact=True)
    assert "Haircut — Olga" in talk.say("a haircut at 18 then")
    claude.script.set([])
    said = talk.say("yes")
    assert said.startswith("Done, you are booked:")
    assert "Shall I cancel your visit?" in said
    assert talk.say("yes").startswith("Your visit has been cancelled:")


def test_what_was_settled_meanwhile_is_not_taken_up(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "10:00")
    understood(claude, cancel=[visit.pk])
    talk.say("cancel my visit")
    understood(claude, book=[salon.haircut.pk], day=salon.day(), time_from="18:00", exact=True)
    talk.say("a haircut at 18 then")
    origin = Origin(source=Booking.Source.ADMIN, for_staff=True)
    reject_booking(project=salon.project, booking_id=visit.pk, origin=origin)
    claude.script.set([])
    said = talk.say("yes")
    assert said.startswith("Done, you are booked:")
    assert "Shall I" not in said


def test_a_card_whose_visit_is_moved_instead_does_not_come_back(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "10:00")
    understood(claude, cancel=[visit.pk])
    talk.say("cancel my visit")
    understood(claude, change=[visit.pk], day=salon.day(), time_from="16:00", exact=True)
    talk.say("or rather move it to 16:00")
    claude.script.set([])
    assert "Shall I" not in talk.say("yes")


# Free times
class Evening:
    """Anna works till four on Sundays, in the evening of Thursdays only."""

    def __init__(self) -> None:
        self.project = make_project()
        self.anna = make_specialist(self.project, "Anna")
        self.cut = make_service(self.project)
        make_hours(self.anna, 6, ("10:00", "16:00"))
        make_hours(self.anna, 3, ("10:00", "21:00"))
        self.project.refresh_from_db()

    def find(self, now: datetime, **wish: Any) -> FreeTimes:
        day = now.astimezone(KYIV).date()
        search = SlotSearch((SearchedItem((self.cut.pk,)),), days=((day, day),), **wish)
        horizon = day + timedelta(days=60)
        return free_times(project=self.project, zone=KYIV, now=now, horizon=horizon, search=search)


def test_who_asks_for_this_evening_hears_of_tomorrow_too() -> None:
    """Saturday: nobody works; the next evening is on Thursday."""
    saturday = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    found = Evening().find(saturday, time_from=time(18), time_to=time(21))
    assert {visit[0].start.date() for visit in found.visits} == {date(2026, 12, 3)}
    sunday = date(2026, 11, 29)
    assert [visit[0].start for visit in found.following][:1] == [at("10:00", sunday)]
    assert {visit[0].start.date() for visit in found.following} == {sunday}


# Tasks and texts
@pytest.mark.parametrize(
    "words",
    ["I am stuck in traffic, is that fine?", "я в заторі, нічого?", "стою в пробке", "jestem w korku"],
)
def test_a_delay_in_other_words_is_one(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, words: str
) -> None:
    understood(claude, wants="question", to_answer=True)
    responds(claude, [{"ask_human": {"reason": "comes later"}}, {"say": {"text": "I ask.", "notes": []}}])
    talk.say(words)
    assert StaffTask.objects.get().kind == "late"


@pytest.mark.parametrize(("words", "kind"), [("there at 15:20, ok?", "late"), ("and on 15 May?", "question")])
def test_an_hour_soon_after_the_start_of_a_visit_is_a_delay(
    claude: ClaudeStandIn, salon: SalonRows, words: str, kind: str
) -> None:
    with time_machine.travel(datetime(2026, 11, 28, 12, 40, tzinfo=UTC), tick=True):
        talk = Talk(salon)
        make_visit(talk, "15:00", ahead=0)
        understood(claude, wants="question", to_answer=True)
        responds(claude, [{"ask_human": {"reason": "comes later"}}, {"say": {"text": "I ask.", "notes": []}}])
        talk.say(words)
        assert StaffTask.objects.get().kind == kind


def test_a_card_to_cancel_that_ran_out_is_not_called_free(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "15:00")
    understood(claude, cancel=[visit.pk])
    talk.say("cancel it please")
    Proposal.objects.update(expires_at=salon.at("00:00", -1))
    claude.script.set([])
    said = talk.say("yes")
    assert said.startswith("The time to answer had run out, so let me ask again.")
    assert "Shall I cancel your visit?" in said


def test_a_client_at_the_cap_can_still_move_a_visit_in_words(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = make_visit(talk, "15:00")
    change_settings(salon.project, max_active_visits=1)
    understood(claude, wishes=[make_wish("change", visits=[visit.pk])], to_answer=True)
    start = f"{salon.day()}T17:00"
    move = {"propose_change": {"visit": visit.pk, "service": 0, "specialist": 0, "start": start}}
    responds(claude, [move, {"say": {"text": "Gladly.", "notes": []}}])
    assert "Shall I move your visit?" in talk.say("move it to five, is that possible?")


def test_a_reply_begins_with_a_capital_whatever_preposition_was_dropped(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, book=[salon.manicure.pk], day=salon.day(3))
    responds(claude, "On {s1.day} Anna is free {s1.time}. Suits you?")
    assert talk.say("a manicure in three days").startswith("On ")


def test_the_reply_knows_for_whom_a_visit_is(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    visit = make_visit(talk, "15:00")
    Booking.objects.filter(pk=visit.pk).update(guest_name="Sonia")
    row = Booking.objects.get(pk=visit.pk)
    row.guest_name = "Sonia"
    row.save()
    understood(claude, wants="question", to_answer=True)
    responds(claude, "Sonia comes then.")
    talk.say("who comes tomorrow?")
    assert facts_of(claude, "respond")["client_visits"][0]["for"] == "Sonia"
