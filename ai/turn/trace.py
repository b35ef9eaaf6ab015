"""What one turn leaves behind: a row that staff can open, and its cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ai.claude.records import CallRecord
from ai.claude.tally import tally_of
from ai.models import EarlyReading, Turn
from ai.phrasing.tools import ToolCall, readable
from ai.understanding.early import EarlyReadings
from ai.understanding.form import Understanding
from botbackend.lib import request_ids

EARLY_LIFE = timedelta(minutes=10)
CLOSED_AT_ONCE = 100


def close_interrupted() -> int:
    """Mark turns that outlived their lease: whoever ran them can commit nothing any more."""
    begun_by = timezone.now() - timedelta(seconds=settings.TURN_SECONDS + 60)
    running = Turn.objects.filter(outcome=Turn.Outcome.RUNNING, started_at__lt=begun_by)
    return running.update(outcome=Turn.Outcome.FAILED, note="interrupted", finished_at=timezone.now())


def close_unanswered() -> None:
    """Count what was read ahead for a burst that no turn came to answer: a person did, or nobody."""
    with transaction.atomic():
        for left in (
            EarlyReading.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(created_at__lt=timezone.now() - EARLY_LIFE)
            .select_related("dialogue")[:CLOSED_AT_ONCE]
        ):
            turn = Turn.objects.create(project_id=left.dialogue.project_id, dialogue=left.dialogue)
            trace = Trace(turn, messages=left.content["messages"], note="read ahead, not answered")
            trace.early = EarlyReadings([left])
            trace.save(Turn.Outcome.SKIPPED)


@dataclass
class Trace:
    """Collects while the turn runs; written once, with its outcome."""

    turn: Turn
    messages: list[int] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)  # those whose words a transcriber wrote
    mode: str = Turn.Mode.MODEL
    language: str = ""
    note: str = ""
    understanding: Understanding | None = None
    prompts: list[str] = field(default_factory=list)
    early: EarlyReadings = field(default_factory=EarlyReadings)
    calls: list[CallRecord] = field(default_factory=list)
    tools: list[ToolCall] = field(default_factory=list)
    guard: list[dict[str, Any]] = field(default_factory=list)
    operations: list[dict[str, Any]] = field(default_factory=list)
    reply: str = ""

    def save(self, outcome: str) -> None:
        """Write the row; belongs to the caller's transaction where there is one.

        What was read ahead for this turn is taken away and counted here.
        """
        calls = [*self.early.take_calls(), *self.calls]
        usages = [call.usage for call in calls]
        Turn.objects.filter(pk=self.turn.pk).update(
            mode=self.mode,
            outcome=outcome,
            note=self.note[:200],
            language=self.language,
            trace=self.as_json(calls),
            tally=tally_of(calls, notes=self._notes()),
            calls=len(calls),
            input_tokens=sum(usage.input_tokens for usage in usages),
            output_tokens=sum(usage.output_tokens for usage in usages),
            cache_read_tokens=sum(usage.cache_read for usage in usages),
            cache_write_tokens=sum(usage.cache_write for usage in usages),
            cost_usd=sum((call.cost_usd for call in calls), Decimal(0)),
            finished_at=timezone.now(),
        )

    def _notes(self) -> list[int]:
        """Return the facts of the salon that the reply drew on, as the model named them."""
        said = [call.arguments for call in self.tools if call.name == "say" and not call.is_error]
        notes = said[-1].get("notes") if said and isinstance(said[-1], dict) else None
        return [one for one in notes if isinstance(one, int)] if isinstance(notes, list) else []

    def as_json(self, calls: Sequence[CallRecord]) -> dict[str, Any]:
        """Return everything as JSON; the column is encrypted."""
        return {
            "messages": self.messages,
            "requests": list(request_ids.current()),
            "heard": self.heard,
            "understanding": None
            if self.understanding is None
            else self.understanding.model_dump(mode="json", exclude_defaults=True, by_alias=True),
            "prompts": self.prompts,
            "calls": [call.as_json() for call in calls],
            "tools": [
                {
                    "name": call.name,
                    "arguments": readable(call.arguments),
                    "result": readable(call.result),
                    "is_error": call.is_error,
                }
                for call in self.tools
            ],
            "guard": self.guard,
            "operations": self.operations,
            "reply": self.reply,
        }
