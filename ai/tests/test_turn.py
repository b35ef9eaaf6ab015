"""A client's words in, rows and replies out: the whole turn against the stand-in over HTTP."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import Settings

from ai.models import GuidedState, Proposal, Turn
from ai.tests.factories import SalonRows, Talk, bodies, make_booking, objects, price_of, responds, understood
from bookings.models import Booking, Offering
from bookings.operations import activate_booking, change_booking
from bookings.values import Item, Origin, VisitChange, VisitRequest
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Dialogue, Message, StaffTask
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db


def wishes(claude: ClaudeStandIn, salon: SalonRows, clock: str = "15:00") -> None:
    """Script a clear wish for a manicure tomorrow: code shows its card alone."""
    day = salon.day()
    understood(claude, book=[salon.manicure.pk], day=day, time_from=clock, exact=True)


def booked(salon: SalonRows, talk: Talk, clock: str = "15:00") -> Booking:
    """A visit of the client that stands already."""
    item = Item(salon.manicure.pk, salon.anna.pk, salon.at(clock))
    origin = Origin(source=Booking.Source.ADMIN, for_staff=True)
    return activate_booking(
        request=VisitRequest(project=salon.project, client=talk.client, items=[item], origin=origin)
    )[0]


def test_a_wish_is_shown_held_and_booked_by_a_yes(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wishes(claude, salon)
    card = talk.say("could I have a manicure tomorrow at 15:00?")
    assert "Manicure — Anna" in card
    assert "at 15:00, 600" in card
    held = Booking.objects.get(project=salon.project)
    assert held.status == "held"
    receipt = talk.say("yes")
    assert receipt.startswith("Done, you are booked:\nManicure — Anna")
    (visit,) = salon.visits()
    assert (visit.start, visit.client, visit.pk) == (salon.at("15:00"), talk.client, held.pk)
    assert Proposal.objects.get().state == "accepted"


def test_a_plain_yes_costs_no_call(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wishes(claude, salon)
    talk.say("could I have a manicure tomorrow at 15:00?")
    before = len(bodies(claude))
    talk.say("yes please!")
    assert len(bodies(claude)) == before
    assert len(salon.visits()) == 1


def test_mere_thanks_cost_no_call(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wishes(claude, salon)
    talk.say("could I have a manicure tomorrow at 15:00?")
    talk.say("yes please!")
    before = len(bodies(claude))
    assert talk.say("thank you very much!") == "You are welcome! Have a nice day."
    assert len(bodies(claude)) == before


@pytest.mark.parametrize("more", ["thanks, and is there parking?", "a question", "a photo"])
def test_thanks_with_anything_more_are_read(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, more: str
) -> None:
    if more == "a question":
        understood(claude, wants="smalltalk")
        responds(claude, "Which day would you like?")
        talk.say("hello")
    understood(claude, wants="question")
    responds(claude, "Let me see.")
    kind = "photo" if more == "a photo" else "text"
    assert talk.say(more if "," in more else "thanks", kind=kind) == "Let me see."


def test_a_no_frees_what_was_held(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wishes(claude, salon)
    talk.say("could I have a manicure tomorrow at 15:00?")
    assert talk.say("no").startswith("All right, nothing changes")
    assert list(Booking.objects.values_list("status", flat=True)) == ["cancelled"]
    assert Proposal.objects.get().state == "declined"


def test_a_yes_that_was_written_before_the_card_books_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wishes(claude, salon)
    talk.write("could I have a manicure tomorrow at 15:00?")
    run_due("dialogue.due")
    # The card is still on its way when the client writes on.
    understood(claude, wants="smalltalk", answer="yes", to_answer=True)
    responds(claude, "Hello!")
    talk.write("yes")
    run_due("dialogue.due")
    assert salon.visits() == []
    assert Proposal.objects.get().state == "open"


def test_a_yes_with_a_condition_books_nothing(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wishes(claude, salon)
    talk.say("could I have a manicure tomorrow at 15:00?")
    understood(claude, wants="smalltalk", answer="yes")
    responds(claude, "Let me see.")
    reply = talk.say("yes but only if it is cheaper")
    assert salon.visits() == []
    assert reply.startswith("Let me see.\n\nPlease check:")


def test_a_question_in_between_shows_the_card_again(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wishes(claude, salon)
    talk.say("could I have a manicure tomorrow at 15:00?")
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(salon.manicure)}.")
    reply = talk.say("what does it cost?")
    assert reply.startswith("It costs 600 UAH.\n\nPlease check:\nManicure")
    talk.say("yes")
    assert len(salon.visits()) == 1


def test_a_new_wish_ends_the_old_card(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wishes(claude, salon)
    talk.say("could I have a manicure tomorrow at 15:00?")
    understood(claude, book=[salon.haircut.pk])
    responds(claude, "Which day would you like?")
    assert talk.say("no wait, a haircut") == "Which day would you like?"
    assert Proposal.objects.get().state == "declined"
    assert list(Booking.objects.values_list("status", flat=True)) == ["cancelled"]


def test_a_late_yes_is_asked_again(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    wishes(claude, salon)
    talk.say("could I have a manicure tomorrow at 15:00?")
    past = timezone.now() - timedelta(minutes=1)
    Proposal.objects.update(expires_at=past)
    Booking.objects.update(hold_until=past)
    run_due("clock")
    reply = talk.say("yes")
    assert reply.startswith("The time to answer had run out, but this is still free.\n\nPlease check:")
    assert salon.visits() == []
    talk.say("yes")
    assert len(salon.visits()) == 1


def test_a_late_yes_to_a_time_that_went_gets_what_is_free(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    wishes(claude, salon)
    talk.say("could I have a manicure tomorrow at 15:00?")
    past = timezone.now() - timedelta(minutes=1)
    Proposal.objects.update(expires_at=past)
    Booking.objects.update(hold_until=past)
    other = Talk(salon, contact_id="c-2", name="Iryna")
    booked(salon, other)
    reply = talk.say("yes")
    assert reply.startswith("Sorry, this time is already taken.")
    assert [visit.client for visit in salon.visits()] == [other.client]


def test_a_change_is_asked_and_keeps_id_and_price(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = booked(salon, talk)
    Booking.objects.filter(pk=visit.pk).update(price=500)
    day = salon.day(2)
    understood(claude, change=[visit.pk], day=day, time_from="16:00", exact=True)
    wish = {"visit": visit.pk, "service": 0, "specialist": 0, "start": f"{day}T16:00"}
    responds(claude, {"propose_change": wish}, "")
    card = talk.say("can I come the day after tomorrow at 16:00?")
    assert "Was: Manicure — Anna" in card
    assert "at 16:00, 500" in card
    receipt = talk.say("yes")
    assert receipt.startswith("Done, your visit has been moved:")
    (moved,) = salon.visits()
    assert (moved.pk, moved.start, moved.price) == (visit.pk, salon.at("16:00", 2), Decimal(500))


def test_a_card_dies_when_staff_move_the_visit_it_shows(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = booked(salon, talk)
    understood(claude, cancel=[visit.pk])
    responds(claude, {"propose_cancel": {"visits": [visit.pk]}}, "")
    talk.say("could you cancel my visit?")
    staff = Origin(source=Booking.Source.ADMIN, for_staff=True)
    change_booking(
        project=salon.project, booking_id=visit.pk, origin=staff, change=VisitChange(start=salon.at("18:00"))
    )
    reply = talk.say("yes")
    assert "can no longer be changed" in reply
    assert "at 18:00" in reply
    assert len(salon.visits()) == 1


def test_a_cancellation_is_asked_and_done(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    visit = booked(salon, talk)
    understood(claude, cancel=[visit.pk])
    responds(claude, {"propose_cancel": {"visits": [visit.pk]}}, "I am sorry to hear that.")
    assert "Shall I cancel your visit?" in talk.say("could you cancel my visit?")
    assert talk.say("yes").startswith("Your visit has been cancelled:")
    assert salon.visits() == []


def test_of_two_cancellations_all_or_none_are_done(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    first, second = booked(salon, talk, "10:00"), booked(salon, talk, "12:00")
    understood(claude, cancel=[first.pk, second.pk])
    responds(claude, {"propose_cancel": {"visits": [first.pk, second.pk]}}, "")
    talk.say("could you cancel both?")
    change_settings(salon.project, cancel_deadline_hours=48)
    reply = talk.say("yes")
    assert "too late to change or cancel" in reply
    assert len(salon.visits()) == 2
    assert StaffTask.objects.get().kind == "late_cancellation"


def exact(claude: ClaudeStandIn, salon: SalonRows, clock: str = "15:00", **fields: object) -> None:
    """Script the understanding of one exact moment tomorrow."""
    wish = {} if fields.keys() & {"change", "cancel"} else {"book": [salon.manicure.pk]}
    understood(claude, **{**wish, "day": salon.day(), "time_from": clock, "exact": True, **fields})


def test_a_clear_wish_goes_straight_to_its_card(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    exact(claude, salon)
    assert talk.say("manicure tomorrow at 15:00").startswith("Please check:\nManicure — Anna")
    assert bodies(claude, "respond") == []
    assert Booking.objects.get().status == "held"


def test_a_clear_wish_for_a_taken_time_is_answered_by_the_model(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    booked(salon, Talk(salon, contact_id="c-2", name="Iryna"))
    exact(claude, salon)
    responds(claude, "That time is taken. Would {s1} suit you?")
    said = talk.say("manicure tomorrow at 15:00")
    assert re.match(r"That time is taken. Would (tomorrow|[A-Z][a-z]+day), ", said)
    assert said.endswith(" suit you?")


def test_several_services_are_shown_as_one_visit(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    exact(claude, salon, book=[salon.manicure.pk, salon.haircut.pk])
    card = talk.say("manicure and a haircut tomorrow at 15:00")
    assert "Manicure — Anna" in card
    assert "Haircut — Olga" in card
    assert "at 16:00" in card
    talk.say("yes")
    assert len({visit.visit_id for visit in salon.visits()}) == 1
    assert len(salon.visits()) == 2


def test_a_clear_change_goes_straight_to_its_card(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = booked(salon, talk)
    exact(claude, salon, "16:00", change=[visit.pk])
    assert talk.say("move my visit to 16:00").startswith("Shall I move your visit?")
    talk.say("yes")
    assert [one.start for one in salon.visits()] == [salon.at("16:00")]
    assert bodies(claude, "respond") == []


def test_a_late_cancellation_is_refused_before_it_is_asked(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = booked(salon, talk)
    change_settings(salon.project, cancel_deadline_hours=48)
    understood(claude, cancel=[visit.pk])
    assert "too late to change or cancel" in talk.say("cancel my visit")
    assert len(salon.visits()) == 1
    assert StaffTask.objects.get().kind == "late_cancellation"


def test_without_confirmation_a_clear_wish_is_booked_at_once(claude: ClaudeStandIn, salon: SalonRows) -> None:
    change_settings(salon.project, confirm_before_booking=False)
    talk = Talk(salon)
    day = salon.day()
    understood(claude, book=[salon.manicure.pk], day=day, time_from="15:00", exact=True)
    assert talk.say("manicure tomorrow at 15:00").startswith("Done, you are booked:")
    assert len(salon.visits()) == 1
    assert len(bodies(claude, "respond")) == 0


def test_an_invented_time_never_reaches_the_client(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, book=[salon.manicure.pk], day=salon.day())
    responds(claude, "I can offer you 03:15 tomorrow.", "You are booked for 03:15.")
    reply = talk.say("manicure tomorrow?")
    assert "03:15" not in reply
    assert reply.startswith("Free times:")
    assert len(bodies(claude, "respond")) == 2
    trace = Turn.objects.get().trace
    assert [len(one["violations"]) > 0 for one in trace["guard"]] == [True, True]


def test_a_corrected_draft_is_said(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    understood(claude, wants="question")
    responds(claude, "It costs 550.", f"It costs {price_of(salon.manicure)}.")
    assert talk.say("how much is a manicure?") == "It costs 600 UAH."


def test_the_price_of_another_service_never_reaches_the_client(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wants="question")
    wrong = f"A manicure costs {price_of(salon.pedicure)}."
    responds(claude, wrong, f"A manicure costs {price_of(salon.manicure)}.")
    objects(claude, "A manicure costs 800 UAH", "that is the price of a pedicure")
    assert talk.say("how much is a manicure?") == "A manicure costs 600 UAH."
    first, second = Turn.objects.get().trace["guard"]
    assert [one["kind"] for one in first["violations"]] == ["unsupported"]
    assert second["violations"] == []
    asked = bodies(claude, "check")[0]["messages"][-1]["content"][0]["text"]
    assert "A manicure costs 800 UAH." in asked


def test_the_own_price_of_a_specialist_may_be_told(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    Offering.objects.filter(specialist=salon.olga, service=salon.haircut).update(price=Decimal(950))
    understood(claude, wants="question")
    responds(claude, f"A haircut by Olga costs {price_of(salon.haircut, salon.olga)}.")
    assert talk.say("how much is a haircut by Olga?") == "A haircut by Olga costs 950 UAH."


def test_a_total_is_summed_by_code(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    both = f"{price_of(salon.manicure)[:-1]}+{price_of(salon.pedicure)[1:]}"
    understood(claude, wants="question")
    responds(claude, "They cost 1500 together.", f"They cost {both} together.")
    assert talk.say("how much are a manicure and a pedicure?") == "They cost 1400 UAH together."


def test_what_a_visit_was_booked_for_may_be_told_after_the_price_rose(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    visit = booked(salon, talk)
    salon.manicure.price = Decimal(650)
    salon.manicure.save()
    understood(claude, wants="question")
    responds(claude, f"Your manicure costs {{v{visit.pk}.price}}, as agreed.")
    assert talk.say("how much will my manicure be?") == "Your manicure costs 600 UAH, as agreed."
    assert '"price":"600 UAH"' in str(bodies(claude, "respond")[0]["messages"])


def test_a_person_is_called_and_the_bot_is_quiet(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    understood(claude, wants="human")
    assert "administrator" in talk.say("I want to talk to a person")
    dialogue = Dialogue.objects.get()
    assert dialogue.mode == "human"
    assert StaffTask.objects.get().kind == "human"
    assert Turn.objects.get().outcome == "handed_off"
    assert talk.say("hello?") == ""


def test_an_unanswerable_question_becomes_a_task(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    understood(claude, wants="question")
    responds(claude, {"ask_human": {"reason": "Is there parking?"}}, "A colleague will answer you.")
    assert talk.say("is there parking?") == "A colleague will answer you."
    task = StaffTask.objects.get()
    assert task.kind == "question"
    assert "Is there parking?" in task.reason
    assert Dialogue.objects.get().mode == "bot"


def test_a_burst_gets_one_reply(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    talk.write("hi")
    talk.write("manicure")
    understood(claude, book=[salon.manicure.pk])
    responds(claude, "Which day would you like?")
    assert talk.say("please") == "Which day would you like?"
    assert Message.objects.filter(direction="out").count() == 1
    turn = Turn.objects.get()
    assert Message.objects.filter(direction="in", turn_id=turn.pk).count() == 3


def test_a_start_is_greeted_without_a_call(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    reply = talk.say("/start", kind="start")
    assert reply.startswith("Hello! This is the virtual assistant of")
    assert bodies(claude) == []


@pytest.mark.parametrize("payload", ["from_instagram", "price", "wizyta", "запис", "так"])
def test_the_payload_of_a_start_is_nothing_the_client_said(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, payload: str
) -> None:
    with_payload = talk.say(f"/start {payload}", kind="start", media={"payload": payload})
    assert with_payload == talk.say("/start", kind="start")
    assert {turn.language for turn in Turn.objects.all()} == {salon.project.language}
    assert bodies(claude) == []


@pytest.mark.parametrize(("kind", "words"), [("voice", "voice and video"), ("sticker", "could not be read")])
def test_what_nobody_can_read_gets_an_honest_word(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, kind: str, words: str
) -> None:
    assert words in talk.say("", kind=kind, media={"file_id": "f"})
    assert bodies(claude) == []


def test_a_photo_is_shown_to_the_model_and_kept_on_the_visit(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    url = "https://cdn.example.com/nails.jpg"
    wishes(claude, salon)
    responds(claude, make_booking(salon.manicure.pk, f"{salon.day()}T15:00"), "What a lovely colour!")
    talk.say("like this, tomorrow at 15:00", kind="photo", media={"url": url})
    said, known = bodies(claude, "respond")[0]["messages"][-2:]
    assert {"type": "image", "source": {"type": "url", "url": url}} in said["content"]
    assert known["role"] == "system"
    talk.say("yes")
    assert salon.visits()[0].photo_url == url


def test_a_short_rate_limit_puts_the_turn_off(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    for _ in range(3):
        claude.script.add(Rule(status=429, headers={"retry-after": "5"}))
    talk.write("hi")
    run_due("dialogue.due")
    task = Task.objects.get(topic="dialogue.due")
    assert task.state == "waiting"
    assert 3 < (task.due_at - timezone.now()).total_seconds() < 8
    assert Message.objects.filter(direction="out").count() == 0
    assert Turn.objects.get().outcome == "discarded"


def test_a_long_rate_limit_brings_the_menus(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    claude.script.add(Rule(status=429, headers={"retry-after": "3600"}, times=None))
    reply = talk.say("hi")
    assert "1." in reply
    turn = Turn.objects.get()
    assert (turn.mode, turn.outcome) == ("guided", "replied")


def test_without_a_key_the_menus_answer(settings: Settings, salon: SalonRows, talk: Talk) -> None:
    settings.CLAUDE_API_KEYS = []
    assert "1." in talk.say("hi")
    assert Turn.objects.get().mode == "guided"


def test_a_spent_budget_brings_the_menus(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    change_settings(salon.project, monthly_budget_usd=0)
    assert "1." in talk.say("hi")
    assert bodies(claude) == []
    assert GuidedState.objects.count() <= 1


def test_a_lane_that_always_fails_ends_with_a_person(
    settings: Settings, salon: SalonRows, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**values: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("ai.turn.handler.read_salon", broken)
    talk.write("hi")
    for _ in range(5):
        Task.objects.filter(topic="dialogue.due", state="waiting").update(due_at=timezone.now())
        run_due("dialogue.due")
    assert Task.objects.filter(topic="dialogue.due", state="dead").count() == 1
    assert (
        talk.deliver()
        == "Thank you for your message! Our administrator will answer here as soon as possible."
    )
    message = Message.objects.get(direction="in")
    assert message.state == "skipped"
    assert "RuntimeError" in message.note
    assert StaffTask.objects.get().kind == "failure"


def test_the_cached_prefix_is_the_same_for_every_client_and_turn(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    other = Talk(salon, contact_id="c-2", name="Iryna")
    for person in (talk, other, talk):
        understood(claude, wants="smalltalk")
        responds(claude, "Hello!")
        person.say("hello there")
    for kind in ("understand", "respond"):
        seen = [(body["system"], body.get("tools")) for body in bodies(claude, kind)]
        assert len(seen) == 3
        assert seen[0] == seen[1] == seen[2]
