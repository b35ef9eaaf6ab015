"""A salon between a test and the world: its clock, its database, its line to Google."""

from collections.abc import Iterator
from typing import cast

import pytest

from botbackend.outbox import registry
from botbackend.outbox.testing import only_these_subscriptions
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from sheets.tests.machine.beginning import room_for_it
from sheets.tests.machine.clock import Clock, running_clock
from sheets.tests.machine.salon_day import Salon
from sheets.tests.machine.tap import Tap, tapped
from sheets.tests.machine.world import NOW


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tap]:
    with tapped(monkeypatch) as between:
        yield between


@pytest.fixture
def clock(transactional_db: None) -> Iterator[Clock]:
    with running_clock(NOW) as clock:
        yield clock


@pytest.fixture
def salon(google: GoogleStandIn, clock: Clock, tap: Tap, _only_the_mirror: None) -> Iterator[Salon]:
    with room_for_it():
        yield Salon(google, clock, tap)


@pytest.fixture
def _only_the_mirror() -> Iterator[None]:
    """Nobody else hears of a booking."""
    entries = [entry for entry in registry.all_subscriptions() if entry.name.startswith("sheets.")]
    with only_these_subscriptions():
        for entry in entries:
            registry.subscribe(
                entry.topic,
                entry.target,
                name=entry.name,
                queue=cast(registry.Queue, entry.queue),
                lease_seconds=entry.lease_seconds,
                max_attempts=entry.max_attempts,
                backoff=entry.backoff,
                on_dead=entry.dead_target,
            )
        yield
