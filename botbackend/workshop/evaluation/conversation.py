"""Plays a scenario's steps in a chat, with what happens beside it."""

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
from botbackend.outbox.testing import run_due
from botbackend.workshop.evaluation import script
from botbackend.workshop.evaluation.chat import Chat
from botbackend.workshop.evaluation.clock import Clock
from botbackend.workshop.evaluation.outside import Outside, configured
from botbackend.workshop.evaluation.rows import Row, booked_rows
from botbackend.workshop.evaluation.scenario import Happening, Scenario, Step
from botbackend.workshop.evaluation.world import STAFF, World, build_world
from botbackend.workshop.sandbox.sendpulse import events
from botbackend.workshop.sandbox.sendpulse.contacts import BLOCKED, OUTGOING
from dialogues.models import Message

OPERATOR = {"id": "op-1", "firstname": "Марина", "lastname": "Адміністратор", "email": "m@salon.example"}
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


class Conversation(Chat):
    """One talk of one client; `exchanges` is what was played so far."""

    def __init__(self, world: World, outside: Outside, clock: Clock) -> None:
        super().__init__(
            project=world.project,
            client=world.client,
            contact=world.contact,
            secret=world.secret,
            outside=outside,
            clock=clock,
        )
        self.world = world
        self.exchanges: list[Exchange] = []

    @classmethod
    def begin(cls, scenario: Scenario, outside: Outside, clock: Clock) -> "Conversation":
        """Build the scenario's world and stand before its first step."""
        return cls(build_world(scenario, outside), outside, clock)

    def play(self, step: Step) -> Exchange:
        """Play one step to its end: every due turn ran, every reply was delivered."""
        self.clock.pass_time(step.wait)
        exchange = Exchange(step, before=booked_rows(self.world.project))
        last = self.newest()
        turns = set(Turn.objects.filter(project=self.world.project).values_list("pk", flat=True))
        self.exchanges.append(exchange)
        if step.happens is not None:
            self._happen(step.happens, exchange)
        else:
            exchange.bursts.append(self._say(step.say, step.send, step.between))
        self._answer(step, exchange)
        exchange.after = booked_rows(self.world.project)
        exchange.messages = self.replies_since(last)
        exchange.turns = list(
            Turn.objects.filter(project=self.world.project).exclude(pk__in=turns).order_by("pk")
        )
        return exchange

    # The client
    def _say(self, texts: list[str], send: str | None, between: timedelta) -> list[int]:
        return self.write([{"text": text} for text in texts] or [_MEDIA[send or "start"]], between)

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
            self.post(events.outgoing(world.contact, said))
        if happening.client_writes:
            exchange.bursts.append(self._say(happening.client_writes, None, timedelta(milliseconds=400)))
        if happening.client_blocks_bot:
            world.contact.status = BLOCKED
            self.post(events.envelope(world.contact, "bot_block", time.time()))
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
                    exchange.seconds += self.let_answer()
            else:
                exchange.seconds += self.let_answer()
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
