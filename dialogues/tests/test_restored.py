"""After a backup was put back clients hear nothing twice: texts are looked up, talks left to people."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import restored, topics
from dialogues.models import Dialogue, InboundEvent, Message, StaffTask
from dialogues.outbound.messages import say
from dialogues.tests.factories import SECRET, make_dialogue, make_event, make_incoming, make_project
from dialogues.tests.steps import deliver, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def dialogue(sendpulse: SendPulseStandIn) -> Dialogue:
    """A client whom the stand-in knows."""
    sendpulse.people.client_says({"contact": "olena", "text": "hello"})
    (contact,) = sendpulse.contacts.all()
    return make_dialogue(contact_id=contact.id)


def seen(sendpulse: SendPulseStandIn) -> list[str]:
    """The texts before the client's eyes."""
    (contact,) = sendpulse.contacts.all()
    return [message.text for message in contact.messages if message.direction == OUTGOING]


def deliver_after(seconds: float) -> None:
    """Deliver as if so many seconds had passed since the restore."""
    Task.objects.filter(state=Task.State.WAITING).update(due_at=timezone.now())
    Message.objects.exclude(sending_at=None).update(sending_at=timezone.now() - timedelta(seconds=seconds))
    deliver()


def test_a_text_that_went_out_after_the_backup_is_found_and_not_said_again(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    [message] = say(dialogue=dialogue, texts=["Tomorrow at ten?"])
    deliver()
    Message.objects.filter(pk=message.pk).update(state="queued", external_id="", sending_at=None, attempts=0)
    assert restored.doubt_texts() == 1  # as it was in the backup
    deliver_after(4)
    assert (seen(sendpulse), states()) == (["Tomorrow at ten?"], ["sent"])
    assert not StaffTask.objects.exists()


def test_a_text_that_nobody_finds_is_for_a_person_to_send(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    say(dialogue=dialogue, texts=["Tomorrow at ten?"])
    restored.doubt_texts()
    for seconds in (4, 15, 40, 700):
        deliver_after(seconds)
    assert seen(sendpulse) == []
    [task] = StaffTask.objects.all()
    assert (task.kind, task.message_id) == ("uncertain", Message.objects.get(direction="out").pk)


def test_a_message_that_may_have_been_answered_since_is_left_to_people_with_its_words(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    make_incoming(dialogue, "Is there a time tomorrow?")
    assert restored.leave_talks_to_people() == 1
    [task] = StaffTask.objects.all()
    assert (task.kind, task.dialogue) == ("restored", dialogue)
    assert "> Is there a time tomorrow?" in task.reason
    run_due(topics.DIALOGUE_DUE)
    assert (states("in"), seen(sendpulse)) == (["skipped"], [])


def test_an_event_that_nobody_had_handled_is_kept_as_a_message_and_answered_by_people() -> None:
    make_project()
    body = make_event(text="I would like a manicure")
    Client().post(f"/webhook/sendpulse/{SECRET}", json.dumps(body), content_type="application/json")
    assert InboundEvent.objects.get().state == InboundEvent.State.NEW
    restored.leave_talks_to_people()
    assert InboundEvent.objects.get().state == InboundEvent.State.DONE
    assert (states("in"), StaffTask.objects.get().kind) == (["skipped"], "restored")


def test_a_second_run_tells_nobody_twice(dialogue: Dialogue) -> None:
    made_at = datetime(2026, 11, 30, 2, 40, tzinfo=UTC)
    make_incoming(dialogue)
    for _ in range(2):
        restored.leave_talks_to_people()
        restored.tell_salons(made_at=made_at)
    talk, salon = StaffTask.objects.order_by("pk")
    assert (talk.dialogue, salon.dialogue) == (dialogue, None)
    assert "30.11.2026 04:40" in salon.reason  # on the salon's clock
