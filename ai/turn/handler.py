"""One turn: a burst is read, answered and committed, or put off, or left to a person. Never silently."""

import dataclasses
import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from ai.claude import breaker, budget
from ai.claude.client import Caller
from ai.claude.errors import ClaudeError, Cooling, Unreachable
from ai.facts.client import read_facts
from ai.facts.salon import read_salon
from ai.guided.fallback import guided
from ai.models import Turn, assistant_of
from ai.proposals.lifecycle import open_proposal
from ai.turn.beginning import context_of, no_model
from ai.turn.commit import commit
from ai.turn.drafts import Draft, TurnContext
from ai.turn.permissions import permitted
from ai.turn.reply import read_and_reply
from ai.turn.rest import rest_of
from ai.turn.shortcuts import plain_answer, thanked, without_reading
from ai.turn.stop import Stopped, leave_to_people
from ai.turn.trace import Trace
from ai.understanding.form import Understanding
from ai.wording.render import say_text
from ai.wording.voice import known_language
from botbackend.outbox.claims import Claim, RetryLater
from botbackend.outbox.execution import describe
from dialogues import lanes
from dialogues.lanes import Burst, DraftStale
from dialogues.outbound.messages import say
from dialogues.selectors import show_typing
from dialogues.staff.handoff import hand_off

log = logging.getLogger(__name__)

RESERVE = 10.0  # seconds of the lease that are kept for the commit
PATIENCE = 20.0  # seconds that a rate limit may keep a client waiting before the menus take over
LONGEST_WAIT = timedelta(seconds=60)
AGAIN = 2.0


def handle_due(claim: Claim) -> None:
    """Answer what a client wrote. Raises RetryLater when Claude may be there again in a moment."""
    burst = lanes.open_burst(dialogue_id=int(claim.key))
    if burst is None:
        return
    if assistant_of(burst.project).is_stopped:
        leave_to_people(burst=burst, claim=claim)
        return
    seconds = min(float(settings.TURN_SECONDS), max(claim.remaining() - RESERVE, 1.0))
    turn = Turn.objects.create(project=burst.project, dialogue=burst.dialogue)
    context = context_of(burst, turn, seconds)
    trace = Trace(context.turn, messages=[message.pk for message in burst.messages])
    trace.heard = [message.pk for message in burst.messages if message.is_heard]
    trace.language = context.language
    caller = Caller(project=context.project.slug, seconds=seconds)
    trace.calls = caller.calls
    try:
        draft = _compose(context, claim, caller, trace)
        context = _in_language(context, draft)
        draft = permitted(context=context, draft=draft, trace=trace)
        outcome = commit(context=context, draft=draft, trace=trace, claim=claim)
        about = {"dialogue": burst.dialogue.pk, "turn": turn.pk, "status": str(outcome)}
        log.info("the turn is committed", extra=about)
    except DraftStale as stale:
        _drop(burst, trace, stale)
    except Stopped:
        trace.note = "stopped"
        trace.save(Turn.Outcome.SKIPPED)
        leave_to_people(burst=burst, claim=claim)
    except RetryLater as later:
        trace.note = f"put off: {later.reason}"
        trace.save(Turn.Outcome.DISCARDED)
        raise
    except Exception as error:
        trace.note = describe(error)
        trace.save(Turn.Outcome.FAILED)
        raise
    finally:
        budget.spent_more(project=context.project, cost=caller.cost_usd)


def _compose(context: TurnContext, claim: Claim, caller: Caller, trace: Trace) -> Draft:
    proposal = open_proposal(dialogue=context.dialogue)
    simple = without_reading(context) or plain_answer(context, proposal)
    is_more = simple is not None and simple.accept is not None and bool(rest_of(proposal))
    if simple is not None and not is_more:
        return simple
    facts = read_facts(context, proposal)
    salon = read_salon(project=context.project)
    reason = no_model(context.project)
    if simple is not None and reason:
        return simple
    if not reason and simple is None and (draft := thanked(context, facts)) is not None:
        return draft
    if not reason:
        trace.prompts = sorted(prompt.label for prompt in salon.prompts.values())
        show_typing(dialogue=context.dialogue)
        try:
            known = Understanding(answer="yes") if simple is not None else None
            return read_and_reply(
                context=context, salon=salon, facts=facts, caller=caller, trace=trace, known=known
            )
        except ClaudeError as error:
            _put_off(error, context, claim)
            log.warning("the menus answer instead of Claude", extra={"reason": error.reason})
            reason = f"{type(error).__name__}: {error.reason}"
    trace.mode, trace.note = Turn.Mode.GUIDED, reason
    return guided(context=context, salon=salon, facts=facts)


def _put_off(error: ClaudeError, context: TurnContext, claim: Claim) -> None:
    """Come back soon if that may help: nobody sleeps on a limit, and no client waits a long one out."""
    waited = timezone.now() - min(message.created_at for message in context.burst.messages)
    if waited > LONGEST_WAIT:
        return
    if isinstance(error, Cooling) and error.seconds <= PATIENCE:
        raise RetryLater(error.seconds, error.reason, counts=False)
    if isinstance(error, Unreachable) and claim.attempts <= 1 and not breaker.is_open():
        raise RetryLater(AGAIN, error.reason)


def _in_language(context: TurnContext, draft: Draft) -> TurnContext:
    """Cards and receipts speak as the draft does."""
    return dataclasses.replace(context, language=draft.language)


def _drop(burst: Burst, trace: Trace, stale: DraftStale) -> None:
    """Use nothing of the draft: the client wrote more, left, or a person leads now."""
    trace.note = stale.reason
    if stale.reason == "newer_message":
        lanes.discard_draft(burst=burst)
        trace.save(Turn.Outcome.DISCARDED)
        return
    trace.save(Turn.Outcome.SKIPPED)


def give_up(claim: Claim, reason: str) -> None:
    """A lane that fails again and again: tell the client honestly and call a person.

    Runs in the transaction that parks the task.
    """
    dialogue = lanes.lock(int(claim.key))
    language = known_language(dialogue.language, dialogue.client.language, dialogue.project.language)
    if not lanes.skip(dialogue=dialogue, reason=f"the turn failed: {reason}"):
        return
    if not dialogue.channel_closed:
        say(dialogue=dialogue, texts=[say_text(project=dialogue.project, language=language, key="holding")])
    hand_off(dialogue=dialogue, reason=f"the bot could not answer: {reason}", kind="failure")
