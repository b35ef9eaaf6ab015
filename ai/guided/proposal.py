"""An open card: yes, no, another wish, or a question in between."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from ai.guided.booking import advance, take_in
from ai.guided.menu_turn import MenuTurn
from ai.guided.reading import Said, read
from ai.guided.replies import ask_menu
from ai.guided.state import LIFETIME, State
from ai.guided.steps import say_general, tell
from ai.guided.visits import begin_cancel, begin_change
from ai.models import Proposal
from ai.proposals.answers import read_late, read_words
from ai.proposals.details import cancelled_ids, visits_of
from ai.turn.drafts import Accept, Decline, Draft

_PATIENCE = 3


def answer_card(turn: MenuTurn, proposal: Proposal, state: State | None, text: str) -> Draft:
    """Take the answer to what was shown. Whatever leads away from the card declines it."""
    said = read(turn, text)
    answer = read_words(proposal, said.text, turn.context.burst.messages)
    if answer == "yes":
        return turn.draft([], action=Accept(proposal.pk))
    if answer == "early":
        return _ask_again(turn, 0, turn.say("ask_yes_no"))
    if answer == "no":
        return _leave(proposal, ask_menu(turn, turn.say("declined")))
    if said.wants_back or said.alone == "more":
        return _leave(proposal, _again(turn, proposal))
    if said.alone == "menu":
        return _leave(proposal, ask_menu(turn))
    general = say_general(turn, said)
    if general is not None and said.alone != "thanks":
        return general
    told = tell(turn, said)
    if told:
        return _ask_again(turn, 0, told)
    away = _other_wish(turn, proposal, said)
    if away is not None:
        return _leave(proposal, away)
    return _misunderstood(turn, state, said)


def _leave(proposal: Proposal, draft: Draft) -> Draft:
    return draft if draft.action else replace(draft, action=Decline(proposal.pk))


def _ask_again(turn: MenuTurn, misses: int, *notes: str) -> Draft:
    """Say this; the card itself is shown again below it by whoever commits the draft."""
    return turn.draft(notes, State(step="answer", misses=misses))


def _misunderstood(turn: MenuTurn, state: State | None, said: Said) -> Draft:
    if said.alone in ("thanks", "greet"):
        return _ask_again(turn, 0, turn.say("ask_yes_no"))
    misses = 1 + (state.misses if state and state.step == "answer" else 0)
    if misses >= _PATIENCE:
        return turn.to_person("not understood three times")
    return _ask_again(turn, misses, turn.say("offer_person" if misses > 1 else "ask_yes_no"))


def _other_wish(turn: MenuTurn, proposal: Proposal, said: Said) -> Draft | None:
    """Follow a wish for something else; what it leaves out stays as on the card."""
    if said.intent == "cancel":
        return begin_cancel(turn, said)
    shown = card_state(turn, proposal)
    if said.numbers or not said.names_something:
        if said.intent == "change":
            return begin_change(turn, said) if shown is None else _again(turn, proposal)
        return None
    if shown is None and said.intent == "change":
        return begin_change(turn, said)
    taken = take_in(turn, shown or State(), said)
    return advance(turn, taken.state, *taken.notes) if taken else None


def _again(turn: MenuTurn, proposal: Proposal, *notes: str) -> Draft:
    """Show the other times of the day that was on the card."""
    state = card_state(turn, proposal)
    return ask_menu(turn, *notes) if state is None else advance(turn, state, *notes)


def card_state(turn: MenuTurn, proposal: Proposal) -> State | None:
    """Return the card as a place in the menus; None for a cancellation or a card that cannot be read.

    Nor do the menus know of several visits at once.
    """
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
        if len(visits_of(details)) > 1 or cancelled_ids(details):
            return None
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    if proposal.kind == Proposal.Kind.CANCEL or not days:
        return None
    day: date = min(days)
    return state.but(booking=moved, first=day, last=day)


def answer_late(turn: MenuTurn, said: Said) -> Draft | None:
    """Tell a client who answers a card that has expired, and show the times again; None if there was none."""
    late = read_late(turn.context.dialogue, said.text)
    if late is None or late.proposal.created_at <= turn.context.now - LIFETIME:
        return None
    if late.answer == "no":
        return ask_menu(turn, turn.say("declined"))
    return _again(turn, late.proposal, turn.say("proposal_expired"))
