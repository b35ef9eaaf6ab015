"""What tests do again and again: post events, run what is due, look at the outcome."""

import json
from pathlib import Path
from typing import Any

from django.test import Client

from botbackend.outbox.testing import run_due
from dialogues import topics
from dialogues.models import Dialogue, Message
from dialogues.tests.factories import SECRET

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> Any:
    """A captured or guessed body, as SendPulse would post it."""
    return json.loads((FIXTURES / f"{name}.json").read_text())


def receive(*bodies: Any) -> list[dict[str, int]]:
    """POST each body and let its events be handled; returns the answers."""
    answers = []
    for body in bodies:
        response = Client().post(
            f"/webhook/sendpulse/{SECRET}", json.dumps(body), content_type="application/json"
        )
        assert response.status_code == 200, response.content
        answers.append(json.loads(response.content))
    run_due(topics.EVENT_RECEIVED)
    return answers


def deliver() -> int:
    """Run the deliveries that are due now."""
    return run_due(topics.MESSAGE_QUEUED)


def only_message() -> Message:
    """The one message there is."""
    return Message.objects.get()


def only_dialogue() -> Dialogue:
    """The one dialogue there is."""
    return Dialogue.objects.select_related("client", "project").get()


def states(direction: str = "out") -> list[str]:
    """The states of the messages of one direction, oldest first."""
    return list(Message.objects.filter(direction=direction).order_by("pk").values_list("state", flat=True))
