"""What every test of every part starts from."""

import os
import uuid

import pytest
from hypothesis import settings as hypothesis
from pytest_django import Settings

# A change is judged by the same examples every time, on slow machines too. New ones are looked for with
# pytest --hypothesis-profile=nightly, or HYPOTHESIS_PROFILE=nightly in the environment.
hypothesis.register_profile("default", derandomize=True, deadline=None)
hypothesis.register_profile("nightly", max_examples=10_000, deadline=None)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "default")


@pytest.fixture(autouse=True)
def _test_settings(settings: Settings) -> None:
    """Requests of one test must not count against the next: the counters in Redis outlive a test.

    And no test client has to look through all static files before its first request, nor wait for the slow
    hash of a password.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True
    settings.THROTTLE_PREFIX = f"throttle:{uuid.uuid4().hex}:"
