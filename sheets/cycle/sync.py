"""One cycle of one spreadsheet: one read, one write, whatever the number of changes.

A cycle runs under a claim on the task whose key is the project: the outbox lends it to one worker at a time,
and every transaction here ends with its token or not at all. Whoever moves rows between our reading and our
writing makes another round necessary, which reads first and puts right what was hit.
"""

from datetime import UTC, datetime

from botbackend.outbox.claims import Claim, held
from sheets import selectors
from sheets.adoption import contact, wording
from sheets.adoption.dry_run import Rehearsal
from sheets.cycle.memory import flights
from sheets.cycle.outcome import CycleResult
from sheets.cycle.round import Round
from sheets.models import SheetLink
from sheets.rhythm import looks

ROUNDS = 3
ROUND_SECONDS = 120.0


def preview(link: SheetLink) -> CycleResult:
    """Say row by row what a cycle would do; nothing is written anywhere. Raises AwaitsYes, GoogleError."""
    if (draft := contact.make_draft_if_new(link, selectors.shown_specialists(link))) is not None:
        return CycleResult(lines=tuple(wording.lines_of(draft.stored)))
    rehearsal = Rehearsal(link)
    return Round(link, rehearsal.claim, refresh_tabs=True, rehearsal=rehearsal).run()


def run_cycle(link: SheetLink, claim: Claim, *, refresh_tabs: bool = False) -> CycleResult:
    """Read the tabs, take over staff edits, write the difference. Raises GoogleError, LeaseLost."""
    total = CycleResult()
    for _ in range(ROUNDS):
        claim.extend(ROUND_SECONDS)
        total += Round(link, claim, refresh_tabs=refresh_tabs).run()
        if total.is_settled:
            break
    _plan_next_reading(link, claim)
    return total


def _plan_next_reading(link: SheetLink, claim: Claim) -> None:
    due = looks.read_due(link, datetime.now(UTC), is_unanswered=bool(flights.flights_of(link)))
    if due != link.read_due_at:
        link.read_due_at = due
        with held(claim):
            link.save(update_fields=["read_due_at"])
