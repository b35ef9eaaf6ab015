"""What a played conversation consists of."""

from dataclasses import dataclass, field
from datetime import datetime

from ai.models import Turn
from botbackend.workshop.evaluation.playing.conversation import Conversation, Then
from botbackend.workshop.evaluation.playing.recorded import Ids
from botbackend.workshop.evaluation.playing.relay import Asked
from botbackend.workshop.evaluation.playing.shown import Card, Shown
from botbackend.workshop.evaluation.playing.verdict import Verdict


@dataclass
class Burst:
    """What the client wrote in one go, and everything that came of it."""

    said: list[str]
    at: datetime
    asked: list[Asked] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    before: list[Shown] = field(default_factory=list)
    after: list[Shown] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)


@dataclass
class Exchange:
    """A step with its burst, and those in which the client answered what was asked back."""

    then: Then
    bursts: list[Burst] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def replies(self) -> list[str]:
        return [reply for burst in self.bursts for reply in burst.replies]


@dataclass
class Played:
    """A conversation that was played; `end` judges what stands at last."""

    talk: Conversation
    exchanges: list[Exchange] = field(default_factory=list)
    end: Verdict = field(default_factory=Verdict)
    ids: Ids = field(default_factory=dict)

    @property
    def bursts(self) -> list[Burst]:
        return [burst for exchange in self.exchanges for burst in exchange.bursts]

    @property
    def problems(self) -> list[str]:
        """Return everything that is wrong, with its place."""
        found = [
            f"step {number}: {problem}"
            for number, exchange in enumerate(self.exchanges, 1)
            for problem in exchange.verdict.problems
        ]
        return found + [f"end: {problem}" for problem in self.end.problems]
