"""Plays a client's messages in this process: real intake, real claims, real delivery to the stand-in."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from ai.models import Turn
from bookings.operations import reject_booking
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.evaluation import script
from botbackend.workshop.evaluation.clock import Clock
from botbackend.workshop.evaluation.outside import Outside, configured
from botbackend.workshop.evaluation.rows import Row, booked_rows
from botbackend.workshop.evaluation.scenario import Happening, Scenario, Step
from botbackend.workshop.evaluation.world import STAFF, World, build_world
from botbackend.workshop.sandbox import sendpulse_events as events
from botbackend.workshop.sandbox.sendpulse_contacts import BLOCKED, INCOMING, OUTGOING
from dialogues import topics
from dialogues.inbound.credentials import Presented
from dialogues.inbound.webhook import receive
from dialogues.models import Dialogue, InboundEvent, Message

OPERATOR = {"id": "op-1", "firstname": "Марина", "lastname": "Адміністратор", "email": "m@salon.example"}
PATIENCE = timedelta(seconds=90)  # a turn put off for longer is not waited for
_ROUNDS = 8
_MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": True},
    "voice": {"voice": True},
    "sticker": {"sticker": "👍"},
    "video": {"video": True},
    "start": {"start": True},
}


class Broken(RuntimeError):
    """The evaluation itself failed (a stand-in's bug, a malformed request): no verdict on the scenario."""


@dataclass
class Exchange:
    """One step of a talk and what came of it."""

    step: Step
    before: dict[int, Row]
    after: dict[int, Row] = field(default_factory=dict)
    bursts: list[list[int]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    own_changes: set[int] = field(default_factory=set)
    mismatches: list[str] = field(default_factory=list)
    seconds: float = 0.0
    at: datetime = field(default_factory=timezone.now)

    @property
    def text(self) -> str:
        """Everything the client got to read in this step."""
        return "\n".join(message.text for message in self.messages)


class Conversation:
    """One talk of one client; `exchanges` is what was played so far."""

    def __init__(self, world: World, outside: Outside, clock: Clock) -> None:
        self.world = world
        self.outside = outside
        self.clock = clock
        self.exchanges: list[Exchange] = []
        self.posted: list[bytes] = []

    @classmethod
    def begin(cls, scenario: Scenario, outside: Outside, clock: Clock) -> "Conversation":
        """Build the scenario's world and stand before its first step."""
        return cls(build_world(scenario, outside), outside, clock)

    @property
    def dialogue(self) -> Dialogue | None:
        return Dialogue.objects.select_related("project", "client").filter(client=self.world.client).first()

    def play(self, step: Step) -> Exchange:
        """Play one step to its end: every due turn ran, every reply was delivered."""
        self.clock.pass_time(step.wait)
        exchange = Exchange(step, before=booked_rows(self.world.project))
        last = self._last_message()
        turns = set(Turn.objects.filter(project=self.world.project).values_list("pk", flat=True))
        self.exchanges.append(exchange)
        if step.happens is not None:
            self._happen(step.happens, exchange)
        else:
            exchange.bursts.append(self._say(step.say, step.send, step.between))
        self._answer(step, exchange)
        exchange.after = booked_rows(self.world.project)
        exchange.messages = list(
            Message.objects.filter(
                dialogue__client=self.world.client, direction="out", author="bot", pk__gt=last
            ).order_by("pk")
        )
        exchange.turns = list(
            Turn.objects.filter(project=self.world.project).exclude(pk__in=turns).order_by("pk")
        )
        return exchange

    # The client
    def _say(self, texts: list[str], send: str | None, between: timedelta) -> list[int]:
        last = self._last_message()
        contents = [{"text": text} for text in texts] or [_MEDIA[send or "start"]]
        for number, said in enumerate(contents):
            if number:
                self.clock.pass_time(between)
            content = events.telegram_content(said)
            message = self.outside.sendpulse.contacts.add_message(
                self.world.contact, INCOMING, content, time.time()
            )
            self._post(events.incoming(self.world.contact, message))
        incoming = Message.objects.filter(dialogue__client=self.world.client, direction="in", pk__gt=last)
        return list(incoming.order_by("pk").values_list("pk", flat=True))

    def _post(self, event: dict[str, Any]) -> None:
        """Hand an event in as the webhook does, and let its task run.

        PostgreSQL stamps events with its own clock, which knows nothing of the scenario's.
        """
        body = json.dumps([event]).encode()
        self.posted.append(body)
        receive(Presented(secrets=(self.world.secret,), signature="", body=body))
        now = timezone.now()
        project = self.world.project
        InboundEvent.objects.filter(project=project, state="new").update(received_at=now)
        Task.objects.filter(project=project, topic=topics.EVENT_RECEIVED).update(due_at=now)
        run_due(topics.EVENT_RECEIVED)

    def _last_message(self) -> int:
        newest = Message.objects.filter(dialogue__client=self.world.client).order_by("-pk").first()
        return newest.pk if newest else 0

    # Beside the chat
    def _happen(self, happening: Happening, exchange: Exchange) -> None:
        world, contacts = self.world, self.outside.sendpulse.contacts
        if happening.books is not None:
            exchange.own_changes |= {row.pk for row in world.book(happening.books)}
        if happening.cancels is not None:
            row = world.find(happening.cancels)
            reject_booking(project=world.project, booking_id=row.pk, origin=STAFF)
            exchange.own_changes.add(row.pk)
        if happening.operator_writes:
            content = {"text": happening.operator_writes}
            said = contacts.add_message(world.contact, OUTGOING, content, time.time(), sent_by=OPERATOR)
            self._post(events.outgoing(world.contact, said))
        if happening.client_writes:
            exchange.bursts.append(self._say(happening.client_writes, None, timedelta(milliseconds=400)))
        if happening.client_blocks_bot:
            world.contact.status = BLOCKED
            self._post(events.envelope(world.contact, "bot_block", time.time()))
        run_due("booking.changed")

    def _meanwhile(self, happening: Happening, exchange: Exchange) -> Callable[[], None]:
        """Return what the stand-in calls in its own thread while it holds the model's answer back."""

        def happen() -> None:
            try:
                self._happen(happening, exchange)
            finally:
                connections.close_all()

        return happen

    # The bot
    def _answer(self, step: Step, exchange: Exchange) -> None:
        during = self._meanwhile(step.during, exchange) if step.during else None
        with self._scripted(exchange, during):
            if step.model == "away":
                with configured(CLAUDE_API_KEYS=[]):
                    self._run_lane(exchange)
            else:
                self._run_lane(exchange)
        found = self.outside.bugs()
        if found:
            raise Broken(found[0])

    @contextmanager
    def _scripted(self, exchange: Exchange, during: Callable[[], None] | None) -> Iterator[None]:
        """Have the stand-in answer with the step's data; note what was asked too much or not at all."""
        claude = self.outside.claude
        if claude is None:
            yield
            return
        rules = script.rules_of(self.world, exchange.step.claude, during)
        asked = len(claude.unexpected)
        claude.script.set(rules)
        yield
        claude.script.set([])
        exchange.mismatches += [
            f"Claude was asked to {one['kind']} {one['said']}, and no data answers"
            for one in claude.unexpected[asked:]
        ]
        exchange.mismatches += [f"nobody asked for {left}" for left in script.left_of(rules)]

    def mismatches(self) -> list[str]:
        """What Claude was asked and nobody scripted, and what was scripted and nobody asked."""
        return [
            f"step {number}: {problem}"
            for number, exchange in enumerate(self.exchanges, 1)
            for problem in exchange.mismatches
        ]

    def _run_lane(self, exchange: Exchange) -> None:
        """Run the turns that fall due soon, moving the clock to each; then deliver."""
        for _ in range(_ROUNDS):
            due = self._next_due()
            if due is None:
                break
            self.clock.reach(due)
            began = time.perf_counter()
            run_due(topics.DIALOGUE_DUE, patience=self.outside.patience)
            exchange.seconds += time.perf_counter() - began
        for topic in ("booking.changed", topics.MESSAGE_QUEUED, topics.PAUSE_CHANGED):
            run_due(topic)

    def _next_due(self) -> datetime | None:
        dialogue = self.dialogue
        if dialogue is None:
            return None
        task = Task.objects.filter(
            topic=topics.DIALOGUE_DUE, key=str(dialogue.pk), state=Task.State.WAITING
        ).first()
        return task.due_at if task is not None and task.due_at <= timezone.now() + PATIENCE else None
