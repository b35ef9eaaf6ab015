"""A cycle outside a worker: it takes the same task of the outbox, so that none runs beside it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from botbackend.outbox import leases, outcomes
from botbackend.outbox.claims import Claim, network
from botbackend.outbox.models import Task
from projects.models import Project
from sheets.hints import mark_dirty

HANDLER = "sheets.sync"
PATIENCE_SECONDS = 60.0
_AGAIN_SECONDS = 0.2


class BusySheet(Exception):
    """Another process runs a cycle of this spreadsheet right now."""


@contextmanager
def own_lane(project: Project, *, patience: float = PATIENCE_SECONDS) -> Iterator[Claim]:
    """Hold the claim on the project's cycle. Raises BusySheet if others hold it for too long."""
    claim = _wait_for_claim(project, patience)
    try:
        yield claim
    except BaseException as error:
        outcomes.give_back(claim, _AGAIN_SECONDS, type(error).__name__, counts=False)
        raise
    outcomes.finish(claim)


def _wait_for_claim(project: Project, patience: float) -> Claim:
    until = time.monotonic() + patience
    while True:
        mark_dirty(project, seconds=0, when_waiting="earlier")
        leases.reclaim_lapsed()
        waiting = Task.objects.filter(handler=HANDLER, key=str(project.pk), state=Task.State.WAITING)
        for claim in leases.claim_these(list(waiting.values_list("pk", flat=True))):
            return claim
        if time.monotonic() >= until:
            raise BusySheet("a cycle of this spreadsheet is running")
        with network():  # a lease that lapses gives no sign: the rows have to be looked at again
            time.sleep(_AGAIN_SECONDS)
