"""The one transaction of a turn: operation, receipt, reply and trace stand or fall together."""

import dataclasses

from ai.models import GuidedState, Proposal, Turn
from ai.proposals import lifecycle
from ai.proposals.actions import Done, perform, show_again
from ai.turn.drafts import BookNow, Draft, Propose, StaffRequest, TurnContext
from ai.turn.stop import assert_running
from ai.turn.trace import Trace
from bookings.models import Booking
from bookings.operations import note_on_booking, update_client
from bookings.values import Origin
from botbackend.outbox.claims import Claim
from dialogues import flow, lanes
from dialogues.models import Message
from dialogues.outbound.messages import say
from dialogues.staff.drafts import leave_once
from dialogues.staff.handoff import hand_off, open_staff_task


def commit(*, context: TurnContext, draft: Draft, trace: Trace, claim: Claim) -> Turn.Outcome:
    """Write what the draft intends and queue the reply; returns how the turn ended.

    Raises DraftStale when the client wrote more or a person took over, Stopped when the salon stopped the
    bot, LeaseLost when another worker has the lane: nothing is written then.
    """
    with lanes.commit_point(burst=context.burst, claim=claim, may_discard=True) as dialogue:
        assert_running(context.project)
        context = dataclasses.replace(context, dialogue=dialogue)
        done = act(context, draft)
        trace.operations += done.operations
        trace.reply = joined(done.text, draft.follow_up)
        is_other_language, dialogue.language = dialogue.language != draft.language, draft.language
        said = say(dialogue=dialogue, texts=[trace.reply], turn_id=context.turn.pk)
        if not said and is_other_language:
            dialogue.save(update_fields=["language"])
        if not said:
            flow.release(dialogue=dialogue)
        _tie_card(context, done, said)
        _remember(context, draft, done)
        lanes.mark_answered(burst=context.burst, turn_id=context.turn.pk)
        outcome = _involve_staff(context, draft, done)
        trace.save(outcome)
    return outcome


def act(context: TurnContext, draft: Draft) -> Done:
    """Carry out the yes, then the rest. Where the yes comes too late, what was to follow it is not said."""
    accepted = perform(context=context, action=draft.accept, lead="") if draft.accept else Done("")
    if draft.accept and (accepted.refused or not accepted.operations):
        return accepted
    if draft.remark is not None:
        _note(context, draft.remark.booking_id, draft.remark.text)
    return _both(accepted, _act_rest(context, draft))


def _act_rest(context: TurnContext, draft: Draft) -> Done:
    if draft.action is not None:
        return perform(context=context, action=draft.action, lead=draft.text)
    shown = None if draft.handoff or draft.asks else show_again(context=context)
    if shown is None:
        return Done(draft.text)
    return Done(joined(draft.text, shown.text), shown=shown.shown)


def _both(first: Done, then: Done) -> Done:
    return dataclasses.replace(
        then,
        text=joined(first.text, then.text),
        operations=[*first.operations, *then.operations],
        question=then.question or first.question,
        task=then.task if then.question else first.task,
    )


def joined(*parts: str) -> str:
    """Return what there is, a blank line between."""
    return "\n\n".join(part for part in parts if part)


def _note(context: TurnContext, booking_id: int, text: str) -> None:
    note_on_booking(
        project=context.project,
        booking_id=booking_id,
        client=context.client,
        note=text,
        origin=Origin(source=Booking.Source.BOT, actor=f"turn {context.turn.pk}"),
    )


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
    """Keep what the client told about themselves, and the place in the menus.

    A wish that was granted leaves the menus; one that was refused stays where another time can be chosen.
    """
    dialogue = context.dialogue
    update_client(
        client=context.client,
        name=draft.client_name or None,
        phone=draft.client_phone or None,
        language=draft.language,
    )
    if draft.guided_state is None:
        return
    granted = isinstance(draft.action, Propose | BookNow) and not done.refused
    state = {} if granted else draft.guided_state
    GuidedState.objects.update_or_create(dialogue=dialogue, defaults={"state": state})


def _involve_staff(context: TurnContext, draft: Draft, done: Done) -> Turn.Outcome:
    dialogue = context.dialogue
    if draft.handoff:
        hand_off(dialogue=dialogue, reason=draft.handoff)
        return Turn.Outcome.HANDED_OFF
    wanted = draft.staff or (StaffRequest(done.question, done.task) if done.question else None)
    if wanted is not None and wanted.draft:
        leave_once(
            dialogue=dialogue,
            kind=wanted.kind,
            reason=wanted.reason,
            draft=wanted.draft,
            knows_up_to=context.burst.last_id,
        )
    elif wanted is not None:
        open_staff_task(project=dialogue.project, dialogue=dialogue, kind=wanted.kind, reason=wanted.reason)
    return Turn.Outcome.REPLIED
