"""What the outbox runs for open cards: the clock ends them, and a visit that changed makes them worthless."""

from django.db import transaction

from ai.proposals import lifecycle
from ai.turn import trace
from botbackend.outbox.claims import Claim


def expire_proposals(claim: Claim) -> None:
    """Free what nobody said yes to, close the turns of processes that were killed, count what none needed."""
    lifecycle.expire_proposals()
    trace.close_interrupted()
    trace.close_unanswered()


def booking_changed(claim: Claim) -> None:
    """A visit was changed by anyone: a card that shows it is worth nothing any more."""
    with transaction.atomic():
        lifecycle.kill_stale(booking_id=int(claim.payload.get("booking", claim.key)))
