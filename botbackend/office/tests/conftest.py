"""What tests of the office share: the stand-ins of SendPulse and Google, and a language of their own."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from ai.tests.conftest import claude
from dialogues.tests.conftest import sendpulse
from sheets.tests.conftest import google

__all__ = ["claude", "google", "sendpulse"]


@pytest.fixture(autouse=True)
def _language_of_before() -> Iterator[None]:
    """A request leaves its language with the thread, which the next test has too."""
    with translation.override("en"):
        yield
