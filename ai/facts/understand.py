"""What the first call gets to know beside the client's words."""

from datetime import timedelta
from typing import Any

from ai.facts.client import ClientFacts, local, weekday
from ai.facts.horizon import compact_calendar
from ai.facts.salon import SalonBriefing
from ai.models import Proposal
from ai.proposals.details import visits_of
from ai.turn.drafts import TurnContext
from bookings.models import Booking, rules_of
from dialogues.selectors import describe

_KEPT = ("guest_phone", "note", "cancel_ids")


def burst_json(context: TurnContext, salon: SalonBriefing) -> list[dict[str, str]]:
    """Return the unanswered messages with the moment each was written."""
    return [
        {"text": describe(message), "at": local(message.created_at, salon)}
        for message in context.burst.messages
    ]


def understand_facts(context: TurnContext, salon: SalonBriefing, facts: ClientFacts) -> dict[str, Any]:
    """Return what is true right now; it goes last, after everything that is cached."""
    now = context.now.astimezone(salon.zone)
    last = now.date() + timedelta(days=rules_of(context.project).horizon_days)
    return {
        "now": local(now, salon),
        "today": weekday(now.date()),
        "calendar": compact_calendar(now.date(), last),
        "language": context.language,
        "client_visits": [visit_json(visit, salon) for visit in facts.visits],
        "past_visits": [visit_json(visit, salon) for visit in facts.past],
        "open_proposal": proposal_json(facts.proposal, salon),
        "salon_asked": facts.last_asked,
        "earlier_conversation": facts.summary,
    }


def visit_json(visit: Booking, salon: SalonBriefing) -> dict[str, Any]:
    """Return a visit by its ids and names."""
    found = {
        "id": visit.pk,
        "service": visit.service.name,
        "service_id": visit.service_id,
        "specialist": visit.specialist.name,
        "specialist_id": visit.specialist_id,
        "start": local(visit.start, salon),
    }
    return found | ({"for": visit.guest_name} if visit.guest_name else {})


def proposal_json(proposal: Proposal | None, salon: SalonBriefing) -> dict[str, Any] | None:
    """Return what lies before the client; None if nothing does."""
    if proposal is None:
        return None
    return {
        "proposal_id": proposal.pk,
        "kind": proposal.kind,
        "visits": shown_with_guests(proposal),
        **{name: proposal.details[name] for name in _KEPT if proposal.details.get(name)},
        "expires": local(proposal.expires_at, salon),
    }


def shown_with_guests(proposal: Proposal) -> list[dict[str, Any]]:
    """Return the lines of a card, each with the person it is for if that is not the client."""
    guests = [item.guest_name for visit in visits_of(proposal.details) for item in visit]
    lines = proposal.details.get("shown", [])
    named = [*guests, *[""] * len(lines)]
    return [{**line, **({"for": guest} if guest else {})} for line, guest in zip(lines, named, strict=False)]
