"""What every test of every part starts from."""

import uuid

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _test_settings(settings: Settings) -> None:
    """Requests of one test must not count against the next: the counters in Redis outlive a test.

    And no test client has to look through all static files before its first request.
    """
    settings.WHITENOISE_AUTOREFRESH = True
    settings.THROTTLE_PREFIX = f"throttle:{uuid.uuid4().hex}:"
