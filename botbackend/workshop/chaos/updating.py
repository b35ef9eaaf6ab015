"""The product is updated while clients write: nobody may be refused, and SendPulse tries nothing twice."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botbackend.health_probe import ask_health
from botbackend.workshop.bench.row import Row
from botbackend.workshop.chaos.clients import OPENINGS, Crowd
from botbackend.workshop.chaos.world import RETRIES, Outside, World
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.renewal.replacing import Renewal

WRITERS = 60  # so many that none comes over the ceiling of messages an hour
MARGIN_SECONDS = 2.0  # before and after the update
POSTED_SECONDS = 30.0
HEALTH_SECONDS = 60.0
WEBHOOKS = "^webhook:"


@dataclass(frozen=True)
class Update:
    """What SendPulse saw of an update: how many webhooks it posted, and which were not answered with 2xx."""

    posted: int
    refused: int
    seconds: float

    def rows(self) -> list[Row]:
        """For the table."""
        return [
            Row("update: from the migrations to the end of the last former process", self.seconds, "s"),
            Row("update: webhooks posted meanwhile", self.posted, ""),
            Row("update: webhooks not answered with 2xx", self.refused, "", target=0),
        ]


def update_under_load(world: World, crowd: Crowd, per_second: float) -> Update:
    """Update the product of one host."""
    _await_health(world)
    return while_they_write(crowd, per_second, lambda: _renew(world))


def while_they_write(crowd: Crowd, per_second: float, update: Callable[[], None]) -> Update:
    """Migrate and replace every process of the product while the crowd writes so many messages a second.

    Raises what the update fails by. What was said is added to the crowd's.
    """
    world = crowd.world
    first = int(world.sendpulse.control("requests", path=WEBHOOKS)["last"])
    world.sendpulse.tell("webhooks", {"retries": 0})
    stopping = threading.Event()
    writing = threading.Thread(target=_write, args=(crowd, per_second, stopping))
    said = len(crowd.said)
    writing.start()
    try:
        stopping.wait(MARGIN_SECONDS)
        began = time.monotonic()
        update()
        seconds = time.monotonic() - began
        stopping.wait(MARGIN_SECONDS)
    finally:
        stopping.set()
        writing.join()
    wait_until(lambda: _incoming(world, first) >= len(crowd.said) - said, POSTED_SECONDS, every=0.2)
    statuses = Counter(record["status"] for record in _webhooks(world, first))
    world.sendpulse.tell("webhooks", {"retries": RETRIES})
    refused = sum(count for status, count in statuses.items() if not 200 <= status < 300)
    return Update(statuses.total(), refused, seconds)


def _await_health(world: World) -> None:
    """Of a disaster that has just struck the update is not to blame."""
    port = int(world.environment["PORT"])
    if not wait_until(lambda: ask_health(port, world.environment)[0] == 200, HEALTH_SECONDS, every=0.2):
        raise RuntimeError(f"the product is not healthy: {world.supervisor.failures()}")


def _renew(world: World) -> None:
    """Do what `make reload` has the launcher do."""
    renewal = Renewal(
        supervisor=world.supervisor,
        listener=world.listener,
        started_with=world.environment,
        embedded={},
        read_settings=lambda: dict(world.environment),
        tell=lambda line: None,
    )
    renewal.renew(lambda line: None)


def _write(crowd: Crowd, per_second: float, stopping: threading.Event) -> None:
    number = 0
    while not stopping.wait(1 / per_second):
        crowd.say(number % WRITERS, OPENINGS[number % len(OPENINGS)])
        number += 1


def _webhooks(world: Outside, since: int = 0) -> list[dict[str, Any]]:
    return world.sendpulse.requests(WEBHOOKS, since=since)


def _incoming(world: Outside, since: int) -> int:
    return sum(record["path"] == "webhook:incoming_message" for record in _webhooks(world, since))
