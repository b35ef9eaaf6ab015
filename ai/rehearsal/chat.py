"""The test chat: a client who is nobody, with a card that holds nothing."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from ai.claude.client import Caller
from ai.facts.client import ClientFacts
from ai.language.answers import CardKind, read_answer
from ai.models import Proposal, Rehearsal, Turn
from ai.proposals import lifecycle
from ai.proposals.actions import Done, perform
from ai.proposals.details import visits_of
from ai.rehearsal.playing import NOBODY, Played, as_json, briefing, context_of, play
from ai.turn.commit import act, joined
from ai.turn.drafts import Accept, BookNow, Decline, Draft, TurnContext
from ai.turn.shortcuts import again, text_of
from bookings.models import Client
from dialogues.models import Dialogue, Message
from dialogues.selectors import Line
from projects.models import Project

_CONTACT = "rehearsal"


def begun() -> dict[str, Any]:
    """Return a chat in which nobody has said anything."""
    return {"lines": [], "card": None, "language": ""}


def answer(rehearsal: Rehearsal, content: dict[str, Any], caller: Caller) -> None:
    """Answer the last message of the chat in `content`; no row is saved. Raises ClaudeErrors."""
    context = _context(rehearsal.project, content)
    card = _card(content, context)
    words = content["lines"][-1]["text"]
    meant = read_answer(words, cast(CardKind, card.kind)) if card else "none"
    if card is not None and meant == "yes":
        done = _on_stage(context, Draft("", language=context.language), accepts=card)
        _say(content, _by_code(done.text, "booked"), visit=_visit(card.kind, card.details), card=None)
        return
    if card is not None and meant == "no":
        _say(content, _by_code(text_of(context, "declined")), visit=None, card=None)
        return
    played = play(
        context,
        salon=briefing(rehearsal.project, rehearsal),
        facts=_facts(context, content, card),
        caller=caller,
    )
    _say_played(content, played, _on_stage(played.context, played.draft))


def _say_played(content: dict[str, Any], played: Played, done: Done) -> None:
    draft = played.draft
    content["language"] = draft.language
    opened = done.opening and {"kind": done.opening.kind, "details": done.opening.details, "until": _until()}
    left = None if isinstance(draft.action, Decline) else content["card"]
    visit = _visit(done.opening.kind, done.opening.details) if done.opening else None
    if isinstance(draft.action, BookNow) and not done.refused:
        played.notes.append("booked")
        booked = {item.service_id for visit in draft.action.visits for item in visit}
        visit = {"kind": "book", "services": sorted(booked)}
    text = joined(done.text, draft.follow_up)
    _say(content, as_json(text, played), visit=visit, card=opened or left)


def _by_code(text: str, *notes: str) -> dict[str, Any]:
    """What is said without a model costs nothing."""
    return {"text": text, "notes": list(notes), "usd": "0", "at": _now()}


def _visit(kind: str, details: dict[str, Any]) -> dict[str, Any]:
    """Return what a card would do, and with which services."""
    services = {item.service_id for visit in visits_of(details) for item in visit}
    return {"kind": kind, "services": sorted(services)}


def _say(
    content: dict[str, Any],
    line: dict[str, Any],
    *,
    visit: dict[str, Any] | None,
    card: dict[str, Any] | None,
) -> None:
    content["lines"].append({"who": "bot", **line, "visit": visit})
    content["card"] = card


def _now() -> str:
    return timezone.now().isoformat()


def _until() -> str:
    return (timezone.now() + lifecycle.HOLD).isoformat()


def _context(project: Project, content: dict[str, Any]) -> TurnContext:
    client = Client(pk=NOBODY, project=project, contact_id=_CONTACT)
    dialogue = Dialogue(pk=NOBODY, project=project, client=client, language=content["language"])
    line = content["lines"][-1]
    at = datetime.fromisoformat(line["at"])
    message = Message(
        pk=len(content["lines"]),
        project=project,
        dialogue=dialogue,
        direction=Message.Direction.IN,
        author=Message.Author.CLIENT,
        text=line["text"],
        state=Message.State.RECEIVED,
        channel_date=at,
        created_at=at,
    )
    return context_of(project=project, dialogue=dialogue, client=client, messages=[message])


def _card(content: dict[str, Any], context: TurnContext) -> Proposal | None:
    """The card that lies before the tester, as long as a real one would."""
    card = content["card"]
    if card is None or datetime.fromisoformat(card["until"]) <= timezone.now():
        return None
    return Proposal(
        pk=NOBODY,
        project=context.project,
        dialogue=context.dialogue,
        kind=card["kind"],
        details=card["details"],
        expires_at=datetime.fromisoformat(card["until"]),
    )


def _facts(context: TurnContext, content: dict[str, Any], card: Proposal | None) -> ClientFacts:
    lines = tuple(
        Line(
            message_id=number,
            author=Message.Author.CLIENT if line["who"] == "client" else Message.Author.BOT,
            text=line["text"],
            at=datetime.fromisoformat(line["at"]),
            uncertain=False,
        )
        for number, line in enumerate(content["lines"][:-1], 1)
    )
    return ClientFacts(visits=(), past=(), proposal=card, lines=lines, summary=None)


def _on_stage(context: TurnContext, draft: Draft, *, accepts: Proposal | None = None) -> Done:
    """Act the draft out with rows of the client, in a transaction that is taken back."""
    with transaction.atomic():
        client = Client.objects.create(project=context.project, contact_id=_CONTACT)
        dialogue = Dialogue.objects.create(project=context.project, client=client)
        turn = Turn.objects.create(project=context.project, dialogue=dialogue)
        staged = replace(context, client=client, dialogue=dialogue, turn=turn)
        done = act(staged, draft) if accepts is None else _accepted(staged, accepts)
        transaction.set_rollback(True)
    return done


def _accepted(context: TurnContext, card: Proposal) -> Done:
    """Say yes to what the card showed: it is shown anew first, for nothing was held."""
    shown = perform(context=context, action=again(card), lead="")
    if shown.opening is None:
        return shown
    proposal = lifecycle.open_new(
        turn=context.turn,
        dialogue=context.dialogue,
        kind=shown.opening.kind,
        details=shown.opening.details,
        holds=shown.opening.holds,
        message_id=None,
    )
    return perform(context=context, action=Accept(proposal.pk), lead="")
