"""The tables of the assistant."""

from ai.models.closed_days import ClosedDays, TalkDay
from ai.models.keys import Breaker, CompressionBatch, KeyState, ModelPrice
from ai.models.rehearsals import Rehearsal, Scenario, lines_of
from ai.models.setup import (
    MAX_PROMPT_LENGTH,
    MODEL_FIELDS,
    UNKNOWN_MODEL,
    AssistantSettings,
    Knowledge,
    Permission,
    PromptDraft,
    PromptVersion,
    Wording,
    assistant_of,
    may_choose,
)
from ai.models.talks import EarlyReading, GuidedState, Proposal, Summary, Turn

__all__ = [
    "MAX_PROMPT_LENGTH",
    "MODEL_FIELDS",
    "UNKNOWN_MODEL",
    "AssistantSettings",
    "Breaker",
    "ClosedDays",
    "CompressionBatch",
    "EarlyReading",
    "GuidedState",
    "KeyState",
    "Knowledge",
    "ModelPrice",
    "Permission",
    "PromptDraft",
    "PromptVersion",
    "Proposal",
    "Rehearsal",
    "Scenario",
    "Summary",
    "TalkDay",
    "Turn",
    "Wording",
    "assistant_of",
    "lines_of",
    "may_choose",
]
