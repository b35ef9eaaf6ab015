"""One answer of a rehearsal: the parts of the real turn, without its commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from ai.claude.client import Caller
from ai.claude.records import CallRecord
from ai.facts.client import ClientFacts
from ai.facts.salon import SalonBriefing, read_salon
from ai.models import Rehearsal, Turn
from ai.prompts.versions import Prompt
from ai.turn.drafts import Draft, TurnContext
from ai.turn.reply import read_and_reply
from ai.turn.shortcuts import spoken, without_reading
from ai.turn.trace import Trace
from ai.understanding.languages import spoken_language
from ai.wording.voice import known_language
from bookings.engine.freshness import as_known
from bookings.models import Client
from botbackend.lib.stopped_clock import current_time
from dialogues.lanes import Burst
from dialogues.models import Dialogue, Message
from projects.models import Project

NOBODY = 0  # the key of rows that are none


class Callers:
    """Claude for the answers of one job: each has a deadline of its own, and the cost of all is counted."""

    def __init__(self, *, project: str, left: Callable[[], float]) -> None:
        """`left` tells the seconds that the job still has."""
        self._project = project
        self._left = left
        self._made: list[Caller] = []

    def new(self) -> Caller:
        """Return one for the next answer."""
        seconds = min(float(settings.TURN_SECONDS), max(self._left(), 1.0))
        caller = Caller(project=self._project, seconds=seconds)
        self._made.append(caller)
        return caller

    @property
    def calls(self) -> list[CallRecord]:
        """What was sent for all answers."""
        return [call for caller in self._made for call in caller.calls]

    @property
    def cost_usd(self) -> Decimal:
        """What all answers cost."""
        return sum((caller.cost_usd for caller in self._made), Decimal(0))


@dataclass
class Played:
    """What came of it: the draft, the context to say it in, what was called for and what it cost."""

    draft: Draft
    context: TurnContext
    caller: Caller
    notes: list[str] = field(default_factory=list)


def briefing(project: Project, rehearsal: Rehearsal) -> SalonBriefing:
    """Return the salon as it is, with the tried text in the place of the prompt in force."""
    return with_tried(read_salon(project=project), rehearsal)


def with_tried(salon: SalonBriefing, rehearsal: Rehearsal) -> SalonBriefing:
    """Return the same salon with the tried text in the place of the prompt in force."""
    tried = Prompt(rehearsal.name, NOBODY, rehearsal.prompt or "")
    return replace(salon, prompts={**salon.prompts, rehearsal.name: tried})


def context_of(
    *, project: Project, dialogue: Dialogue, client: Client, messages: Sequence[Message]
) -> TurnContext:
    """Return the turn as it would begin now, with rows that are not stored."""
    now = current_time()
    burst = Burst(dialogue, project, client, tuple(messages), max(one.pk for one in messages), now)
    words = "\n".join(message.text for message in spoken(messages))
    known = known_language(dialogue.language, client.language, project.language)
    return TurnContext(
        project=project,
        dialogue=dialogue,
        client=client,
        burst=burst,
        now=now,
        turn=Turn(pk=NOBODY, project=project, dialogue=dialogue),
        language=spoken_language(words, dialogue.language, known),
        deadline=timezone.now() + timedelta(seconds=settings.TURN_SECONDS),
    )


def play(context: TurnContext, *, salon: SalonBriefing, facts: ClientFacts, caller: Caller) -> Played:
    """Return the draft. Raises the ClaudeErrors of the first call. Belongs outside of any transaction."""
    trace = Trace(context.turn)
    trace.calls = caller.calls
    draft = without_reading(context)
    if draft is None:
        with as_known():
            draft = read_and_reply(context=context, salon=salon, facts=facts, caller=caller, trace=trace)
    return Played(draft, replace(context, language=draft.language), caller, notes_of(draft, trace))


def notes_of(draft: Draft, trace: Trace) -> list[str]:
    """Return by code what would have happened besides the words."""
    found = {
        "person": bool(draft.handoff),
        "task": draft.staff is not None,
        "from_facts": trace.note.startswith("reply from the facts"),
    }
    return [name for name, is_so in found.items() if is_so]


def as_json(text: str, played: Played) -> dict[str, Any]:
    """Return an answer as the rehearsal keeps it."""
    return {
        "text": text,
        "at": timezone.now().isoformat(),
        "notes": played.notes,
        "usd": str(played.caller.cost_usd),
    }
