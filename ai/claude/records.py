"""What is kept of a request that was sent: for the trace, and for the money."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ai.claude import pricing


@dataclass
class CallRecord:
    """One request that was sent, for the trace."""

    kind: str
    model: str
    key: str
    latency_ms: int
    request_id: str = ""
    stop_reason: str = ""
    error: str = ""
    usage: pricing.Usage = field(default_factory=pricing.Usage)
    cost_usd: Decimal = Decimal(0)
    early: str = ""  # sent before the turn began: "used" or "dropped"

    def as_json(self) -> dict[str, Any]:
        """Return it as the trace keeps it."""
        return {
            "kind": self.kind,
            "model": self.model,
            "key": self.key,
            "latency_ms": self.latency_ms,
            "request_id": self.request_id,
            "stop_reason": self.stop_reason,
            "error": self.error,
            "input_tokens": self.usage.input_tokens,
            "output_tokens": self.usage.output_tokens,
            "cache_read": self.usage.cache_read,
            "cache_write_5m": self.usage.cache_write_5m,
            "cache_write_1h": self.usage.cache_write_1h,
            "cost_usd": str(self.cost_usd),
        } | ({"early": self.early} if self.early else {})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], *, early: str) -> "CallRecord":
        """Read what `as_json` wrote before the turn, maybe in the version before this one."""
        texts = ("kind", "model", "key", "latency_ms", "request_id", "stop_reason", "error")
        tokens = {one.name: kept.get(one.name, 0) for one in dataclasses.fields(pricing.Usage)}
        return cls(
            **{name: kept[name] for name in texts},
            usage=pricing.Usage(**tokens),
            cost_usd=Decimal(kept["cost_usd"]),
            early=early,
        )
