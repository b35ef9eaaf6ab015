"""When the chaos run may judge: not before every message had its time."""

import pytest

from ai.models import Turn
from bookings.models import Client
from bookings.tests.factories import make_project
from botbackend.workshop.chaos.verdict import Crowd, _is_quiet
from dialogues.models import Dialogue, Message
from dialogues.tests.factories import make_incoming

pytestmark = pytest.mark.django_db


def make_said() -> tuple[Message, Crowd]:
    """A message whose lane still waits for more of its burst: no task is due, none runs."""
    project = make_project()
    client = Client.objects.create(project=project, contact_id="c-1")
    dialogue = Dialogue.objects.create(project=project, client=client)
    message = make_incoming(dialogue, "hello", external_id="m-1")
    return message, Crowd(["m-1"], ["c-1"], "http://127.0.0.1:1", patience=0)


def test_it_is_not_quiet_while_a_message_waits_for_the_rest_of_its_burst() -> None:
    message, crowd = make_said()
    assert not _is_quiet(crowd)
    turn = Turn.objects.create(project=message.project, dialogue=message.dialogue)
    Message.objects.filter(pk=message.pk).update(turn_id=turn.pk)
    assert _is_quiet(crowd)


def test_a_skipped_message_counts_once_it_says_why() -> None:
    message, crowd = make_said()
    Message.objects.filter(pk=message.pk).update(state=Message.State.SKIPPED)
    assert not _is_quiet(crowd)
    Message.objects.filter(pk=message.pk).update(note="a ceiling was reached")
    assert _is_quiet(crowd)


def test_a_skipped_message_of_a_handed_off_talk_is_counted_once() -> None:
    message, crowd = make_said()
    Dialogue.objects.filter(pk=message.dialogue_id).update(mode=Dialogue.Mode.HUMAN)
    assert _is_quiet(crowd)
    Message.objects.filter(pk=message.pk).update(state=Message.State.SKIPPED, note="a ceiling was reached")
    assert _is_quiet(crowd)


def test_a_message_that_is_not_stored_keeps_it_from_being_quiet() -> None:
    _, crowd = make_said()
    assert not _is_quiet(Crowd([*crowd.said, "m-2"], crowd.contacts, crowd.sendpulse_url, patience=0))
