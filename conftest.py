"""What every test of every part starts from."""

import uuid

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _own_throttles(settings: Settings) -> None:
    """Requests of one test must not count against the next: the counters in Redis outlive a test."""
    settings.THROTTLE_PREFIX = f"throttle:{uuid.uuid4().hex}:"
