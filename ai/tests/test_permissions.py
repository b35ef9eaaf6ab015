"""What the salon lets the assistant do by itself: what is in the rows, and what left the house."""

from typing import Any

import pytest
from django.utils import timezone

from ai.models import AssistantSettings, Permission, Proposal, Turn
from ai.salon.permissions import permit, resume, stop
from ai.tests.factories import SalonRows, Talk, bodies, price_of, responds, understood
from ai.turn import stop as emergency
from ai.turn.permissions import Kind
from bookings.models import Booking
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Dialogue, Message, StaffTask
from dialogues.staff.drafts import DraftGone, send_draft
from dialogues.staff.handoff import reply_as_staff

pytestmark = pytest.mark.django_db


def rule(salon: SalonRows, **rules: Permission) -> None:
    permit(project=salon.project, rules={Kind[name.upper()]: value for name, value in rules.items()})


def asks_price(claude: ClaudeStandIn, salon: SalonRows) -> None:
    understood(claude, wants="question")
    responds(claude, f"A manicure costs {price_of(salon.manicure)}.")


def wants_manicure(claude: ClaudeStandIn, salon: SalonRows, clock: str = "15:00") -> None:
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from=clock, exact=True)


def tasks() -> list[tuple[str, str]]:
    return list(StaffTask.objects.order_by("pk").values_list("kind", "draft"))


def test_by_itself_is_the_rule_of_a_new_salon(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    asks_price(claude, salon)
    assert talk.say("what does a manicure cost?") == "A manicure costs 600 UAH."
    assert tasks() == []


def test_a_question_left_to_people_is_handed_over(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    rule(salon, answer=Permission.PEOPLE)
    asks_price(claude, salon)
    assert talk.say("what does a manicure cost?").startswith("I am passing this chat to our administrator")
    assert [kind for kind, _ in tasks()] == ["human"]
    assert Dialogue.objects.get(pk=talk.dialogue.pk).mode == "human"
    assert Turn.objects.get().note == "leave to people: questions"


def test_a_drafted_answer_waits_and_the_client_hears_once_that_somebody_will_answer(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    rule(salon, answer=Permission.DRAFT)
    asks_price(claude, salon)
    assert talk.say("what does a manicure cost?").startswith("Thank you for your message!")
    asks_price(claude, salon)
    assert talk.say("and what does it cost on sunday?") == ""
    assert tasks() == [("draft", "A manicure costs 600 UAH.")]
    assert StaffTask.objects.get().knows_up_to == Message.objects.filter(direction="in").latest("pk").pk
    assert Dialogue.objects.get(pk=talk.dialogue.pk).mode == "bot"


def test_a_draft_is_sent_by_one_person_and_the_bot_goes_on(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    rule(salon, answer=Permission.DRAFT)
    asks_price(claude, salon)
    talk.say("what does a manicure cost?")
    task = StaffTask.objects.get()
    send_draft(project=salon.project, task_id=task.pk, text="It is 600.", who="Iryna")
    assert talk.deliver() == "It is 600."
    message = Message.objects.latest("pk")
    assert (message.author, message.written_by) == ("staff", "Iryna")
    with pytest.raises(DraftGone):
        send_draft(project=salon.project, task_id=task.pk, text="It is 700.", who="Anna")
    asks_price(claude, salon)
    assert talk.say("and a second one?").startswith("Thank you for your message!")


def test_a_drafted_visit_shows_its_card_to_people_and_holds_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    rule(salon, book=Permission.DRAFT)
    wants_manicure(claude, salon)
    assert talk.say("manicure tomorrow at 15:00").startswith("Thank you for your message!")
    ((kind, draft),) = tasks()
    assert kind == "draft"
    assert draft.startswith("Please check:\nManicure — Anna")
    assert not Booking.objects.exists()
    assert not Proposal.objects.exists()
    assert not Task.objects.filter(topic="booking.changed").exists()


@pytest.mark.parametrize("said", [{"book": True}, {"change": True}, {"cancel": True}])
def test_each_wish_goes_by_its_own_switch(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, said: dict[str, Any]
) -> None:
    (wish,) = said
    name = "book" if wish == "book" else "change"
    rule(salon, **{name: Permission.PEOPLE})
    services = [salon.manicure.pk] if wish == "book" else []
    understood(claude, **{wish: services}, day=salon.day(), time_from="15:00", exact=True)
    responds(claude, "Which visit is it?")
    assert talk.say(f"{wish} something tomorrow at 15:00").startswith("I am passing this chat")
    asked = [kind for kind, _ in tasks()]
    assert asked == ["human"]


def test_a_complaint_left_to_people_is_not_answered_by_the_model(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    rule(salon, care=Permission.PEOPLE)
    understood(
        claude, to_answer=True, remark={"kind": "complaint", "text": "the varnish came off"}, wants="none"
    )
    responds(claude, "I am sorry to hear that.")
    assert talk.say("the varnish came off after a day").startswith("I am passing this chat")


def test_of_two_kinds_in_one_message_the_strictest_rule_holds(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    rule(salon, answer=Permission.DRAFT, book=Permission.PEOPLE)
    understood(claude, book=[salon.manicure.pk], day=salon.day(), to_answer=True)
    responds(claude, f"It costs {price_of(salon.manicure)}. When would you like to come?")
    assert talk.say("a manicure tomorrow, and what does it cost?").startswith("I am passing this chat")


def test_a_card_that_was_shown_before_the_switch_may_still_be_said_yes_to(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wants_manicure(claude, salon)
    talk.say("manicure tomorrow at 15:00")
    rule(salon, book=Permission.PEOPLE)
    assert talk.say("yes").startswith("Done, you are booked")


def test_menus_without_a_model_go_by_the_switches_too(salon: SalonRows, talk: Talk) -> None:
    rule(salon, book=Permission.PEOPLE)
    assert "1. Book a visit" in talk.say("hello")
    assert talk.say("1").startswith("I am passing this chat")
    assert [kind for kind, _ in tasks()] == ["human"]


# The emergency stop
def test_after_the_stop_nothing_is_asked_or_said_and_each_talk_is_one_task(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, stranger: Talk
) -> None:
    assert stop(project=salon.project, who="Iryna")
    assert not stop(project=salon.project, who="Olga")
    for words in ("hello", "is anybody there?"):
        assert talk.say(words) == ""
    assert stranger.say("hello") == ""
    assert [kind for kind, _ in tasks()] == ["stopped", "stopped"]
    assert bodies(claude) == []
    assert AssistantSettings.objects.get().stopped_by == "Iryna"


def test_a_stop_while_the_model_thinks_keeps_its_answer_back(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks_price(claude, salon)
    asked = emergency.assert_running

    def stopped_meanwhile(project: Any) -> None:
        stop(project=project, who="Iryna")
        asked(project)

    monkeypatch.setattr("ai.turn.commit.assert_running", stopped_meanwhile)
    assert talk.say("what does a manicure cost?") == ""
    assert Turn.objects.get().outcome == "skipped"
    assert [kind for kind, _ in tasks()] == ["stopped"]


def test_after_the_stop_is_undone_what_nobody_answered_is_answered(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, stranger: Talk
) -> None:
    stop(project=salon.project, who="Iryna")
    talk.say("what does a manicure cost?")
    stranger.say("hello")
    reply_as_staff(dialogue_id=stranger.dialogue.pk, text="Hi!", who="Iryna")
    Dialogue.objects.filter(pk=talk.dialogue.pk).update(first_unanswered_at=timezone.now())
    asks_price(claude, salon)
    assert resume(project=salon.project) == 1
    run_due("dialogue.due")
    assert talk.deliver() == "A manicure costs 600 UAH."
    assert StaffTask.objects.get(dialogue=talk.dialogue).state == "done"
