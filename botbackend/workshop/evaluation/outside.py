"""The outside world of an evaluation: SendPulse's stand-in, and Claude or its stand-in."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ai.claude import breaker, budget, key_pool
from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.rules.models import MODELS
from botbackend.workshop.sandbox.claude.stand_in import REFUSE, ClaudeStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn

BY_HAND_SECONDS = 3600  # for a turn whose requests a person answers
API_KEY = "sp_static_key_of_the_evaluation"
_STAND_IN_KEYS = {"sk-evaluation-1": "org-evaluation-a", "sk-evaluation-2": "org-evaluation-b"}


@dataclass
class Outside:
    """What the product talks to. `claude` is None where another endpoint answers.

    `patience` are the seconds that it is given for a turn if it is a person who answers.
    """

    sendpulse: SendPulseStandIn
    claude: ClaudeStandIn | None
    patience: float | None = None

    def forget_bugs(self) -> None:
        """Let what comes next be judged by itself."""
        for stand_in in filter(None, (self.sendpulse, self.claude)):
            stand_in.bugs.clear()
        if self.claude is not None:
            self.claude.violations.clear()

    def bugs(self) -> list[str]:
        """Faults of the stand-ins themselves, and requests that Claude would have refused."""
        found = list(self.sendpulse.bugs)
        if self.claude is not None:
            found += self.claude.bugs
            found += [f"Claude would refuse: {one['problems']}" for one in self.claude.violations]
        return found


@contextmanager
def outside(*, live: bool, claude_at: str = "") -> Iterator[Outside]:
    """Start what is needed; a live run keeps the configured keys, address and models of Claude.

    With `claude_at` somebody answers by hand there: without hurry, and never sees a real key.
    """
    with ExitStack() as stack:
        sendpulse = stack.enter_context(running(SendPulseStandIn(api_keys={API_KEY})))
        changes: dict[str, Any] = {"SENDPULSE_BASE_URL": sendpulse.url, "SENDPULSE_PER_SECOND": 1000}
        claude = None
        if not live:
            claude = stack.enter_context(running(ClaudeStandIn(keys=dict(_STAND_IN_KEYS), unscripted=REFUSE)))
            fast = next(name for name in MODELS if "haiku" in name)
            main = next(name for name in MODELS if "sonnet" in name)
            changes |= {"CLAUDE_BASE_URL": claude.url, "CLAUDE_API_KEYS": list(_STAND_IN_KEYS)}
            changes |= {"CLAUDE_MODEL_FAST": fast, "CLAUDE_MODEL_MAIN": main}
        elif claude_at:
            changes |= {"CLAUDE_BASE_URL": claude_at, "CLAUDE_API_KEYS": ["by-hand"]}
            changes["TURN_SECONDS"] = BY_HAND_SECONDS
        stack.enter_context(configured(**changes))
        yield Outside(sendpulse, claude, BY_HAND_SECONDS + 60 if claude_at else None)


@contextmanager
def configured(**values: Any) -> Iterator[None]:
    """Change settings of this process for the length of the block; nothing remembered outlives a change."""
    before = {name: getattr(settings, name) for name in values}
    try:
        _set(values)
        yield
    finally:
        _set(before)


def _set(values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    forget()


def forget() -> None:
    """Drop what this process remembers of rows and keys."""
    key_pool.forget_cache()
    breaker.forget_cache()
    budget.forget_cache()
