"""Runs one scenario once, from an empty salon to the verdict."""

import time
from dataclasses import dataclass, field
from decimal import Decimal

from ai.models import Breaker, KeyState, Turn
from botbackend.outbox.models import Task
from botbackend.workshop.evaluation.clock import clock_at
from botbackend.workshop.evaluation.conversation import Broken, Conversation
from botbackend.workshop.evaluation.expectations import check_end, check_replies
from botbackend.workshop.evaluation.invariants import check_invariants
from botbackend.workshop.evaluation.outside import Outside, forget
from botbackend.workshop.evaluation.salon import ScenarioSalon
from botbackend.workshop.evaluation.scenario import Scenario, Step
from botbackend.workshop.evaluation.simulated import SimulatedClient
from dialogues.models import Message


@dataclass
class Run:
    """What one run came to. `broken` means that the evaluation failed, not the product."""

    problems: list[str] = field(default_factory=list)
    broken: str = ""
    cost_usd: Decimal = Decimal(0)
    client_cost_usd: Decimal = Decimal(0)
    calls: int = 0
    turn_seconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    transcript: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.problems and not self.broken


def can_run_live(scenario: Scenario) -> bool:
    """Leave out what only a stand-in can play: a bad model, an outage, what happens while it thinks."""
    if scenario.scripted_only:
        return False
    return bool(scenario.goal) or not any(map(_needs_stand_in, scenario.steps))


def _needs_stand_in(step: Step) -> bool:
    outages = any(answer.status or answer.raw for answer in step.claude)
    return bool(step.during) or step.model == "away" or outages


def run_scenario(scenario: Scenario, outside: Outside, *, persona: str = "") -> Run:
    """Play it and judge it. With a `persona` a simulated client pursues the scenario's goal instead of the
    scripted words; then only the end state and the invariants count.
    """
    salon = scenario.salon
    if not isinstance(salon, ScenarioSalon):
        raise TypeError("the scenario's salon was not looked up")
    run = Run()
    began = time.perf_counter()
    begin = scenario.clock.replace(tzinfo=salon.zone)
    with clock_at(begin, stands=outside.patience is not None) as clock:
        start_afresh()
        outside.forget_bugs()
        talk = Conversation.begin(scenario, outside, clock)
        try:
            if persona:
                run.client_cost_usd = SimulatedClient(talk, persona).pursue()
            else:
                for step in scenario.steps:
                    talk.play(step)
            judged = [] if persona else list(check_replies(talk))
            run.problems = [*talk.mismatches(), *judged, *check_end(talk), *check_invariants(talk)]
            run.problems += [f"stand-in: {bug}" for bug in outside.bugs()]
        except Broken as error:
            run.broken = str(error)
        _measure(run, talk)
    run.seconds = time.perf_counter() - began
    return run


def start_afresh() -> None:
    """Leave nothing of an earlier run that lived at another time: tasks, cooling keys, an open circuit.

    Only ever called in a scratch database.
    """
    for model in (Task, KeyState, Breaker):
        model.objects.all().delete()
    forget()


def _measure(run: Run, talk: Conversation) -> None:
    turns = Turn.objects.filter(project=talk.world.project)
    for turn in turns:
        run.cost_usd += turn.cost_usd
        run.calls += turn.calls
    run.turn_seconds = [exchange.seconds for exchange in talk.exchanges if exchange.turns]
    messages = Message.objects.filter(dialogue__client=talk.world.client).order_by("pk")
    run.transcript = [f"{message.author}: {message.text or message.kind}" for message in messages]
