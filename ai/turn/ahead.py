"""Reading ahead: while the client's pause still runs, the fast model is asked what the burst means.

If nothing newer comes, the turn finds the answer instead of waiting for it (`ai.understanding.early`).
Nothing is written to the talk here and nothing is decided; whatever goes wrong, the turn asks by itself.

What this may cost is bounded: only a pause of some length is used, one reading at a time per dialogue (the
outbox's lane of its key), `MOST_READINGS` per burst, and none where a turn would not ask either.
"""

import logging
from typing import Any

from ai.claude import budget
from ai.claude.client import Caller
from ai.claude.errors import ClaudeError
from ai.facts.client import read_facts
from ai.facts.salon import read_salon
from ai.models import EarlyReading, Turn, assistant_of
from ai.proposals.lifecycle import open_proposal
from ai.turn.beginning import context_of, no_model
from ai.turn.drafts import TurnContext
from ai.turn.reply import models_of
from ai.turn.shortcuts import plain_answer, thanked, without_reading
from ai.understanding.early import digest_of, keep
from ai.understanding.reading import parse, understand_request
from botbackend.outbox.claims import Claim
from dialogues import lanes
from dialogues.selectors import show_typing

log = logging.getLogger(__name__)

SECONDS = 20.0  # more than a pause is worth; a call cut off at its end would count as a failure of Claude
MOST_READINGS = 3  # of a client who writes piece after piece, each in time to make the last reading useless


def read_ahead(claim: Claim) -> None:
    """Ask what the open burst means, show the client that somebody is at it, and keep the answer."""
    burst = lanes.open_burst(dialogue_id=int(claim.key))
    if burst is None or not lanes.has_time(dialogue=burst.dialogue, received_at=burst.received_at):
        return
    if assistant_of(burst.project).is_stopped:
        return
    seconds = min(SECONDS, claim.remaining())
    turn = Turn(project=burst.project, dialogue=burst.dialogue)  # no row: the turn that answers has one
    context = context_of(burst, turn, seconds)
    proposal = open_proposal(dialogue=context.dialogue)
    is_plain = without_reading(context) or plain_answer(context, proposal)
    if is_plain is not None or no_model(context.project):
        return
    salon, facts = read_salon(project=context.project), read_facts(context, proposal)
    if thanked(context, facts) is not None:
        return
    show_typing(dialogue=context.dialogue)
    model = models_of(context.project).fast
    request = understand_request(model, context, salon, facts)
    _ask(context, model, request, Caller(project=context.project.slug, seconds=seconds))


def _ask(context: TurnContext, model: str, request: dict[str, Any], caller: Caller) -> None:
    digest = digest_of(model, request)
    kept = EarlyReading.objects.filter(dialogue=context.dialogue).values_list("digest", flat=True)
    known = list(kept)
    if digest in known or len(known) >= MOST_READINGS:
        return
    try:
        reply = caller.ask("understand", model, request)
    except ClaudeError as error:
        log.info("not read ahead", extra={"reason": error.reason})
        return
    finally:
        budget.spent_more(project=context.project, cost=caller.cost_usd)
    keep(
        dialogue=context.dialogue,
        digest=digest,
        form=reply.text if parse(reply) is not None else "",
        messages=[message.pk for message in context.burst.messages],
        calls=caller.calls,
    )
