"""Running one claimed task and noting how it ended."""

import logging
import traceback
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError

from botbackend.outbox import outcomes, registry
from botbackend.outbox.claims import Claim, Dead, LeaseLost, RetryLater

log = logging.getLogger(__name__)


def execute(claim: Claim) -> None:
    """Run the handler and record the outcome. Never raises an Exception.

    If PostgreSQL cannot be told the outcome, the lease lapses and the task runs again: handlers re-read the
    state, so a repeat does no harm.
    """
    entry = registry.subscription(claim.handler)
    if entry is None:
        _record(claim, lambda: outcomes.bury(claim, f"no code answers to the handler {claim.handler}"))
        return
    try:
        entry.handler(claim)
    except LeaseLost as lost:
        log.warning("lease lost: %s", lost, extra=_about(claim))
    except RetryLater as later:
        seconds, reason, counts = later.seconds, later.reason, later.counts
        _record(claim, lambda: outcomes.give_back(claim, seconds, reason, counts=counts))
    except Dead as dead:
        reason = dead.reason
        log.error("task is dead: %s", reason, extra=_about(claim))
        _record(claim, lambda: outcomes.bury(claim, reason))
    except Exception as error:
        log.exception("task failed", extra=_about(claim))
        reason = describe(error)
        _record(claim, lambda: outcomes.give_back(claim, entry.delay(claim.attempts), reason))
    else:
        _record(claim, lambda: outcomes.finish(claim))


def note_interruption(claim: Claim) -> None:
    """The run was ended at its deadline: that is a failure like any other."""
    entry = registry.subscription(claim.handler)
    delay = entry.delay(claim.attempts) if entry else 0.0
    _record(claim, lambda: outcomes.give_back(claim, delay, "took longer than its deadline"))


def describe(error: BaseException) -> str:
    """The class of an error and where it arose; not its message, which may quote what a client wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    where = f" in {ours[-1].name}, line {ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{where}"


def _record(claim: Claim, note: Callable[[], bool]) -> None:
    try:
        if not note():
            log.warning("the task was taken over before it ended", extra=_about(claim))
    except (DatabaseError, InterfaceError):
        log.exception("the outcome could not be noted; the task will run again", extra=_about(claim))


def _about(claim: Claim) -> dict[str, object]:
    return {"task": claim.task_id, "topic": claim.topic, "attempt": claim.attempts}
