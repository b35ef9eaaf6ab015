"""`python -m botbackend.workshop.chaos [--quick] [--seed N]`: chaos run and control, with a table each."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from botbackend.health_probe import ask_health
from botbackend.workshop.bench.row import Row
from botbackend.workshop.bench.table import render_table
from botbackend.workshop.chaos.asking import ask_for_verdict
from botbackend.workshop.chaos.clients import Crowd
from botbackend.workshop.chaos.havoc import Havoc
from botbackend.workshop.chaos.hosts.__main__ import main as on_hosts
from botbackend.workshop.chaos.report import Verdict, rows_of
from botbackend.workshop.chaos.updating import Update, update_under_load
from botbackend.workshop.chaos.world import World, running_world
from botbackend.workshop.launcher.processes import wait_until

WEB_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """How much of everything; times in seconds."""

    clients: int
    messages: int
    seconds: float
    every: tuple[float, float]
    patience: float
    updated_at: float = 20.0  # messages a second


FULL = Plan(clients=200, messages=10, seconds=300, every=(4, 9), patience=240)
QUICK = Plan(clients=20, messages=6, seconds=70, every=(4, 7), patience=150)
SHORT = Plan(clients=8, messages=3, seconds=25, every=(3, 5), patience=100, updated_at=5)  # for the tests
CONTROL = Plan(clients=40, messages=5, seconds=45, every=(2, 4), patience=30)
QUICK_CONTROL = Plan(clients=20, messages=5, seconds=30, every=(1.5, 3), patience=20)


@dataclass(frozen=True)
class Outcome:
    """What was found, which disasters struck how often, and what the update cost."""

    verdict: Verdict
    disasters: Counter[str]
    update: Update | None = None

    def rows(self) -> list[Row]:
        """For the table."""
        return [*rows_of(self.verdict, self.disasters), *(self.update.rows() if self.update else [])]


def run(plan: Plan, *, recovery: bool, seed: int) -> Outcome:
    """One run: disasters while clients write, then an update, if there is recovery at all."""
    with running_world(recovery=recovery) as world:
        _await_web(world)
        crowd = Crowd(world, plan.clients, plan.messages, plan.seconds, seed)
        with Havoc(world, every=plan.every, seed=seed) as havoc:
            crowd.write()
        update = update_under_load(world, crowd, plan.updated_at) if recovery else None
        return Outcome(ask_for_verdict(crowd, plan.patience), havoc.counts, update)


def _await_web(world: World) -> None:
    port = int(world.environment["PORT"])
    if not wait_until(lambda: ask_health(port, world.environment)[0] != 0, WEB_SECONDS, every=0.2):
        raise RuntimeError(f"the web process does not answer: {world.supervisor.failures()}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 only if nothing is wrong and the control run lost something."""
    parser = argparse.ArgumentParser(prog="python -m botbackend.workshop.chaos")
    parser.add_argument("--quick", action="store_true", help="few messages, about three minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", choices=("also", "only", "no"), default="also")
    parser.add_argument("--hosts", action="store_true", help="four hosts of the product and three of data")
    options = parser.parse_args(arguments)
    if options.hosts:
        return on_hosts([*(["--quick"] if options.quick else []), "--seed", str(options.seed)])
    failed = False
    if options.control != "only":
        rows = run(QUICK if options.quick else FULL, recovery=True, seed=options.seed).rows()
        failed = any(row.verdict == "miss" for row in rows)
        _say(f"\nChaos\n{render_table(rows)}")
    if options.control != "no":
        plan = QUICK_CONTROL if options.quick else CONTROL
        outcome = run(plan, recovery=False, seed=options.seed)
        _say(f"\nControl run, recovery switched off\n{render_table(outcome.rows())}")
        if outcome.verdict.unanswered_for_good == 0:
            _say("the control run lost nothing: then the chaos proves nothing")
            failed = True
    _say("\nFAILED; the logs are in var/chaos" if failed else "\nnothing lost, nothing doubled")
    return 1 if failed else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
