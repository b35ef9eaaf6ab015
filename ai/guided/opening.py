"""The first words of a client who is in no menu yet, maybe in the middle of a talk with the model."""

from dataclasses import replace
from datetime import timedelta

from ai.guided.booking import advance, take_in
from ai.guided.menu_turn import MenuTurn
from ai.guided.proposal import answer_late
from ai.guided.reading import Said, read
from ai.guided.replies import ask_menu, ask_services, find_note
from ai.guided.state import State
from ai.guided.steps import say_general, tell
from ai.guided.visits import begin_cancel, begin_change
from ai.language.intents import find_intent, has_unknown_words
from ai.turn.drafts import Draft
from dialogues.models import Message

_LINES = 6
_RECENT = timedelta(hours=3)
_ELSEWHERE = ("cancel", "change")


def open_talk(turn: MenuTurn, said: Said) -> Draft:
    """Go straight to what was asked for; greet with the menu when it was nothing that can be read."""
    return (
        say_general(turn, said)
        or _direct(turn, said)
        or _booking(turn, said)
        or answer_late(turn, said)
        or _agreed(turn, said)
        or _note(turn, said)
        or _greet(turn, said)
    )


def _direct(turn: MenuTurn, said: Said) -> Draft | None:
    if said.intent == "cancel":
        return begin_cancel(turn, said)
    if said.intent == "change":
        return begin_change(turn, said)
    told = tell(turn, said)
    return turn.draft([told]) if told else None


def _booking(turn: MenuTurn, said: Said) -> Draft | None:
    """Book what was named, completed by what the client wrote a moment ago."""
    if not (said.names_something or said.intent == "book") or said.numbers:
        return None
    complete = bool(said.services.named) and said.wish is not None
    alien = not (said.services.named or said.people.named) and has_unknown_words(said.text)
    state = State() if complete or alien else _said_before(turn)
    taken = take_in(turn, state, said)
    if taken is not None:
        return advance(turn, taken.state, *taken.notes)
    return advance(turn, state) if state.services else ask_services(turn, state)


def _agreed(turn: MenuTurn, said: Said) -> Draft | None:
    """A yes to something the model asked: go on with what the client had named before."""
    if said.answer != "yes":
        return None
    state = _said_before(turn)
    return advance(turn, state) if state.services else None


def _said_before(turn: MenuTurn) -> State:
    """Return what the client's recent words name, each read as of the moment it was received.

    What was said before the newest visit was made belongs to that visit.
    """
    since = max([turn.context.now - _RECENT, *(visit.created_at for visit in turn.facts.visits)])
    lines = [line for line in turn.facts.lines if line.author == Message.Author.CLIENT and line.at > since]
    state = State()
    for line in lines[-_LINES:]:
        then = replace(turn, context=replace(turn.context, now=line.at))
        said = read(then, line.text)
        if said.numbers or find_intent(line.text) in _ELSEWHERE:
            continue
        taken = take_in(then, state, said)
        if taken is not None:
            state = taken.state.but(guessed=True)
    return state


def _note(turn: MenuTurn, said: Said) -> Draft | None:
    note = find_note(turn, said.text)
    return turn.draft([note]) if note else None


def _greet(turn: MenuTurn, said: Said) -> Draft:
    is_new = said.alone == "start" or not (turn.facts.lines or turn.facts.summary)
    return ask_menu(turn, *([turn.say("greeting")] if is_new else []))
