"""What the outbox runs besides turns: jobs of the clock, and what a changed visit means for open cards."""

from datetime import timedelta

from django.db import transaction

from ai import batches, compression, proposals, trace
from botbackend.outbox.claims import Claim, RetryLater


def expire_proposals(claim: Claim) -> None:
    """Free what nobody said yes to, and close the turns of processes that were killed."""
    proposals.expire_proposals()
    trace.close_interrupted()


def booking_changed(claim: Claim) -> None:
    """A visit was changed by anyone: a card that shows it is worth nothing any more."""
    with transaction.atomic():
        proposals.kill_stale(booking_id=int(claim.payload.get("booking", claim.key)))


def compress_dialogues(claim: Claim) -> None:
    """Summarise what has been quiet for a day, as long as the lease lasts; the rest right after."""
    collect_batches(claim)
    ids = compression.due_dialogues()
    until = claim.deadline - timedelta(seconds=2 * compression.SECONDS)
    done = sum(1 for _ in compression.run(ids, until=until))
    if done < len(ids):
        raise RetryLater(5, f"{len(ids) - done} dialogues left", counts=False)


def collect_batches(claim: Claim) -> None:
    """Fetch the summaries of batches that ended."""
    batches.collect()
