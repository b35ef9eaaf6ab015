"""Collects what a reply may be true about; `ai.guard` holds the reply against it."""

from decimal import Decimal

from ai.facts.client import ClientFacts, client_texts
from ai.facts.salon import SalonBriefing
from ai.prompts.versions import rules_text
from ai.turn.drafts import Evidence, KnownMoment, TurnContext
from ai.turn.tools import Toolbox
from bookings.models import Booking, rules_of
from bookings.models.prices import total_price
from bookings.values import Slot


def evidence_of(context: TurnContext, salon: SalonBriefing, facts: ClientFacts, toolbox: Toolbox) -> Evidence:
    """Return the facts, catalogue, salon texts and client's words of this turn."""
    known = [_slot(slot) for slot in [*toolbox.slots, *toolbox.proposed]]
    known += [_visit(visit, salon) for visit in facts.visits]
    now = context.now.astimezone(salon.zone)
    prices = _prices(salon, facts)
    texts = [prompt.text for prompt in salon.prompts.values() if prompt.version]
    texts += [part for note in salon.knowledge for part in note]
    return Evidence(
        now=now,
        language=context.language,
        known=tuple(dict.fromkeys(known)),
        prices=frozenset().union(*prices.values()),
        totals=_totals(toolbox, salon, facts),
        prices_by_service=prices,
        durations=frozenset(salon.durations()),
        names=frozenset(salon.names()),
        texts=tuple(texts),
        client_words=tuple(client_texts(context, facts)),
        hours=salon.opening(),
        currency=context.project.currency,
        country=context.project.home_country,
        horizon_days=rules_of(context.project).horizon_days,
        people=frozenset(filter(None, [context.client.name, *(visit.guest_name for visit in facts.visits)])),
        secrets=_secrets(salon),
    )


def _secrets(salon: SalonBriefing) -> tuple[str, ...]:
    """Return the common rules and the shipped prompts; what a salon wrote itself may be quoted."""
    shipped = [prompt.text for prompt in salon.prompts.values() if not prompt.version]
    return (rules_text("respond"), rules_text("understand"), *shipped)


def _prices(salon: SalonBriefing, facts: ClientFacts) -> dict[str, frozenset[Decimal]]:
    """Return the prices of each service by its name; what a visit was booked for is one of them."""
    prices = salon.prices_by_service()
    for visit in facts.visits:
        told = set(visit.full_price.amounts) if visit.full_price is not None else set()
        prices[visit.service.name] = prices.get(visit.service.name, frozenset()) | told
    return prices


def _totals(toolbox: Toolbox, salon: SalonBriefing, facts: ClientFacts) -> frozenset[Decimal]:
    """Return what the services of the proposed visit cost together, and what the client's visits do."""
    proposed = [salon.price_of(slot.service_id, slot.specialist_id) for slot in toolbox.proposed]
    booked = [visit.full_price for visit in facts.visits]
    several = [[price for price in prices if price is not None] for prices in (proposed, booked)]
    totals = [total_price(prices) for prices in several if len(prices) > 1]
    return frozenset(amount for total in totals if total is not None for amount in total.amounts)


def _slot(slot: Slot) -> KnownMoment:
    return KnownMoment(slot.start, slot.end, slot.specialist, slot.service)


def _visit(visit: Booking, salon: SalonBriefing) -> KnownMoment:
    return KnownMoment(
        visit.start.astimezone(salon.zone),
        visit.end.astimezone(salon.zone),
        visit.specialist.name,
        visit.service.name,
        is_visit=True,
    )
