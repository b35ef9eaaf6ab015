"""A card that the client refused is not shown again as it was."""

from typing import Any

from ai.proposals.lifecycle import was_declined
from ai.turn.drafts import Propose
from ai.understanding.understood import Understood
from bookings.values import Item


def was_refused(turn: Understood, action: Propose) -> bool:
    """Say whether the client refused exactly this within the last day."""
    return was_declined(dialogue=turn.context.dialogue, details=_details(turn, action))


def _details(turn: Understood, action: Propose) -> dict[str, Any]:
    """Return the action as its card would keep it."""
    visits = action.visits
    moved = turn.facts.visit(action.booking_ids[0]) if action.kind == "change" else None
    if moved is not None:
        service = action.service_id or moved.service_id
        specialist = action.specialist_id or moved.specialist_id
        visits = ((Item(service, specialist, action.start or moved.start, moved.guest_name),),)
    return {
        "booking_ids": list(action.booking_ids),
        "visits": [[_json(item) for item in visit] for visit in visits],
    }


def _json(item: Item) -> dict[str, Any]:
    return {
        "service_id": item.service_id,
        "specialist_id": item.specialist_id,
        "start": item.start.isoformat(),
        "guest_name": item.guest_name,
    }
