"""The three stand-ins, served in this process and reached through the real clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn


@pytest.fixture
def sendpulse() -> Iterator[SendPulseStandIn]:
    """A running SendPulse."""
    with running(SendPulseStandIn()) as server:
        yield server
        assert server.bugs == []


@pytest.fixture
def google() -> Iterator[GoogleStandIn]:
    """A running Google with one spreadsheet of one worksheet."""
    with running(GoogleStandIn()) as server:
        server.create("salon-sheet", sheets=["Anna"])
        yield server
        assert server.bugs == []


@pytest.fixture
def claude() -> Iterator[ClaudeStandIn]:
    """A running Claude."""
    with running(ClaudeStandIn()) as server:
        yield server
        assert server.bugs == []
