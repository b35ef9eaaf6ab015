"""The emergency stop, and what the bot has queued when it is pulled: judged by what SendPulse received."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from ai.models import AssistantSettings
from ai.salon.permissions import resume, stop
from botbackend.outbox.models import Task
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues.flow.requests import look
from dialogues.models import Dialogue, Message, StaffTask, SyncRequest
from dialogues.outbound.holding import HELD_TOO_LONG, LONGEST
from dialogues.outbound.messages import say
from dialogues.staff.handoff import reply_as_staff
from dialogues.staff.resends import send_again
from dialogues.tests.factories import make_dialogue, make_project
from dialogues.tests.steps import deliver, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def dialogue(sendpulse: SendPulseStandIn) -> Dialogue:
    sendpulse.people.client_says({"contact": "olena", "text": "hello"})
    (contact,) = sendpulse.contacts.all()
    return make_dialogue(contact_id=contact.id)


def received(sendpulse: SendPulseStandIn) -> list[str]:
    (contact,) = sendpulse.contacts.all()
    return [message.text for message in contact.messages if message.direction == OUTGOING]


def pull(dialogue: Dialogue) -> None:
    assert stop(project=dialogue.project, who="Iryna")


def test_what_is_queued_waits_for_the_end_of_the_stop(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    say(dialogue=dialogue, texts=["one", "two"], turn_id=1)
    pull(dialogue)
    deliver()
    deliver()
    assert received(sendpulse) == []
    assert states() == ["queued", "queued"]
    resume(project=dialogue.project)
    deliver()
    assert received(sendpulse) == ["one", "two"]
    assert states() == ["sent", "sent"]
    assert not StaffTask.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_stop_between_two_texts_of_one_reply_holds_the_second(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    slow = {"kind": "delay", "match": {"path": "/telegram/contacts/send$"}, "seconds": 1.0, "times": 1}
    sendpulse.faults.set([slow])
    say(dialogue=dialogue, texts=["one", "two"], turn_id=1)

    def run() -> None:
        deliver()
        connection.close()

    worker = Thread(target=run)
    worker.start()
    wait_until(lambda: Message.objects.filter(state="sending").exists(), seconds=10)
    pull(dialogue)
    worker.join()
    assert received(sendpulse) == ["one"]
    assert states() == ["sent", "queued"]


def test_a_flow_that_waits_for_the_reply_gets_no_word_of_a_stopped_bot(dialogue: Dialogue) -> None:
    request = SyncRequest.objects.create(
        project=dialogue.project,
        contact_id=dialogue.client.contact_id,
        fingerprint="f",
        expires_at=timezone.now() + timedelta(seconds=30),
    )
    say(dialogue=dialogue, texts=["by the bot"], turn_id=1)
    pull(dialogue)
    assert look(request.pk, is_over=False).state == SyncRequest.State.WAITING
    reply_as_staff(dialogue_id=dialogue.pk, text="by a person", who="Iryna")
    assert look(request.pk, is_over=False).answer == "by a person"


def test_what_people_write_order_or_repeat_goes_out_and_so_do_alerts(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    (lost,) = say(dialogue=dialogue, texts=["see you at five"], turn_id=1)
    Message.objects.filter(pk=lost.pk).update(state="failed")
    say(dialogue=dialogue, texts=["by the bot"], turn_id=2)
    pull(dialogue)
    say(dialogue=dialogue, texts=["you are booked"], written_by="Iryna")
    say(dialogue=dialogue, texts=["a task"], kind="alert", media={"staff_task": 1})
    reply_as_staff(dialogue_id=dialogue.pk, text="by a person", who="Iryna")
    send_again(message_id=lost.pk, who="Iryna")
    deliver()
    assert received(sendpulse) == ["you are booked", "a task", "by a person", "see you at five"]


def test_what_waited_too_long_is_dropped_and_left_to_people(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    say(dialogue=dialogue, texts=["Tomorrow at five is free."], turn_id=1)
    pull(dialogue)
    deliver()
    with time_machine.travel(timezone.now() + LONGEST + timedelta(seconds=1)):
        deliver()
        (message,) = Message.objects.all()
        assert (message.state, message.note) == ("failed", HELD_TOO_LONG)
        (task,) = StaffTask.objects.all()
        assert task.kind == "undelivered"
        assert "Tomorrow at five is free." in task.reason
        resume(project=dialogue.project)
        deliver()
    assert received(sendpulse) == []


def test_the_end_of_a_stop_is_due_by_itself(dialogue: Dialogue) -> None:
    say(dialogue=dialogue, texts=["one"], turn_id=1)
    pull(dialogue)
    deliver()
    task = Task.objects.get(topic="message.queued")
    wait = (task.due_at - timezone.now()).total_seconds()
    assert LONGEST.total_seconds() - 60 < wait <= LONGEST.total_seconds()
    assert task.attempts == 0


def test_another_salons_bot_goes_on(sendpulse: SendPulseStandIn, dialogue: Dialogue) -> None:
    other = make_dialogue(project=make_project(sendpulse_bot_id="b"), contact_id="b" * 24)
    AssistantSettings.objects.create(project=other.project, stopped_at=timezone.now())
    say(dialogue=dialogue, texts=["one"], turn_id=1)
    deliver()
    assert received(sendpulse) == ["one"]
