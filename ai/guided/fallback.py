"""Replies built by code alone: when the model's words may not be used, and when there is no model."""

from ai.facts.client import ClientFacts
from ai.facts.salon import SalonBriefing
from ai.guided import guide
from ai.models import GuidedState
from ai.turn.decisions import Understood, my_visits, proposed, wished_visit
from ai.turn.drafts import Draft, Propose, TurnContext
from ai.turn.shortcuts import text_of, words_of
from bookings.values import Slot


def from_facts(*, turn: Understood, salon: SalonBriefing, slots: list[Slot]) -> Draft:
    """Return the reply that the facts of an understood wish allow.

    A visit that is clear and free is proposed, free times are listed, a question goes to the staff; whatever
    is left is led through the menus.
    """
    context, wish = turn.context, turn.dates.understanding
    if wish.intent == "book" and wish.service_ids:
        visit = wished_visit(turn)
        if visit:
            return proposed(turn, visit)
        if slots:
            return Draft(text_of(context, "slots_offer", slots=slots), language=context.language)
    if wish.intent == "cancel" and wish.booking_ids:
        action = Propose(kind="cancel", booking_ids=tuple(wish.booking_ids))
        return Draft("", action, language=context.language)
    if wish.intent == "my_bookings":
        return my_visits(context, turn.facts)
    if wish.intent == "question":
        text = text_of(context, "question_passed")
        return Draft(text, language=context.language, question=f"question: {words_of(context)[:400]}")
    return guided(context=context, salon=salon, facts=turn.facts)


def guided(*, context: TurnContext, salon: SalonBriefing, facts: ClientFacts) -> Draft:
    """Return the next step of the menus, from where the client stands in them."""
    row = GuidedState.objects.filter(dialogue=context.dialogue).first()
    return guide(context=context, salon=salon, facts=facts, state=row.state if row else None)
