"""One client's chat in this process: real intake, real claims, real delivery to the stand-in."""

import json
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bookings.models import Client
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.evaluation.clock import Clock
from botbackend.workshop.evaluation.outside import Outside
from botbackend.workshop.sandbox.sendpulse import events
from botbackend.workshop.sandbox.sendpulse.contacts import INCOMING, Contact
from dialogues import topics
from dialogues.inbound.credentials import Presented
from dialogues.inbound.webhook import receive
from dialogues.models import Dialogue, InboundEvent, Message
from projects.models import Project

PATIENCE = timedelta(seconds=90)  # a turn put off for longer is not waited for
_ROUNDS = 8


class Chat:
    """Writes as the client does and lets the bot answer; `posted` is all that went through the webhook."""

    def __init__(
        self,
        *,
        project: Project,
        client: Client,
        contact: Contact,
        secret: str,
        outside: Outside,
        clock: Clock,
    ) -> None:
        self.project = project
        self.client = client
        self.contact = contact
        self.outside = outside
        self.clock = clock
        self.posted: list[bytes] = []
        self._secret = secret

    @property
    def dialogue(self) -> Dialogue | None:
        return Dialogue.objects.select_related("project", "client").filter(client=self.client).first()

    def write(self, contents: Sequence[dict[str, Any]], between: timedelta) -> list[int]:
        """Send messages one after the other; returns the ids of their rows."""
        last = self.newest()
        for number, said in enumerate(contents):
            if number:
                self.clock.pass_time(between)
            message = self.outside.sendpulse.contacts.add_message(
                self.contact, INCOMING, events.telegram_content(said), time.time()
            )
            self.post(events.incoming(self.contact, message))
        incoming = Message.objects.filter(dialogue__client=self.client, direction="in", pk__gt=last)
        return list(incoming.order_by("pk").values_list("pk", flat=True))

    def post(self, event: dict[str, Any]) -> None:
        """Hand an event in as the webhook does, and let its task run.

        PostgreSQL stamps events with its own clock, which knows nothing of the scenario's.
        """
        body = json.dumps([event]).encode()
        self.posted.append(body)
        receive(Presented(secrets=(self._secret,), signature="", body=body))
        now = timezone.now()
        InboundEvent.objects.filter(project=self.project, state="new").update(received_at=now)
        Task.objects.filter(project=self.project, topic=topics.EVENT_RECEIVED).update(due_at=now)
        run_due(topics.EVENT_RECEIVED)

    def newest(self) -> int:
        """Return the id of the newest message of either side, 0 before the first."""
        newest = Message.objects.filter(dialogue__client=self.client).order_by("-pk").first()
        return newest.pk if newest else 0

    def replies_since(self, message: int) -> list[Message]:
        """Return what the bot wrote after that message."""
        said = Message.objects.filter(
            dialogue__client=self.client, direction="out", author="bot", pk__gt=message
        )
        return list(said.order_by("pk"))

    def let_answer(self) -> float:
        """Run the turns that fall due soon, moving the clock to each; then deliver. Returns their seconds."""
        seconds = 0.0
        for _ in range(_ROUNDS):
            due = self._next_due()
            if due is None:
                break
            self.clock.reach(due)
            began = time.perf_counter()
            run_due(topics.DIALOGUE_DUE, patience=self.outside.patience)
            seconds += time.perf_counter() - began
        for topic in ("booking.changed", topics.MESSAGE_QUEUED, topics.PAUSE_CHANGED):
            run_due(topic)
        return seconds

    def _next_due(self) -> datetime | None:
        dialogue = self.dialogue
        if dialogue is None:
            return None
        task = Task.objects.filter(
            topic=topics.DIALOGUE_DUE, key=str(dialogue.pk), state=Task.State.WAITING
        ).first()
        return task.due_at if task is not None and task.due_at <= timezone.now() + PATIENCE else None
