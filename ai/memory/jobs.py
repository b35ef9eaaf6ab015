"""What the outbox runs for the memory: the nightly compression, and the fetching of batches."""

from ai.memory import batches, compression
from botbackend.outbox.claims import Claim

ONE_DIALOGUE_SECONDS = 3 * compression.SECONDS
AT_ONCE = 6  # calls of Claude that the night's work may take from what turns may have


def compress_dialogues(claim: Claim) -> None:
    """Summarise what has been quiet for a day, each dialogue once a night.

    In one run, however long it takes: a run that came back for the rest would begin with what failed before.
    """
    collect_batches(claim)
    for _ in compression.run(compression.due_dialogues(), at_once=AT_ONCE):
        claim.extend(ONE_DIALOGUE_SECONDS)


def collect_batches(claim: Claim) -> None:
    """Fetch the summaries of batches that ended."""
    batches.collect()
