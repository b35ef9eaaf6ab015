"""What dialogue tests share: SendPulse's stand-in."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.sendpulse import SendPulseStandIn


@pytest.fixture
def sendpulse(settings: Settings) -> Iterator[SendPulseStandIn]:
    """A running stand-in that posts no webhooks; limits of the account do not slow the tests down."""
    settings.SENDPULSE_PER_SECOND = 1000
    with running(SendPulseStandIn()) as stand_in:
        settings.SENDPULSE_BASE_URL = stand_in.url
        yield stand_in
