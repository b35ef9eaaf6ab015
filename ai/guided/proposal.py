"""An open card: yes, no, another wish, or a question in between."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from ai.guided.asking import ask_menu
from ai.guided.booking import advance, take_in
from ai.guided.counter import Desk
from ai.guided.reading import Said, read
from ai.guided.state import LIFETIME, State
from ai.guided.steps import say_general, tell
from ai.guided.visits import begin_cancel, begin_change
from ai.language.answers import Kind
from ai.models import Proposal
from ai.proposals.lifecycle import was_shown_before
from ai.turn.drafts import Accept, Decline, Draft

_PATIENCE = 3


def answer_card(desk: Desk, proposal: Proposal, state: State | None, text: str) -> Draft:
    """Take the answer to what was shown. Whatever leads away from the card declines it."""
    said = read(desk, text, kind=cast(Kind, proposal.kind))
    if said.answer == "yes":
        if not was_shown_before(proposal, desk.context.burst.messages):
            return _ask_again(desk, 0, desk.say("ask_yes_no"))
        return desk.draft([], action=Accept(proposal.pk))
    if said.answer == "no":
        return _leave(proposal, ask_menu(desk, desk.say("declined")))
    if said.wants_back or said.alone == "more":
        return _leave(proposal, _again(desk, proposal))
    if said.alone == "menu":
        return _leave(proposal, ask_menu(desk))
    general = say_general(desk, said)
    if general is not None and said.alone != "thanks":
        return general
    told = tell(desk, said)
    if told:
        return _ask_again(desk, 0, told)
    away = _other_wish(desk, proposal, said)
    if away is not None:
        return _leave(proposal, away)
    return _misunderstood(desk, state, said)


def _leave(proposal: Proposal, draft: Draft) -> Draft:
    return draft if draft.action else replace(draft, action=Decline(proposal.pk))


def _ask_again(desk: Desk, misses: int, *notes: str) -> Draft:
    """Say this; the card itself is shown again below it by whoever commits the draft."""
    return desk.draft(notes, State(step="answer", misses=misses))


def _misunderstood(desk: Desk, state: State | None, said: Said) -> Draft:
    if said.alone in ("thanks", "greet"):
        return _ask_again(desk, 0, desk.say("ask_yes_no"))
    misses = 1 + (state.misses if state and state.step == "answer" else 0)
    if misses >= _PATIENCE:
        return desk.to_person("not understood three times")
    return _ask_again(desk, misses, desk.say("offer_person" if misses > 1 else "ask_yes_no"))


def _other_wish(desk: Desk, proposal: Proposal, said: Said) -> Draft | None:
    """Follow a wish for something else; what it leaves out stays as on the card."""
    if said.intent == "cancel":
        return begin_cancel(desk, said)
    shown = card_state(desk, proposal)
    if said.numbers or not said.names_something:
        if said.intent == "change":
            return begin_change(desk, said) if shown is None else _again(desk, proposal)
        return None
    if shown is None and said.intent == "change":
        return begin_change(desk, said)
    taken = take_in(desk, shown or State(), said)
    return advance(desk, taken.state, *taken.notes) if taken else None


def _again(desk: Desk, proposal: Proposal, *notes: str) -> Draft:
    """Show the other times of the day that was on the card."""
    state = card_state(desk, proposal)
    return ask_menu(desk, *notes) if state is None else advance(desk, state, *notes)


def card_state(desk: Desk, proposal: Proposal) -> State | None:
    """Return the card as a place in the menus; None for a cancellation or a card that cannot be read."""
    details: dict[str, Any] = proposal.details if isinstance(proposal.details, dict) else {}
    try:
        shown = list(details["shown"])
        state = State(
            services=tuple(int(one["service_id"]) for one in shown),
            people=tuple(int(one["specialist_id"]) for one in shown),
            guessed=True,
        )
        days = [datetime.fromisoformat(one["start"]).date() for one in shown]
        moved = int(details["booking_ids"][0]) if proposal.kind == Proposal.Kind.CHANGE else None
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    if proposal.kind == Proposal.Kind.CANCEL or not days:
        return None
    day: date = min(days)
    return state.but(booking=moved, first=day, last=day)


def answer_late(desk: Desk, said: Said) -> Draft | None:
    """Tell a client who answers a card that has expired, and show the times again; None if there was none."""
    if said.answer == "none":
        return None
    latest = (
        Proposal.objects.filter(
            dialogue=desk.context.dialogue,
            project=desk.project,
            created_at__gt=desk.context.now - LIFETIME,
        )
        .order_by("-pk")
        .first()
    )
    overdue = (Proposal.State.EXPIRED, Proposal.State.OPEN)
    if latest is None or latest.state not in overdue:
        return None
    if said.answer == "no":
        return ask_menu(desk, desk.say("declined"))
    return _again(desk, latest, desk.say("proposal_expired"))
