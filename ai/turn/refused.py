"""A card that the client refused is not shown again as it was."""

from typing import Any

from ai.proposals.details import same_offer
from ai.turn.drafts import Propose
from ai.understanding.understood import Understood
from bookings.values import Item


def was_refused(turn: Understood, action: Propose) -> bool:
    """Say whether the client refused exactly this within the last day."""
    details = _details(turn, action)
    return any(same_offer(one, details) for one in turn.declined)


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
