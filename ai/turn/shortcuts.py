"""Replies that need no model: a greeting, honest words about a voice note, a plain yes or no, mere thanks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from ai.facts.client import ClientFacts
from ai.facts.media import is_readable, unreadable_key
from ai.language.intents import find_alone
from ai.language.text import is_sign_alone
from ai.models import Proposal
from ai.proposals import lifecycle
from ai.proposals.answers import read_late, read_words
from ai.proposals.details import cancelled_ids, changed_ids, visits_of
from ai.turn.drafts import Accept, Decline, Draft, Kind, Propose, TurnContext
from ai.wording.render import say_text
from dialogues.models import Message

START = "start"
WRITTEN = ("text", "button")


def text_of(context: TurnContext, key: str, **values: Any) -> str:
    """Return one of code's texts in the turn's language."""
    return say_text(project=context.project, language=context.language, key=key, **values)


def spoken(messages: Sequence[Message]) -> list[Message]:
    """Return the messages that say something; a /start only opens the chat."""
    return [message for message in messages if message.kind != START]


def words_of(context: TurnContext) -> str:
    """Return what the client wrote in this burst."""
    return "\n".join(message.text for message in spoken(context.burst.messages) if message.text.strip())


def without_reading(context: TurnContext) -> Draft | None:
    """Return the draft for a bare /start or for messages that nobody here can read; None for the rest."""
    said = spoken(context.burst.messages)
    if not said:
        return Draft(text_of(context, "greeting"), language=context.language)
    if any(is_readable(message) for message in said):
        return None
    return Draft(text_of(context, unreadable_key(said)), language=context.language)


def plain_answer(context: TurnContext, proposal: Proposal | None) -> Draft | None:
    """Return the draft for a mere yes or no to the open card, if there is one; None for anything more."""
    if proposal is None:
        return _late_yes(context)
    answer = read_words(proposal, words_of(context), context.burst.messages)
    if answer == "yes":
        return Draft("", accept=Accept(proposal.pk), language=context.language)
    if answer == "no":
        return Draft("", Decline(proposal.pk), language=context.language)
    return None


def thanked(context: TurnContext, facts: ClientFacts) -> Draft | None:
    """Return the draft for mere thanks where nothing was asked; None when it is anything more."""
    said = spoken(context.burst.messages)
    if facts.proposal is not None or facts.last_asked or any(message.kind not in WRITTEN for message in said):
        return None
    words = words_of(context)
    if find_alone(words) != "thanks" and not is_sign_alone(words):
        return None
    return Draft(text_of(context, "thanks"), language=context.language)


def _late_yes(context: TurnContext) -> Draft | None:
    """A yes to a card whose time ran out: the same is proposed again, if nothing was said in between."""
    late = read_late(context.dialogue, words_of(context))
    if late is None or late.answer != "yes" or not late.is_next():
        return None
    if lifecycle.was_declined(dialogue=context.dialogue, details=late.proposal.details):
        return None
    is_cancel = late.proposal.kind == Proposal.Kind.CANCEL
    text = text_of(context, "proposal_again_cancel" if is_cancel else "proposal_again")
    return Draft(text, again(late.proposal), language=context.language)


def again(proposal: Proposal) -> Propose:
    """Return the wish that an earlier proposal showed."""
    details = proposal.details
    visits = visits_of(details)
    if proposal.kind == Proposal.Kind.CHANGE:
        return _change_again(proposal)
    return Propose(
        kind=cast(Kind, proposal.kind),
        visits=visits,
        booking_ids=tuple(details["booking_ids"]),
        guest_phone=details["guest_phone"],
        note=details.get("note", ""),
        photo_url=details["photo_url"],
        rest=tuple(details.get("rest", ())),
    )


def _change_again(proposal: Proposal) -> Propose:
    details = proposal.details
    items = [item for visit in visits_of(details) for item in visit]
    services = details.get("service_ids") or [details["service_id"]]
    first, *rest = (
        Propose(
            kind="change",
            booking_ids=(number,),
            start=item.start,
            service_id=service,
            specialist_id=item.specialist_id,
            guest_phone=details["guest_phone"],
            note=details.get("note", ""),
        )
        for number, item, service in zip(changed_ids(details), items, services, strict=True)
    )
    return replace(
        first,
        also=tuple(rest),
        cancels=tuple(cancelled_ids(details)),
        rest=tuple(details.get("rest", ())),
    )
