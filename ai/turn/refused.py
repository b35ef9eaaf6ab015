"""A card that the client refused is not shown again as it was."""

from datetime import datetime
from typing import Any

from ai.models import Proposal
from ai.proposals.details import same_offer, visits_of
from ai.turn.drafts import Propose
from ai.understanding.understood import Understood
from bookings.values import Item


def was_refused(turn: Understood, action: Propose) -> bool:
    """Say whether the client refused exactly this within the last day."""
    details = _details(turn, action)
    return any(same_offer(one, details) for one in turn.declined)


def is_same_card(turn: Understood, action: Propose, card: Proposal) -> bool:
    """Say whether an action is what a card shows; whom it leaves open may be anybody."""
    made = _details(turn, action)
    if (action.kind, sorted(made["booking_ids"])) != (card.kind, sorted(card.details["booking_ids"])):
        return False
    pairs = [sorted(_rows(details)) for details in (made, card.details)]
    return len(pairs[0]) == len(pairs[1]) and all(
        one[:3] == other[:3] and one[3] in (0, other[3]) for one, other in zip(*pairs, strict=True)
    )


def _rows(details: dict[str, Any]) -> list[tuple[datetime, int, str, int]]:
    items = [item for visit in visits_of(details) for item in visit]
    return [(item.start, item.service_id, item.guest_name, item.specialist_id or 0) for item in items]


def _details(turn: Understood, action: Propose) -> dict[str, Any]:
    """Return the action as its card would keep it."""
    visits = action.visits
    if action.kind == "change":
        visits = tuple((item,) for one in action.changes if (item := as_changed(turn, one)) is not None)
    return {
        "booking_ids": list(action.all_ids),
        "cancel_ids": list(action.cancels),
        "visits": [[_json(item) for item in visit] for visit in visits],
    }


def as_changed(turn: Understood, change: Propose) -> Item | None:
    """Return where the visit of a change would be, None if it is not the client's."""
    visit = turn.facts.visit(change.booking_ids[0])
    if visit is None:
        return None
    service = change.service_id or visit.service_id
    specialist = change.specialist_id or visit.specialist_id
    return Item(service, specialist, change.start or visit.start, visit.guest_name)


def _json(item: Item) -> dict[str, Any]:
    return {
        "service_id": item.service_id,
        "specialist_id": item.specialist_id,
        "start": item.start.isoformat(),
        "guest_name": item.guest_name,
    }
