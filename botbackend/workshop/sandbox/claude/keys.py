"""API keys, and the traffic of the organisations behind them."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

from botbackend.workshop.sandbox.claude.errors import failure
from botbackend.workshop.sandbox.claude.rules.models import ModelRules
from botbackend.workshop.sandbox.wire import Json, Reply


@dataclass(slots=True)
class Key:
    """An API key. A `status` other than 200 is what every request with it gets."""

    organization: str
    workspace: str
    status: int = 200
    error: Json | None = None
    uses: int = 0


class Traffic:
    """Requests of the last minute, by organisation and model: limits are theirs, never a key's."""

    def __init__(self) -> None:
        self._recent: dict[tuple[str, str], deque[float]] = {}
        self._lock = threading.Lock()

    def refusal(self, key: Key, rules: ModelRules, rpm: int) -> Reply | None:
        """Count a request, or refuse it with 429 when `rpm` (0 = unlimited) is reached."""
        now = time.monotonic()
        with self._lock:
            recent = self._recent.setdefault((key.organization, rules.id), deque())
            while recent and recent[0] <= now - 60:
                recent.popleft()
            if rpm and len(recent) >= rpm:
                reply = failure(429, "This request would exceed the rate limit of your organization")
                reply.headers["retry-after"] = str(max(1, round(60 - (now - recent[0]))))
                return reply
            recent.append(now)
            return None

    def headers(self, key: Key, rules: ModelRules, rpm: int, now: float) -> dict[str, str]:
        """The ratelimit headers; token figures are constant."""
        limit = rpm or 1000
        used = len(self._recent.get((key.organization, rules.id), ()))
        reset = datetime.fromtimestamp(now + 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = {
            "requests": (limit, max(0, limit - used)),
            "input-tokens": (2_000_000, 1_999_000),
            "output-tokens": (400_000, 399_000),
        }
        headers: dict[str, str] = {}
        for name, (top, left) in told.items():
            headers[f"anthropic-ratelimit-{name}-limit"] = str(top)
            headers[f"anthropic-ratelimit-{name}-remaining"] = str(left)
            headers[f"anthropic-ratelimit-{name}-reset"] = reset
        return headers
