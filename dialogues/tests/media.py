"""A client who sends photos and recordings, and the rows that become of them."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.sendpulse import events as sendpulse_events
from botbackend.workshop.sandbox.sendpulse.contacts import INCOMING
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from dialogues.models import Attachment, Dialogue
from dialogues.tests.steps import receive


def sends(sendpulse: SendPulseStandIn, *, contact: str = "olena", **said: Any) -> None:
    """The client sends something: `photo="caption"` or `voice=7` and the like; its event is handled.

    `content` gives the bytes, `by="address"` names them by SendPulse's address.
    """
    receive([event_of(sendpulse, contact=contact, **said)])


def event_of(sendpulse: SendPulseStandIn, *, contact: str = "olena", **said: Any) -> dict[str, Any]:
    """The event of such a message, as SendPulse would post it."""
    if "content" in said:
        said["content"] = base64.b64encode(said["content"]).decode()
    person = sendpulse.contacts.find_or_create({"contact": contact}, sendpulse.now())
    content = sendpulse_events.telegram_content(said)
    sendpulse.files.fill(content, said, sendpulse.url)
    message = sendpulse.contacts.add_message(person, INCOMING, content, sendpulse.now())
    return sendpulse_events.incoming(person, message)


def fetch() -> Attachment:
    """Run the fetches that are due now; returns the one attachment."""
    run_due(topics.ATTACHMENT_EXPECTED)
    return only_attachment()


def fetch_whatever_it_takes() -> Attachment:
    """Run the fetches and all their retries."""
    run_due(topics.ATTACHMENT_EXPECTED, ignore_due=True)
    return only_attachment()


def only_attachment() -> Attachment:
    """The one attachment there is."""
    return Attachment.objects.select_related("message__dialogue").get()


def due_at(dialogue: Dialogue) -> datetime:
    """When the lane's turn is due."""
    return Task.objects.get(topic=topics.DIALOGUE_DUE, key=str(dialogue.pk), state="waiting").due_at


@contextmanager
def faulty(stand_in: Any, **fault: Any) -> Iterator[None]:
    """Let requests to a stand-in fail as described."""
    stand_in.faults.set([fault])
    yield
    stand_in.faults.set([])
