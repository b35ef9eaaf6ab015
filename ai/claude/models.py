"""What each Claude model accepts: a wrong thinking type or effort is a 400."""

from dataclasses import dataclass
from typing import Any

REPLY_TOKENS = 2000  # thinking counts in it


@dataclass(frozen=True)
class ModelTraits:
    """Fixed per model, so that the prompt cache never sees a change."""

    thinking: dict[str, str] | None
    effort: str | None
    system_role: bool = False  # takes system messages among the others


_TRAITS = {
    "claude-haiku-5-5": ModelTraits({"type": "disabled"}, "low", system_role=True),
    "claude-sonnet-5-5": ModelTraits({"type": "between_tools"}, "low", system_role=True),
    "claude-opus-5-5": ModelTraits(None, "low", system_role=True),
    "claude-sonnet-5": ModelTraits({"type": "disabled"}, "low"),
    "claude-sonnet-4-6": ModelTraits({"type": "disabled"}, "low"),
    "claude-haiku-4-5": ModelTraits(None, None),
}
MODELS = tuple(_TRAITS)
_UNKNOWN = ModelTraits(None, None)  # a model of tomorrow: send only what every model takes


def takes_system_messages(model: str) -> bool:
    """Say whether facts can stand in a message of their own, which no client can imitate."""
    return _TRAITS.get(model, _UNKNOWN).system_role


def knobs(model: str, output_format: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return `thinking` and `output_config` of a request to this model."""
    traits = _TRAITS.get(model, _UNKNOWN)
    config: dict[str, Any] = {}
    if traits.effort:
        config["effort"] = traits.effort
    if output_format:
        config["format"] = output_format
    found: dict[str, Any] = {"output_config": config} if config else {}
    if traits.thinking:
        found["thinking"] = dict(traits.thinking)
    return found
