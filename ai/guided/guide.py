"""The one entry: a turn in, a draft out. Reads only."""

from collections.abc import Mapping
from typing import Any

from ai.facts.client import ClientFacts
from ai.facts.salon import SalonBriefing
from ai.guided.menu_turn import MenuTurn
from ai.guided.opening import open_talk
from ai.guided.proposal import answer_card
from ai.guided.reading import read
from ai.guided.state import State, read_state
from ai.guided.steps import take_step
from ai.language.numbers.listed import read_numbers
from ai.turn.drafts import Draft, TurnContext
from ai.turn.shortcuts import spoken
from dialogues.models import Message

_WALK = 5


def guide(
    *, context: TurnContext, salon: SalonBriefing, facts: ClientFacts, state: Mapping[str, Any] | None
) -> Draft:
    """Answer the burst without a model.

    `state` is what the last draft gave as `guided_state`; None or {} is a client who is in no menu. A
    Decline has the whole reply in its text. With Propose and BookNow, `guided_state` is where the client
    stands if the operation refuses; it is to be dropped when it succeeds.
    """
    turn = MenuTurn.of(context, salon, facts)
    place = _current(turn, state)
    first, *more = _pieces(context, place)
    draft = _answer(turn, place, first)
    for text in more:
        if draft.action or draft.handoff:
            break
        place = read_state(draft.guided_state, now=context.now)
        draft = _answer(turn, place, text)
    return draft


def _answer(turn: MenuTurn, place: State | None, text: str) -> Draft:
    proposal = turn.facts.proposal
    if proposal is not None and (place is None or place.step == "answer" or not _shows_a_list(place)):
        return answer_card(turn, proposal, place, text)
    said = read(turn, text)
    if place is None or place.step == "answer":
        return open_talk(turn, said)
    return take_step(turn, place, said)


def _shows_a_list(place: State) -> bool:
    return place.step == "menu" or bool(place.choices)


def _current(turn: MenuTurn, raw: Mapping[str, Any] | None) -> State | None:
    """Return the client's place, unless something was said and answered outside the menus since."""
    place = read_state(raw, now=turn.context.now)
    if place is None or place.at is None:
        return None
    at = place.at
    went_on = any(line.author == Message.Author.CLIENT and line.at > at for line in turn.facts.lines)
    return None if went_on else place


def _pieces(context: TurnContext, place: State | None) -> list[str]:
    """Return the burst as one text; numbers sent one by one walk through the menus one by one."""
    texts = [message.text for message in spoken(context.burst.messages) if message.text.strip()]
    if place is None or place.step == "services" or not 1 < len(texts) <= _WALK:
        return ["\n".join(texts)]
    return texts if all(len(read_numbers(text)) == 1 for text in texts) else ["\n".join(texts)]
