"""A photo and a voice message on their whole way: event, fetch, transcriber, Claude, reply at SendPulse."""

import pytest
from pytest_django import Settings

from ai.models import Turn
from ai.tests.factories import SalonRows, bodies, responds, understood
from botbackend.outbox import registry
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.sendpulse.media import VOICE
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from botbackend.workshop.sandbox.transcriber import TranscriberStandIn
from dialogues import topics
from dialogues.models import Attachment, Message
from dialogues.tests.factories import BOT_ID, SECRET
from dialogues.tests.media import sends

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _turns_are_loaded() -> None:
    """Importing the SDK takes seconds, which no transaction of a test should stay open for."""
    registry.preload("turns")


@pytest.fixture
def salon() -> SalonRows:
    return SalonRows(
        language="en",
        sendpulse_bot_id=BOT_ID,
        sendpulse_client_id="sp_id_demo",
        sendpulse_client_secret="sp_sk_demo",
        webhook_secret=SECRET,
    )


def answers(sendpulse: SendPulseStandIn) -> list[str]:
    """Fetch, answer and deliver what is due; returns what the client got."""
    run_due(topics.ATTACHMENT_EXPECTED)
    run_due(topics.DIALOGUE_DUE, ignore_due=True)
    run_due(topics.MESSAGE_QUEUED, ignore_due=True)
    (client,) = sendpulse.contacts.all()
    return [message.text for message in client.messages if message.sender == "bot"]


def test_a_photo_and_a_spoken_question_get_one_reply(
    salon: SalonRows, sendpulse: SendPulseStandIn, transcriber: TranscriberStandIn, claude: ClaudeStandIn
) -> None:
    transcriber.words = "Do you do this colour?"
    understood(claude, wants="question")
    responds(claude, "Yes, we do.")
    sends(sendpulse, photo=True)
    sends(sendpulse, voice=4)
    assert answers(sendpulse) == ["Yes, we do."]
    blocks = bodies(claude, "respond")[0]["messages"][-2]["content"]
    assert [block["type"] for block in blocks[-2:]] == ["image", "text"]
    assert blocks[-1]["text"] == "[photo]\n[voice, heard] Do you do this colour?"
    assert [row.state for row in Attachment.objects.all()] == ["done", "done"]
    voice = Message.objects.get(kind="voice")
    turn = Turn.objects.get()
    assert (voice.turn_id, turn.trace and turn.trace["heard"]) == (turn.pk, [voice.pk])


def test_what_was_not_heard_in_time_is_answered_honestly_once(
    salon: SalonRows,
    sendpulse: SendPulseStandIn,
    transcriber: TranscriberStandIn,
    claude: ClaudeStandIn,
    settings: Settings,
) -> None:
    settings.MEDIA_WAIT_SECONDS = 0
    transcriber.faults.set([{"kind": "status", "status": 503}])
    sends(sendpulse, voice=4)
    (told,) = answers(sendpulse)
    assert "cannot be played here" in told
    transcriber.faults.set([])
    run_due(topics.ATTACHMENT_EXPECTED, ignore_due=True)
    assert answers(sendpulse) == [told]
    row = Attachment.objects.get()
    assert (row.heard, row.content) == (transcriber.words, VOICE)
    assert Message.objects.get(kind="voice").text == ""
    assert bodies(claude) == []
