"""One run on several hosts: clients write, hosts are lost, the product is updated, everything is counted."""

import threading
from dataclasses import dataclass

from botbackend.workshop.bench.row import Row
from botbackend.workshop.chaos.asking import ask_for_verdict
from botbackend.workshop.chaos.clients import Crowd
from botbackend.workshop.chaos.hosts.network import Network
from botbackend.workshop.chaos.hosts.story import Story
from botbackend.workshop.chaos.hosts.world import Hosts, running_hosts
from botbackend.workshop.chaos.report import Verdict, rows_of
from botbackend.workshop.chaos.updating import WEBHOOKS, Update, while_they_write


@dataclass(frozen=True)
class Plan:
    """How much is written in how many seconds, and what happens meanwhile."""

    clients: int
    messages: int
    seconds: float
    chapters: tuple[str, ...]
    patience: float
    updated_at: float  # messages a second


SHORT = Plan(
    clients=8,
    messages=3,
    seconds=28,
    chapters=("lose_half_of_everything",),
    patience=100,
    updated_at=2,
)
FULL = Plan(
    clients=60,
    messages=10,
    seconds=200,
    chapters=(
        "lose_site_b_and_the_redis_master",
        "lose_host_of_primary",
        "repair_host_of_primary",
        "cut_worker_a",
        "kill_primary",
    ),
    patience=240,
    updated_at=20,
)


@dataclass(frozen=True)
class Outcome:
    """What was found, what happened, what the update cost, and how often a webhook had to be posted again."""

    verdict: Verdict
    story: Story
    update: Update
    posted_again: int

    def rows(self) -> list[Row]:
        """For the table."""
        return [
            *rows_of(self.verdict, self.story.counts),
            Row("webhooks posted again, as a try got no 2xx", self.posted_again, ""),
            Row("until all worked with the new primary and master", max(self.story.followed), "s"),
            *self.update.rows(),
        ]


def run_hosts(network: Network, plan: Plan, seed: int) -> Outcome:
    """Raises RuntimeError where nobody takes over what was lost."""
    with running_hosts(network) as world:
        crowd = Crowd(world, plan.clients, plan.messages, plan.seconds, seed)
        story = _happen(world, crowd, plan)
        posted_again = sum(not 200 <= post["status"] < 300 for post in world.sendpulse.requests(WEBHOOKS))
        update = while_they_write(crowd, plan.updated_at, world.update)
        return Outcome(ask_for_verdict(crowd, plan.patience), story, update, posted_again)


def _happen(world: Hosts, crowd: Crowd, plan: Plan) -> Story:
    """The story is told in this thread, which alone may go from host to host."""
    failed: list[BaseException] = []

    def write() -> None:
        try:
            crowd.write()
        except BaseException as error:
            failed.append(error)

    writing = threading.Thread(target=write)
    story = Story(world)
    writing.start()
    try:
        story.tell(plan.chapters)
    finally:
        writing.join()
    if failed:
        raise failed[0]
    return story
