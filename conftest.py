"""What every test of every part starts from."""

import os
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as product
from hypothesis import settings as hypothesis
from pytest_django import Settings

# A change is judged by the same examples every time, on slow machines too. New ones are looked for with
# pytest --hypothesis-profile=nightly, or HYPOTHESIS_PROFILE=nightly in the environment. What a profile leaves
# out it takes from the one that is loaded when it is registered, which "default" is.
hypothesis.register_profile("default", derandomize=True, deadline=None)
hypothesis.register_profile("nightly", derandomize=False, max_examples=10_000, deadline=None)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "default")

MOST_WORKERS = 8  # and two that replace crashed ones: Redis has 16 databases


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One per core; none for a few named files, which are over before a second database is made."""
    is_short = all(Path(name.partition("::")[0]).is_file() for name in config.args)
    return 0 if is_short else min(os.cpu_count() or 1, MOST_WORKERS)


def pytest_configure() -> None:
    """Give each worker of a parallel run a Redis database of its own, as pytest-django does PostgreSQL's."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        url = urlsplit(product.REDIS_URL)._replace(path=f"/{int(worker.removeprefix('gw')) + 1}").geturl()
        for queue in product.RQ_QUEUES.values():
            queue["URL"] = str(queue["URL"]).replace(product.REDIS_URL, url)
        os.environ["REDIS_URL"] = product.REDIS_URL = url


@pytest.fixture(autouse=True)
def _test_settings(settings: Settings) -> None:
    """Requests of one test must not count against the next: the counters in Redis outlive a test.

    And no test client has to look through all static files before its first request, nor wait for the slow
    hash of a password.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True
    settings.THROTTLE_PREFIX = f"throttle:{uuid.uuid4().hex}:"
