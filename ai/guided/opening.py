"""The first words of a client who is in no menu yet, maybe in the middle of a talk with the model."""

from dataclasses import replace
from datetime import timedelta

from ai.guided.asking import ask_menu, ask_services
from ai.guided.booking import advance, take_in
from ai.guided.counter import Desk
from ai.guided.information import find_note
from ai.guided.intents import find_intent
from ai.guided.proposal import answer_late
from ai.guided.reading import Said, read
from ai.guided.state import State
from ai.guided.steps import say_general, tell
from ai.guided.unknown import has_unknown_words
from ai.guided.visits import begin_cancel, begin_change
from ai.turn.drafts import Draft
from dialogues.models import Message

_LINES = 6
_RECENT = timedelta(hours=3)
_ELSEWHERE = ("cancel", "change")


def open_talk(desk: Desk, said: Said) -> Draft:
    """Go straight to what was asked for; greet with the menu when it was nothing that can be read."""
    return (
        say_general(desk, said)
        or _direct(desk, said)
        or _booking(desk, said)
        or answer_late(desk, said)
        or _agreed(desk, said)
        or _note(desk, said)
        or _greet(desk, said)
    )


def _direct(desk: Desk, said: Said) -> Draft | None:
    if said.intent == "cancel":
        return begin_cancel(desk, said)
    if said.intent == "change":
        return begin_change(desk, said)
    told = tell(desk, said)
    return desk.draft([told]) if told else None


def _booking(desk: Desk, said: Said) -> Draft | None:
    """Book what was named, completed by what the client wrote a moment ago."""
    if not (said.names_something or said.intent == "book") or said.numbers:
        return None
    complete = bool(said.services.named) and said.wish is not None
    alien = not (said.services.named or said.people.named) and has_unknown_words(said.text)
    state = State() if complete or alien else _said_before(desk)
    taken = take_in(desk, state, said)
    if taken is not None:
        return advance(desk, taken.state, *taken.notes)
    return advance(desk, state) if state.services else ask_services(desk, state)


def _agreed(desk: Desk, said: Said) -> Draft | None:
    """A yes to something the model asked: go on with what the client had named before."""
    if said.answer != "yes":
        return None
    state = _said_before(desk)
    return advance(desk, state) if state.services else None


def _said_before(desk: Desk) -> State:
    """Return what the client's recent words name, each read as of the moment it was received.

    What was said before the newest visit was made belongs to that visit.
    """
    since = max([desk.context.now - _RECENT, *(visit.created_at for visit in desk.facts.visits)])
    lines = [line for line in desk.facts.lines if line.author == Message.Author.CLIENT and line.at > since]
    state = State()
    for line in lines[-_LINES:]:
        then = replace(desk, context=replace(desk.context, now=line.at))
        said = read(then, line.text)
        if said.numbers or find_intent(line.text) in _ELSEWHERE:
            continue
        taken = take_in(then, state, said)
        if taken is not None:
            state = taken.state.but(guessed=True)
    return state


def _note(desk: Desk, said: Said) -> Draft | None:
    note = find_note(desk, said.text)
    return desk.draft([note]) if note else None


def _greet(desk: Desk, said: Said) -> Draft:
    is_new = said.alone == "start" or not (desk.facts.lines or desk.facts.summary)
    return ask_menu(desk, *([desk.say("greeting")] if is_new else []))
