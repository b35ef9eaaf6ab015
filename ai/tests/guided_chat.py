"""A client who talks to the menus: state is fed back, cards are opened as a commit would open them."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ai.facts.client import read_facts
from ai.facts.salon import read_salon
from ai.guided import guide
from ai.models import Proposal, Turn
from ai.proposals.lifecycle import close, open_new, open_proposal, snapshot
from ai.tests.voice_salon import VoiceSalon
from ai.turn.drafts import Accept, Decline, Draft, Propose, TurnContext
from bookings.models import Booking, Client
from bookings.operations import hold_slots
from bookings.tests.factories import BOT
from bookings.values import Item, VisitRequest
from dialogues.lanes import Burst
from dialogues.models import Dialogue, Message
from dialogues.tests.factories import make_incoming

_turns = itertools.count(1)


@dataclass
class Chat:
    """One client's talk in one language."""

    salon: VoiceSalon
    language: str = "uk"
    client: Client = field(init=False)
    dialogue: Dialogue = field(init=False)
    state: dict[str, Any] | None = None
    draft: Draft = field(default_factory=lambda: Draft(text=""))

    def __post_init__(self) -> None:
        self.client = self.salon.client
        self.dialogue = Dialogue.objects.create(project=self.salon.project, client=self.client)

    def say(self, *texts: str) -> str:
        """Write one burst and take the draft; returns its text."""
        messages = [make_incoming(self.dialogue, text) for text in texts]
        self.draft = self.answer(messages)
        if self.draft.guided_state is not None:
            self.state = self.draft.guided_state
        for message in messages:
            message.turn_id = next(_turns)
            message.save(update_fields=["turn_id"])
        if isinstance(self.draft.action, Propose):
            self.state = {}
        return self.draft.text

    def answer(self, messages: list[Message], *, received: datetime | None = None) -> Draft:
        """Run the menus on these messages."""
        self.salon.project.refresh_from_db()
        now = received or messages[-1].created_at
        burst = Burst(
            dialogue=self.dialogue,
            project=self.salon.project,
            client=self.client,
            messages=tuple(messages),
            last_id=messages[-1].pk,
            received_at=now,
        )
        context = TurnContext(
            project=self.salon.project,
            dialogue=self.dialogue,
            client=self.client,
            burst=burst,
            now=now,
            turn=Turn.objects.create(project=self.salon.project, dialogue=self.dialogue),
            language=self.language,
            deadline=timezone.now() + timedelta(seconds=30),
        )
        salon = read_salon(project=self.salon.project)
        facts = read_facts(context, open_proposal(dialogue=context.dialogue))
        return guide(context=context, salon=salon, facts=facts, state=self.state)

    def choose(self, label: str) -> str:
        """Send the number of the line that contains the label."""
        return self.say(self.number_of(label))

    def number_of(self, label: str) -> str:
        """Return the number that stands before the label in what was shown."""
        lines = [line for line in self.draft.text.splitlines() if label in line and line[:1].isdigit()]
        assert lines, f"no line with {label!r} in {self.draft.text!r}"
        return lines[0].split(".")[0]

    @property
    def proposed(self) -> Propose:
        """What the last draft proposes."""
        assert isinstance(self.draft.action, Propose), self.draft
        return self.draft.action

    def show_card(self) -> Proposal:
        """Open the proposal of the last draft: hold its time, store what the card shows."""
        wish = self.proposed
        ids, holds, before = list(wish.booking_ids), [], []
        close(dialogue=self.dialogue, state=Proposal.State.DEAD)
        if wish.kind == "book":
            holds = self._hold(wish.visits[0])
        elif wish.kind == "change":
            visit = Booking.objects.get(pk=ids[0])
            assert wish.start is not None
            before = [visit]
            holds = self._hold([Item(visit.service_id, wish.specialist_id, wish.start)], moving=visit)
        else:
            before = list(Booking.objects.filter(pk__in=ids))
        details = {
            "shown": snapshot(holds or before, self.salon.project),
            "before": snapshot(before, self.salon.project),
            "booking_ids": ids,
        }
        turn = Turn.objects.create(project=self.salon.project, dialogue=self.dialogue)
        now = timezone.now()
        card = Message.objects.create(
            project=self.salon.project,
            dialogue=self.dialogue,
            direction=Message.Direction.OUT,
            author=Message.Author.BOT,
            text="the card",
            state=Message.State.SENT,
            channel_date=now,
            sent_at=now,
        )
        return open_new(
            turn=turn,
            dialogue=self.dialogue,
            kind=wish.kind,
            details=details,
            holds=holds,
            message_id=card.pk,
        )

    def _hold(self, items: Any, moving: Booking | None = None) -> list[Booking]:
        until = timezone.now() + timedelta(minutes=10)
        return hold_slots(
            request=VisitRequest(project=self.salon.project, client=self.client, items=items, origin=BOT),
            until=until,
            moving=moving,
        )

    def settle(self) -> None:
        """Close the open proposal as the last draft's yes or no asks."""
        action = self.draft.action
        assert isinstance(action, Accept | Decline), self.draft
        state = Proposal.State.ACCEPTED if isinstance(action, Accept) else Proposal.State.DECLINED
        close(dialogue=self.dialogue, state=state)
