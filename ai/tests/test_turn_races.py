"""What happens while Claude thinks: the client writes on, staff step in, others book, leases are lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from ai.models import Proposal, Turn
from ai.tests.factories import SalonRows, Talk, make_booking, responds, understood
from bookings.models import Booking
from bookings.operations import activate_booking
from bookings.values import Item, Origin, VisitRequest
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Message
from dialogues.staff.handoff import reply_as_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon() -> SalonRows:
    return SalonRows(language="en", work_end_minute=21 * 60)


@pytest.fixture
def talk(salon: SalonRows) -> Talk:
    return Talk(salon)


def meanwhile(claude: ClaudeStandIn, happens: Callable[[], object], text: str) -> None:
    """Answer the next respond call with a text, after something happened elsewhere."""

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        try:
            happens()
        finally:
            connection.close()  # this is a thread of the stand-in
        return {"text": text}

    claude.script.add(Rule(when={"kind": "respond"}, call=answer))


def replies() -> list[str]:
    return [message.text for message in Message.objects.filter(direction="out").order_by("pk")]


def test_a_draft_is_dropped_when_the_client_writes_on(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wants="smalltalk")
    meanwhile(claude, lambda: talk.write("manicure please"), "Hello!")
    understood(claude, book=[salon.manicure.pk])
    responds(claude, "Which day would you like?")
    assert talk.say("hi") == "Which day would you like?"
    assert list(Turn.objects.order_by("pk").values_list("outcome", flat=True)) == ["discarded", "replied"]
    assert Message.objects.filter(direction="in", turn_id=Turn.objects.latest("pk").pk).count() == 2


def test_a_client_who_never_stops_writing_is_answered_after_two_drafts(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    for number in range(3):
        understood(claude, wants="smalltalk")
        meanwhile(claude, lambda: talk.write("and more"), f"Hello {'again ' * number}!")
    understood(claude, wants="smalltalk")
    responds(claude, "Here I am.")
    talk.say("hi")
    outcomes = list(Turn.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["discarded", "discarded", "replied", "replied"]
    assert Message.objects.filter(direction="in", turn_id__isnull=True).count() == 0


def test_a_person_who_answers_first_silences_the_draft(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    understood(claude, wants="smalltalk")
    meanwhile(
        claude,
        lambda: reply_as_staff(dialogue_id=talk.dialogue.pk, text="I am here", who="Iryna"),
        "Hello!",
    )
    talk.write("hi")
    run_due("dialogue.due")
    assert replies() == ["I am here"]
    assert Turn.objects.get().outcome == "skipped"
    assert Message.objects.get(direction="in").note == "answered by a person"


def test_a_slot_that_is_taken_meanwhile_becomes_an_offer_of_others(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    other = Talk(salon, contact_id="c-2", name="Iryna")
    day, item = salon.day(), Item(salon.manicure.pk, salon.anna.pk, salon.at("15:00"))
    understood(claude, book=[salon.manicure.pk], day=day, time_from="15:00", exact=True, to_answer=True)
    responds(claude, make_booking(salon.manicure.pk, f"{day}T15:00"))
    staff = Origin(source=Booking.Source.ADMIN, for_staff=True)
    meanwhile(
        claude,
        lambda: activate_booking(
            request=VisitRequest(project=salon.project, client=other.client, items=[item], origin=staff)
        ),
        "Wonderful.",
    )
    reply = talk.say("could I have a manicure tomorrow at 15:00?")
    assert reply.startswith("Sorry, this time is already taken.\nThe nearest free times:")
    assert [visit.client for visit in salon.visits()] == [other.client]
    assert Proposal.objects.count() == 0
    assert Booking.objects.filter(status="held").count() == 0


def test_a_turn_whose_lease_was_lost_writes_nothing(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    def another_worker_takes_the_lane() -> None:
        Task.objects.filter(topic="dialogue.due").update(lease_token=99)

    understood(claude, wants="smalltalk")
    meanwhile(claude, another_worker_takes_the_lane, "Hello!")
    talk.write("hi")
    run_due("dialogue.due")
    assert replies() == []
    assert Message.objects.get().turn_id is None
    # The other worker dies, its lease lapses, and the message is answered after all.
    Task.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    understood(claude, wants="smalltalk")
    responds(claude, "Hello at last.")
    assert talk.answer() == "Hello at last."
    outcomes = list(Turn.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["failed", "replied"]
