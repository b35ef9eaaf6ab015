"""What each model allows and costs to cache: the table behind the checks."""

from __future__ import annotations

from dataclasses import dataclass

from botbackend.workshop.sandbox.wire import Json

EFFORTS = ("low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class ModelRules:
    """One model. `thinking` lists the accepted types, `cache_minimum` is in tokens."""

    id: str
    name: str
    released: str
    thinking: tuple[str, ...]
    thinks_by_default: bool
    system_role: bool
    forced_tools: bool
    cache_minimum: int
    context: int = 1_000_000
    output: int = 128_000
    lifecycle: str = "active"
    retires_at: str | None = None
    prefill: bool = False

    def as_api(self) -> Json:
        """The ModelInfo resource."""
        thinking = {kind: {"supported": kind in self.thinking} for kind in ("adaptive", "enabled")}
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.name,
            "created_at": f"{self.released}T00:00:00Z",
            "lifecycle": self.lifecycle,
            "deprecated_at": None,
            "retires_at": self.retires_at,
            "line": self.id.split("-")[1],
            "max_input_tokens": self.context,
            "max_tokens": self.output,
            "capabilities": {
                "thinking": {"supported": True, "types": thinking},
                "structured_outputs": {"supported": True},
                "batch": {"supported": True},
            },
        }


MODELS = {
    rules.id: rules
    for rules in (
        ModelRules(
            "claude-haiku-5-5",
            "Claude Haiku 5.5",
            "2026-10-07",
            thinking=("adaptive", "disabled"),
            thinks_by_default=True,
            system_role=True,
            forced_tools=True,
            cache_minimum=512,
        ),
        ModelRules(
            "claude-sonnet-5-5",
            "Claude Sonnet 5.5",
            "2026-09-15",
            thinking=("adaptive", "between_tools"),
            thinks_by_default=True,
            system_role=True,
            forced_tools=False,
            cache_minimum=512,
        ),
        ModelRules(
            "claude-opus-5-5",
            "Claude Opus 5.5",
            "2026-09-22",
            thinking=("adaptive",),
            thinks_by_default=True,
            system_role=True,
            forced_tools=False,
            cache_minimum=512,
        ),
        ModelRules(
            "claude-sonnet-5",
            "Claude Sonnet 5",
            "2026-03-01",
            thinking=("adaptive", "disabled"),
            thinks_by_default=False,
            system_role=False,
            forced_tools=True,
            cache_minimum=1024,
        ),
        ModelRules(
            "claude-haiku-4-5",
            "Claude Haiku 4.5",
            "2025-10-01",
            thinking=("enabled", "disabled"),
            thinks_by_default=False,
            system_role=False,
            forced_tools=True,
            cache_minimum=4096,
            context=200_000,
            output=64_000,
            prefill=True,
        ),
        ModelRules(
            "claude-sonnet-4-6",
            "Claude Sonnet 4.6",
            "2026-02-01",
            thinking=("adaptive", "enabled", "disabled"),
            thinks_by_default=False,
            system_role=False,
            forced_tools=True,
            cache_minimum=1024,
        ),
    )
}


def thinks(rules: ModelRules, body: Json) -> bool:
    """Whether an answer to this request begins with a thinking block."""
    kind = (body.get("thinking") or {}).get("type")
    if kind is None:
        return rules.thinks_by_default
    return kind in ("adaptive", "enabled")
