"""What a turn starts from, before anything is read: language and moment, and whether a model can be asked."""

from datetime import timedelta

from django.utils import timezone

from ai.claude import breaker, budget, key_pool
from ai.models import Turn
from ai.turn.drafts import TurnContext
from ai.turn.shortcuts import spoken
from ai.understanding.languages import spoken_language
from ai.wording.voice import known_language
from dialogues.lanes import Burst
from projects.models import Project


def context_of(burst: Burst, turn: Turn, seconds: float) -> TurnContext:
    """Settle what is known of the burst; `seconds` is all the time there is for it."""
    words = "\n".join(message.text for message in spoken(burst.messages))
    known = known_language(burst.dialogue.language, burst.client.language, burst.project.language)
    return TurnContext(
        project=burst.project,
        dialogue=burst.dialogue,
        client=burst.client,
        burst=burst,
        now=burst.received_at,
        turn=turn,
        language=spoken_language(words, burst.dialogue.language, known),
        deadline=timezone.now() + timedelta(seconds=seconds),
    )


def no_model(project: Project) -> str:
    """Say why no model may or can be asked, "" if one can."""
    if not key_pool.has_living_key():
        return "no usable key"
    if breaker.is_open():
        return "circuit open"
    return "budget spent" if budget.is_spent(project=project) else ""
