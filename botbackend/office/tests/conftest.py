"""What tests of the office share."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from dialogues.tests.conftest import sendpulse

__all__ = ["sendpulse"]


@pytest.fixture(autouse=True)
def _language_of_before() -> Iterator[None]:
    """A request leaves its language with the thread, which the next test has too."""
    with translation.override("en"):
        yield
