"""What the outbox runs besides turns: jobs of the clock, and what a changed visit means for open cards."""

from django.db import transaction

from ai import batches, compression, proposals, trace
from botbackend.outbox.claims import Claim

ONE_DIALOGUE_SECONDS = 3 * compression.SECONDS


def expire_proposals(claim: Claim) -> None:
    """Free what nobody said yes to, and close the turns of processes that were killed."""
    proposals.expire_proposals()
    trace.close_interrupted()


def booking_changed(claim: Claim) -> None:
    """A visit was changed by anyone: a card that shows it is worth nothing any more."""
    with transaction.atomic():
        proposals.kill_stale(booking_id=int(claim.payload.get("booking", claim.key)))


def compress_dialogues(claim: Claim) -> None:
    """Summarise what has been quiet for a day, each dialogue once a night.

    In one run, however long it takes: a run that came back for the rest would begin with what failed before.
    """
    collect_batches(claim)
    for _ in compression.run(compression.due_dialogues()):
        claim.extend(ONE_DIALOGUE_SECONDS)


def collect_batches(claim: Claim) -> None:
    """Fetch the summaries of batches that ended."""
    batches.collect()
