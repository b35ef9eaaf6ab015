"""Plays one conversation from an empty salon to its end; judging is another part's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone

from ai.models import Proposal, Turn
from botbackend.workshop.evaluation.chat import Chat
from botbackend.workshop.evaluation.clock import Clock, clock_at
from botbackend.workshop.evaluation.outside import Outside
from botbackend.workshop.evaluation.playing.burst import Burst, Exchange, Played
from botbackend.workshop.evaluation.playing.conversation import Conversation, SaidAt, Step
from botbackend.workshop.evaluation.playing.judging import Known, asks_back, judge_end, judge_step
from botbackend.workshop.evaluation.playing.recorded import ids_of
from botbackend.workshop.evaluation.playing.relay import Asked
from botbackend.workshop.evaluation.playing.salon import Salon, build_salon, read_salon
from botbackend.workshop.evaluation.playing.shown import Card, cards_of, others_of, visits_of
from botbackend.workshop.evaluation.running import start_afresh
from dialogues.models import StaffTask
from projects.models import Project

BETWEEN = timedelta(seconds=1)  # messages of one burst that say no moment
AGAIN = timedelta(seconds=20)  # until the client answers what was asked back
CONFIRM = "confirm"


class Answers(Protocol):
    """Who answers for Claude."""

    def begin_burst(self, number: int, salon: Salon) -> None:
        """Get ready for the requests of the burst of this number, the first is 0."""

    def end_burst(self) -> tuple[list[Asked], list[str]]:
        """Return what was asked in it, and what was asked too much or not at all."""


def play_conversation(talk: Conversation, outside: Outside, answers: Answers) -> Played:
    """Play it against whoever `answers`; needs a scratch database, which is emptied first."""
    document = read_salon(talk.folder)
    begin = datetime.fromisoformat(document["now"])
    zone = ZoneInfo(document["timezone"])
    with clock_at(begin.replace(tzinfo=zone), stands=True) as clock:
        start_afresh()
        salon = build_salon(document, talk, outside)
        play = _Play(talk, salon, outside, clock, answers)
        for step, moment in zip(talk.says, talk.moments(begin), strict=True):
            play.play(step, moment)
        play.confirm()
        play.played.end = judge_end(talk, salon, play.taken)
        play.played.ids = ids_of(salon)
    return play.played


class _Play:
    """The state of one conversation."""

    def __init__(
        self, talk: Conversation, salon: Salon, outside: Outside, clock: Clock, answers: Answers
    ) -> None:
        self.played = Played(talk)
        self.salon = salon
        self.clock = clock
        self.answers = answers
        self.taken = others_of(salon)
        self._left = dict(talk.if_asked)
        self._confirm = self._left.pop(CONFIRM, "")
        self._last_card: Card | None = None
        self._chat = Chat(
            project=salon.project,
            client=salon.client,
            contact=salon.contact,
            secret=salon.secret,
            outside=outside,
            clock=clock,
        )

    def play(self, step: Step, moment: datetime) -> None:
        """Play a step; if the bot asks for what the client knows, the client says it."""
        self.clock.reach(self.salon.moment(moment))
        for row in step.meanwhile:
            self.salon.take(row)
        self.taken = others_of(self.salon)
        exchange = Exchange(step.then)
        self.played.exchanges.append(exchange)
        exchange.bursts.append(self._burst(step.client))
        self._judge(exchange)
        while exchange.verdict.problems and self._left and asks_back(exchange.bursts[-1]):
            self.clock.pass_time(AGAIN)
            exchange.bursts.append(self._burst([self._left.pop(next(iter(self._left)))]))
            self._judge(exchange)
        cards = [card for burst in exchange.bursts for card in burst.cards]
        self._last_card = cards[-1] if cards else self._last_card

    def confirm(self) -> None:
        """Say yes to a card that is still open after the last step, where the file has a word for it."""
        still_open = Proposal.objects.filter(project=self.salon.project, state=Proposal.State.OPEN)
        if self._confirm and still_open.exists():
            self.clock.pass_time(AGAIN)
            self.played.exchanges[-1].bursts.append(self._burst([self._confirm]))

    def _judge(self, exchange: Exchange) -> None:
        told = "\n".join(reply for one in self.played.exchanges[-2:-1] for reply in one.replies)
        exchange.verdict = judge_step(
            exchange.then,
            exchange.bursts,
            Known(self.played.talk, self.salon, self._last_card, self.taken, told),
        )

    def _burst(self, said: list[str | SaidAt]) -> Burst:
        project = self.salon.project
        burst = Burst([one if isinstance(one, str) else one.text for one in said], timezone.now())
        burst.before = visits_of(self.salon)
        newest, turn = self._chat.newest(), _last(Turn, project)
        proposal, task = _last(Proposal, project), _last(StaffTask, project)
        self.answers.begin_burst(len(self.played.bursts), self.salon)
        for one in said:
            if isinstance(one, SaidAt):
                self.clock.reach(self.salon.moment(one.at))
            elif one is not said[0]:
                self.clock.pass_time(BETWEEN)
            self._chat.write([{"text": one if isinstance(one, str) else one.text}], BETWEEN)
        self._chat.let_answer()
        burst.asked, burst.mismatches = self.answers.end_burst()
        burst.replies = [message.text for message in self._chat.replies_since(newest)]
        burst.turns = list(Turn.objects.filter(project=project, pk__gt=turn).order_by("pk"))
        burst.cards = cards_of(self.salon, proposal)
        tasks = StaffTask.objects.filter(project=project, pk__gt=task).order_by("pk")
        burst.tasks = list(tasks.values_list("kind", flat=True))
        burst.after = visits_of(self.salon)
        return burst


def _last(model: type[Turn] | type[Proposal] | type[StaffTask], project: Project) -> int:
    newest = model._default_manager.filter(project=project).order_by("-pk").first()
    return newest.pk if newest else 0
