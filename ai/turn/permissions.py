"""What the salon lets the assistant do by itself: one look at a draft before it is committed.

A yes to a card that was shown before counts whatever was switched since; greetings, menus and the client's
wish for a person or for silence are never held back.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from ai.guided.state import State, read_state
from ai.models import Permission, assistant_of
from ai.turn.drafts import BookNow, Draft, Propose, StaffRequest, TurnContext
from ai.turn.shortcuts import text_of, words_of
from ai.turn.spoken import spoken
from ai.turn.trace import Trace
from ai.understanding.form import Understanding
from dialogues.staff.drafts import DRAFT_KIND, waiting_task

_LONGEST_REASON = 400


class Kind(StrEnum):
    """A kind of request; the value is the column of the settings."""

    ANSWER = "may_answer"
    BOOK = "may_book"
    CHANGE = "may_change"
    CARE = "may_care"


NAMES = {
    Kind.ANSWER: "questions",
    Kind.BOOK: "new visits",
    Kind.CHANGE: "changes of visits",
    Kind.CARE: "complaints and health",
}
_STRICTNESS = (Permission.ALONE, Permission.DRAFT, Permission.PEOPLE)


def permitted(*, context: TurnContext, draft: Draft, trace: Trace) -> Draft:
    """Return the draft, or what is said instead where the salon wants a person to answer.

    Of several kinds in one message the strictest rule holds.
    """
    if draft.handoff:
        return draft
    rules = assistant_of(context.project)
    found = {kind: Permission(getattr(rules, kind)) for kind in kinds_of(draft, trace.understanding, context)}
    verdict = max(found.values(), key=_STRICTNESS.index, default=Permission.ALONE)
    if verdict is Permission.ALONE:
        return draft
    about = ", ".join(NAMES[kind] for kind, rule in found.items() if rule is verdict)
    trace.note = "; ".join(filter(None, [trace.note, f"{verdict.label}: {about}"]))
    reason = f"{about}: {words_of(context)[:_LONGEST_REASON]}"
    return _left(context, draft, reason) if verdict is Permission.PEOPLE else _drafted(context, draft, reason)


def _left(context: TurnContext, draft: Draft, reason: str) -> Draft:
    return replace(_kept(draft), text=text_of(context, "handoff"), handoff=reason)


def _drafted(context: TurnContext, draft: Draft, reason: str) -> Draft:
    """Keep the reply for a person; the client hears once that somebody will answer."""
    words = spoken(context=context, draft=replace(draft, accept=None))
    waits = waiting_task(dialogue=context.dialogue, kind=DRAFT_KIND) is not None
    text = "" if waits else text_of(context, "holding")
    return replace(_kept(draft), text=text, staff=StaffRequest(reason, "draft", draft=words))


def _kept(draft: Draft) -> Draft:
    """What goes on whoever answers: the yes to a card, and what the client told about themselves."""
    return Draft(
        "",
        accept=draft.accept,
        language=draft.language,
        guided_state=None if draft.guided_state is None else {},
        asks=True,
        client_name=draft.client_name,
        client_phone=draft.client_phone,
    )


def kinds_of(draft: Draft, form: Understanding | None, context: TurnContext) -> frozenset[Kind]:
    """Return what the message was about, as far as it was understood."""
    kinds = {*_of_action(draft), *_of_menus(draft, context)}
    if form is not None:
        kinds |= {*_of_form(draft, form)}
        talks = form.wants in ("question", "smalltalk", "unclear", "my_bookings") and draft.accept is None
        if form.to_answer or (talks and not kinds and form.answer == "none"):
            kinds.add(Kind.ANSWER)
    return frozenset(kinds)


def _of_action(draft: Draft) -> Iterator[Kind]:
    action = draft.action
    if isinstance(action, Propose):
        yield Kind.BOOK if action.kind == "book" else Kind.CHANGE
    elif isinstance(action, BookNow):
        yield Kind.BOOK
    if draft.staff is not None and draft.staff.kind in ("complaint", "health"):
        yield Kind.CARE


def _of_form(draft: Draft, form: Understanding) -> Iterator[Kind]:
    """What was wished; with a yes the wishes may be the card's own."""
    if form.remark.kind in ("complaint", "health"):
        yield Kind.CARE
    for wish in form.wishes if draft.accept is None else ():
        yield Kind.BOOK if wish.kind == "book" else Kind.CHANGE


def _of_menus(draft: Draft, context: TurnContext) -> Iterator[Kind]:
    """Where the numbered menus stand; outside of them they answered a question."""
    if draft.guided_state is None or draft.action is not None or draft.accept is not None:
        return
    state = read_state(draft.guided_state, now=context.now)
    if state is None:
        yield Kind.ANSWER
    elif state.step != "menu":
        yield _of_step(state)


def _of_step(state: State) -> Kind:
    return Kind.CHANGE if state.booking is not None or state.step in ("change", "cancel") else Kind.BOOK
