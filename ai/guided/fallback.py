"""Replies built by code alone: when the model's words may not be used, and when there is no model."""

from ai.facts.client import ClientFacts
from ai.facts.salon import SalonBriefing
from ai.guided import guide
from ai.models import GuidedState
from ai.turn.decisions import my_visits, proposed, wished_visit
from ai.turn.drafts import Draft, Propose, StaffRequest, TurnContext
from ai.turn.shortcuts import text_of, words_of
from ai.understanding.understood import Understood
from bookings.values import Slot


def from_facts(*, turn: Understood, times: list[tuple[Slot, ...]]) -> Draft:
    """Return the reply that the facts of an understood burst allow.

    A visit that is clear and free is proposed, free times are listed, a question goes to the staff; whatever
    is left is led through the menus.
    """
    context = turn.context
    for one in turn.wishes[:1]:
        visit = wished_visit(turn, one) if one.wish.kind == "book" else ()
        if visit:
            return proposed(turn, one, visit)
        if one.wish.kind == "cancel" and one.wish.visits:
            return Draft("", Propose(kind="cancel", booking_ids=one.wish.visits), language=context.language)
    if times:
        slots = [slot for visit in times for slot in visit]
        return Draft(text_of(context, "slots_offer", slots=slots), language=context.language, asks=True)
    if turn.form.wants == "my_bookings":
        return my_visits(context, turn.facts)
    if turn.form.wants == "question":
        text = text_of(context, "question_passed")
        asked = StaffRequest(f"question: {words_of(context)[:400]}")
        return Draft(text, language=context.language, staff=asked)
    return guided(context=context, salon=turn.salon, facts=turn.facts)


def guided(*, context: TurnContext, salon: SalonBriefing, facts: ClientFacts) -> Draft:
    """Return the next step of the menus, from where the client stands in them."""
    row = GuidedState.objects.filter(dialogue=context.dialogue).first()
    return guide(context=context, salon=salon, facts=facts, state=row.state if row else None)
