"""The right to a spreadsheet outside a worker: the same task of the outbox, so that no cycle runs beside it.

Whoever runs a cycle, and whoever answers what the mirror asked a person, holds it. An answer that came
between a cycle's reading and its storing would be undone by it, or done twice.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from botbackend.lib.errors import DomainError
from botbackend.outbox import leases, outcomes, wakeups
from botbackend.outbox.claims import Claim, network
from botbackend.outbox.models import Task
from dialogues.flow.switchboard import Switchboard
from projects.models import Project
from sheets.rhythm.hints import mark_dirty

HANDLER = "sheets.sync"
PATIENCE_SECONDS = 60.0
ANSWER_PATIENCE_SECONDS = 15.0  # so long a person looks at a page that loads
RETRY_SECONDS = 0.2
LOOK_SECONDS = 5.0  # a process that died tells nothing of its end: its lease lapses

switchboard = Switchboard(wakeups.ENDED)


class BusySheet(DomainError):
    """Another process runs a cycle of this spreadsheet right now."""

    code = "busy_sheet"
    http_status = 409


@contextmanager
def own_lane(project: Project, *, patience: float = PATIENCE_SECONDS) -> Iterator[Claim]:
    """Hold the claim on the project's spreadsheet. Raises BusySheet if others hold it for too long.

    It may have been a request for a cycle that is taken here: who runs none asks for one anew.
    """
    claim = _take(project) or _wait_for_claim(project, patience)
    try:
        yield claim
    except BaseException as error:
        outcomes.give_back(claim, RETRY_SECONDS, type(error).__name__, counts=False)
        raise
    outcomes.finish(claim)
    if claim.has_follower:
        wakeups.after_commit()


def _wait_for_claim(project: Project, patience: float) -> Claim:
    until = time.monotonic() + patience
    if patience > 0:
        with switchboard.line(project.pk) as news:
            while (left := until - time.monotonic()) > 0:
                with network():
                    news.wait(min(left, LOOK_SECONDS))
                news.clear()
                if claim := _take(project):
                    return claim
    raise BusySheet("A cycle of this spreadsheet is running; try again in a moment.")


def _take(project: Project) -> Claim | None:
    """A task put for later is a place in the queue: no worker takes it, nor the cycle that runs."""
    mark_dirty(project, seconds=PATIENCE_SECONDS)
    leases.reclaim_lapsed()
    waiting = Task.objects.filter(handler=HANDLER, key=str(project.pk), state=Task.State.WAITING)
    claims = leases.claim_these(list(waiting.values_list("pk", flat=True)), early=True)
    return claims[0] if claims else None
