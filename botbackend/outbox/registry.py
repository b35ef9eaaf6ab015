"""Who does what: subscribers of topics and jobs of the clock, filled in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, Union

from django.utils import timezone
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from botbackend.outbox.claims import Claim

Queue = Literal["turns", "delivery", "sheets", "default"]
CLOCK_TOPIC = "clock"
# A function, or its dotted path: an SDK that takes a second to import should cost only those who call it.
Handler = Union["Callable[[Claim], None]", str]
DeadHandler = Union["Callable[[Claim, str], None]", str]


@dataclass(frozen=True)
class Subscription:
    """What a task needs to know about its handler; times in seconds."""

    topic: str
    name: str
    target: Handler
    queue: str
    lease_seconds: int
    max_attempts: int
    backoff: tuple[float, ...]
    dead_target: DeadHandler | None = None
    tells_end: bool = False

    @property
    def handler(self) -> Callable[[Claim], None]:
        """The function to run; a dotted path is imported by the first process that needs it."""
        return import_string(self.target) if isinstance(self.target, str) else self.target

    @property
    def on_dead(self) -> Callable[[Claim, str], None] | None:
        """What runs in the transaction that parks a task for good."""
        return import_string(self.dead_target) if isinstance(self.dead_target, str) else self.dead_target

    def delay(self, attempts: int) -> float:
        """Seconds to wait after the given number of attempts; the last step repeats."""
        return self.backoff[min(max(attempts, 1), len(self.backoff)) - 1]


@dataclass(frozen=True)
class Clockwork:
    """How often a job of the clock runs."""

    seconds: float
    at_local: time | None

    def next_run(self, now: datetime) -> datetime:
        """The next moment after `now` (aware).

        An hour that summer time skips comes as much later; of one that comes twice the first counts.
        """
        if self.at_local is None:
            return now + timedelta(seconds=self.seconds)
        zone = timezone.get_default_timezone()  # not the current one, which is a visitor's in the admin
        naive = datetime.combine(timezone.localtime(now, zone).date(), self.at_local)
        if timezone.make_aware(naive, zone) <= now:
            naive += timedelta(days=1)
        return timezone.make_aware(naive, zone)


_subscriptions: dict[str, Subscription] = {}
_clockwork: dict[str, Clockwork] = {}


def subscribe(
    topic: str,
    handler: Handler,
    *,
    name: str,
    queue: Queue,
    lease_seconds: int = 60,
    max_attempts: int = 8,
    backoff: Sequence[float] = (1, 5, 15, 60, 300),
    on_dead: DeadHandler | None = None,
    tells_end: bool = False,
) -> None:
    """Let `handler` (a function or its dotted path) run for every task of the topic.

    `name` is stored in the rows and must not change.

    `lease_seconds` is the time one run may take in all unless it calls `claim.extend()`; how soon the work of
    a killed process comes back does not depend on it. `backoff` are the pauses after a failure, the last one
    repeats. `on_dead(claim, reason)` runs in the transaction that parks a task for good. `tells_end` sends
    a notification when a run is over, for those who wait to take the task themselves (wakeups.ENDED); it
    costs a flush to disk. ValueError for a name that is taken.
    """
    if name in _subscriptions:
        raise ValueError(f"two handlers are called {name}")
    _subscriptions[name] = Subscription(
        topic, name, handler, queue, lease_seconds, max_attempts, tuple(backoff), on_dead, tells_end
    )


def every(
    *,
    name: str,
    seconds: float,
    handler: Handler,
    queue: Queue = "default",
    at_local: str | None = None,
    lease_seconds: int = 300,
) -> None:
    """Run `handler` every so many seconds, or daily at `at_local` ("03:30", zone of `TIME_ZONE`).

    One instance at a time on the whole installation. It never parks: after a failure it comes again with a
    growing pause, at most its own period.
    """
    when = time.fromisoformat(at_local) if at_local else None
    period = 86400.0 if when else float(seconds)
    steps = [pause for pause in (5.0, 30.0, 120.0, 600.0) if pause < period] or [period]
    subscribe(
        CLOCK_TOPIC,
        handler,
        name=name,
        queue=queue,
        lease_seconds=lease_seconds,
        backoff=steps,
        max_attempts=2**31,
    )
    _clockwork[name] = Clockwork(period, when)


def subscribers(topic: str) -> list[Subscription]:
    """The subscriptions of a topic, in order of registration."""
    return [entry for entry in _subscriptions.values() if entry.topic == topic]


def subscription(name: str) -> Subscription | None:
    """The subscription behind a stored handler name; None if no code answers to it any more."""
    return _subscriptions.get(name)


def preload(queue: str) -> None:
    """Import what the handlers of a queue need, before the first task's time runs."""
    for entry in _subscriptions.values():
        if entry.queue == queue:
            _ = entry.handler, entry.on_dead


def all_subscriptions() -> list[Subscription]:
    """Every subscription, jobs of the clock included."""
    return list(_subscriptions.values())


def clockwork(name: str) -> Clockwork | None:
    """The timing of a job of the clock, None for an ordinary handler."""
    return _clockwork.get(name)
