"""What dialogue tests share: fresh doors, and SendPulse's stand-in."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.sendpulse import SendPulseStandIn
from dialogues.inbound.credentials import doors


@pytest.fixture(autouse=True)
def _fresh_doors() -> None:
    """Projects of an earlier test are gone from the database, but not from this process."""
    doors.forget()


@pytest.fixture
def sendpulse(settings: Settings) -> Iterator[SendPulseStandIn]:
    """A running stand-in that posts no webhooks; limits of the account do not slow the tests down."""
    settings.SENDPULSE_PER_SECOND = 1000
    with running(SendPulseStandIn()) as stand_in:
        settings.SENDPULSE_BASE_URL = stand_in.url
        yield stand_in
