"""Each test of the outbox starts with an empty registry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from botbackend.outbox.testing import only_these_subscriptions
from botbackend.outbox.tests.processes import Processes, Watcher, watching


@pytest.fixture(autouse=True)
def _empty_registry() -> Iterator[None]:
    with only_these_subscriptions():
        yield


@pytest.fixture
def processes(transactional_db: None, tmp_path: Path) -> Iterator[Processes]:
    """Starts processes; whatever is left of them is killed after the test."""
    started = Processes(tmp_path / "processes.log")
    try:
        yield started
    finally:
        started.kill_all()
        print((tmp_path / "processes.log").read_text(errors="replace")[-8000:])  # noqa: T201 - shown by pytest if the test failed


@pytest.fixture
def watcher(transactional_db: None) -> Iterator[Watcher]:
    """Waits for what the handlers in those processes tell."""
    with watching() as found:
        yield found
