"""Reading ahead on the whole way: an event is posted, the client sees somebody typing, the card comes."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from ai.models import Turn
from ai.tests.factories import SalonRows, bodies, understood
from botbackend.outbox import registry
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from dialogues.tests.factories import BOT_ID, SECRET
from dialogues.tests.media import sends

pytestmark = pytest.mark.django_db

PAUSE = 30.0  # seconds; long enough for a slow machine to read ahead in


@pytest.fixture(scope="module", autouse=True)
def _turns_are_loaded() -> None:
    """Importing the SDK takes seconds, which no transaction of a test should stay open for."""
    registry.preload("turns")


def kinds(sendpulse: SendPulseStandIn) -> list[str]:
    """What was handed to the channel so far."""
    return [record.body["message"]["type"] for record in sendpulse.log.find(path="contacts/send$")]


def test_while_the_pause_runs_the_client_sees_somebody_typing_and_the_wish_is_read(
    sendpulse: SendPulseStandIn, claude: ClaudeStandIn
) -> None:
    salon = SalonRows(
        language="en",
        sendpulse_bot_id=BOT_ID,
        sendpulse_client_id="sp_id_demo",
        sendpulse_client_secret="sp_sk_demo",
        webhook_secret=SECRET,
        debounce_seconds=PAUSE,
        max_wait_seconds=PAUSE,
    )
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)
    sends(sendpulse, text="manicure tomorrow at 15:00")
    run_due(topics.DIALOGUE_PAUSING)
    assert (kinds(sendpulse), len(bodies(claude)), Turn.objects.count()) == (["action"], 1, 0)
    with time_machine.travel(timezone.now() + timedelta(seconds=PAUSE)):
        run_due(topics.DIALOGUE_DUE)
        run_due(topics.MESSAGE_QUEUED, ignore_due=True)
    assert len(bodies(claude)) == 1
    (client,) = sendpulse.contacts.all()
    assert "at 15:00, 600" in client.messages[-1].text
