"""Every shipped scenario holds without a key, against the stand-ins."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from botbackend.workshop.evaluation.outside import Outside, outside
from botbackend.workshop.evaluation.reading import read_scenarios
from botbackend.workshop.evaluation.running import run_scenario
from botbackend.workshop.evaluation.scenario import Scenario
from botbackend.workshop.evaluation.scratch import scratch_database

SCENARIOS = read_scenarios()


@pytest.fixture(scope="module")
def world_outside(django_db_blocker: DjangoDbBlocker) -> Iterator[Outside]:
    """One scratch database and one pair of stand-ins for all scenarios, as the command has them."""
    with django_db_blocker.unblock(), scratch_database(), outside(live=False) as started:
        yield started


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_shipped_scenario_passes_without_a_key(scenario: Scenario, world_outside: Outside) -> None:
    run = run_scenario(scenario, world_outside)
    assert run.broken == ""
    assert run.problems == [], "\n".join(run.transcript)
