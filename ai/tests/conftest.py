"""Claude, served on loopback in this process, and settings that point at it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from ai.claude import breaker, budget, key_pool
from ai.tests.factories import SalonRows, Talk
from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

KEYS = {"sk-one": "org-a", "sk-two": "org-a", "sk-three": "org-b"}


@pytest.fixture
def claude(settings: Settings) -> Iterator[ClaudeStandIn]:
    """A running Claude with three keys of two organisations; nothing a test leaves behind is remembered."""
    with running(ClaudeStandIn(keys=dict(KEYS))) as server:
        settings.CLAUDE_BASE_URL = server.url
        settings.CLAUDE_API_KEYS = list(KEYS)
        settings.CLAUDE_MODEL_FAST = "claude-haiku-5-5"
        settings.CLAUDE_MODEL_MAIN = "claude-sonnet-5-5"
        forget()
        yield server
        assert server.bugs == []
        assert server.violations == []
    forget()


@pytest.fixture
def salon() -> SalonRows:
    """An English salon with long hours; a module that needs another one has its own."""
    return SalonRows(language="en", work_start_minute=9 * 60, work_end_minute=21 * 60)


@pytest.fixture
def talk(salon: SalonRows) -> Talk:
    """A client's conversation with it."""
    return Talk(salon)


@pytest.fixture
def stranger(salon: SalonRows) -> Talk:
    """Somebody else's conversation with it."""
    return Talk(salon, contact_id="stranger", name="Zorepadka")


def forget() -> None:
    """Drop what this process remembers of rows that the test's rollback takes away."""
    key_pool.forget_cache()
    breaker.forget_cache()
    budget.forget_cache()
