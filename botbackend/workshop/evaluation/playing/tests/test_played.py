"""The conversations that were played by hand hold when their answers are given again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from botbackend.workshop.evaluation.outside import Outside, outside
from botbackend.workshop.evaluation.playing.answering import replay
from botbackend.workshop.evaluation.playing.recorded import read_recorded
from botbackend.workshop.evaluation.scratch import scratch_database

PLAYED = sorted((Path(__file__).parents[2] / "played").glob("*.json"))


@pytest.fixture(scope="module")
def started(django_db_blocker: DjangoDbBlocker) -> Iterator[Outside]:
    """One scratch database and one pair of stand-ins for all of them."""
    with django_db_blocker.unblock(), scratch_database(), outside(live=False) as found:
        yield found


@pytest.mark.parametrize("path", PLAYED, ids=lambda path: path.stem)
def test_a_played_conversation_ends_as_it_should(path: Path, started: Outside) -> None:
    started.forget_bugs()
    played = replay(read_recorded(path), started)
    assert [problem for problem in played.problems if problem.startswith("end: ")] == []
