"""Each test of the outbox starts with an empty registry."""

from collections.abc import Iterator

import pytest

from botbackend.outbox.testing import only_these_subscriptions


@pytest.fixture(autouse=True)
def _empty_registry() -> Iterator[None]:
    with only_these_subscriptions():
        yield
