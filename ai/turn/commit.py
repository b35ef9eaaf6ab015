"""The one transaction of a turn: operation, receipt, reply and trace stand or fall together."""

import dataclasses

from ai.models import GuidedState, Proposal, Turn
from ai.proposals import lifecycle
from ai.proposals.actions import Done, perform, show_again
from ai.turn.drafts import BookNow, Draft, Propose, TurnContext
from ai.turn.trace import Trace
from bookings.operations import update_client
from botbackend.outbox.claims import Claim
from dialogues import lanes
from dialogues.models import Dialogue, Message
from dialogues.outbound.messages import say
from dialogues.staff.handoff import hand_off, open_staff_task

QUESTION_KIND = "question"


def commit(*, context: TurnContext, draft: Draft, trace: Trace, claim: Claim) -> Turn.Outcome:
    """Write what the draft intends and queue the reply; returns how the turn ended.

    Raises DraftStale when the client wrote more or a person took over, LeaseLost when another worker has the
    lane: nothing is written then.
    """
    with lanes.commit_point(burst=context.burst, claim=claim, may_discard=True) as dialogue:
        context = dataclasses.replace(context, dialogue=dialogue)
        done = _act(context, draft)
        trace.operations += done.operations
        trace.reply = "\n\n".join(part for part in (done.text, draft.follow_up) if part)
        said = say(dialogue=dialogue, texts=[trace.reply], turn_id=context.turn.pk)
        _tie_card(context, done, said)
        _remember(context, draft, done)
        lanes.mark_answered(burst=context.burst, turn_id=context.turn.pk)
        outcome = _involve_staff(draft, done, dialogue)
        trace.save(outcome)
    return outcome


def _act(context: TurnContext, draft: Draft) -> Done:
    if draft.action is not None:
        return perform(context=context, action=draft.action, lead=draft.text)
    shown = show_again(context=context) if not draft.handoff else None
    if shown is None:
        return Done(draft.text)
    return Done(f"{draft.text}\n\n{shown.text}", shown=shown.shown)


def _tie_card(context: TurnContext, done: Done, said: list[Message]) -> None:
    """Remember which message shows the proposal: only a yes that comes after it counts."""
    message_id = said[-1].pk if said else None
    if done.opening is not None:
        lifecycle.open_new(
            turn=context.turn,
            dialogue=context.dialogue,
            kind=done.opening.kind,
            details=done.opening.details,
            holds=done.opening.holds,
            message_id=message_id,
        )
    elif done.shown is not None:
        Proposal.objects.filter(pk=done.shown.pk).update(message_id=message_id)


def _remember(context: TurnContext, draft: Draft, done: Done) -> None:
    """Keep what the client told about themselves, the language, and the place in the menus.

    A wish that was granted leaves the menus; one that was refused stays where another time can be chosen.
    """
    dialogue = context.dialogue
    update_client(
        client=context.client,
        name=draft.client_name or None,
        phone=draft.client_phone or None,
        language=draft.language,
    )
    if dialogue.language != draft.language:
        dialogue.language = draft.language
        dialogue.save(update_fields=["language"])
    if draft.guided_state is None:
        return
    granted = isinstance(draft.action, Propose | BookNow) and not done.refused
    state = {} if granted else draft.guided_state
    GuidedState.objects.update_or_create(dialogue=dialogue, defaults={"state": state})


def _involve_staff(draft: Draft, done: Done, dialogue: Dialogue) -> Turn.Outcome:
    if draft.handoff:
        hand_off(dialogue=dialogue, reason=draft.handoff)
        return Turn.Outcome.HANDED_OFF
    question = draft.question or done.question
    if question:
        open_staff_task(project=dialogue.project, dialogue=dialogue, kind=QUESTION_KIND, reason=question)
    return Turn.Outcome.REPLIED
