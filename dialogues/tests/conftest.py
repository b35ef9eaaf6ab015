"""What dialogue tests share: the stand-ins of SendPulse and of a transcriber."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from botbackend.workshop.sandbox.transcriber import TranscriberStandIn


@pytest.fixture
def sendpulse(settings: Settings) -> Iterator[SendPulseStandIn]:
    """A running stand-in that posts no webhooks; limits of the account do not slow the tests down."""
    settings.SENDPULSE_PER_SECOND = 1000
    with running(SendPulseStandIn()) as stand_in:
        settings.SENDPULSE_BASE_URL = stand_in.url
        yield stand_in


@pytest.fixture
def transcriber(settings: Settings) -> Iterator[TranscriberStandIn]:
    """A running transcriber that hears one sentence."""
    with running(TranscriberStandIn(words="Запишіть мене на завтра о третій")) as stand_in:
        settings.TRANSCRIPTION_URL, settings.TRANSCRIPTION_KEY = stand_in.address, "sk-transcriber"
        yield stand_in
        assert stand_in.bugs == []
