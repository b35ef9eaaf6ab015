"""Running one claimed task and noting how it ended."""

import logging
import time
import traceback
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError

from botbackend.lib import request_ids
from botbackend.lib.logs import redact
from botbackend.outbox import outcomes, registry
from botbackend.outbox.claims import Claim, Dead, LeaseLost, RetryLater

log = logging.getLogger(__name__)


def execute(claim: Claim) -> str:
    """Run the handler and record the outcome; returns why it failed, if it did. Never raises an Exception.

    If PostgreSQL cannot be told the outcome, the lease lapses and the task runs again: handlers re-read the
    state, so a repeat does no harm.
    """
    with request_ids.following(*request_ids.of_task(claim.payload)):
        return _execute(claim)


def _execute(claim: Claim) -> str:
    begun = time.monotonic()
    entry = registry.subscription(claim.handler)
    if entry is None:
        reason = f"no code answers to the handler {claim.handler}"
        _record(claim, lambda: outcomes.bury(claim, reason))
        return reason
    try:
        entry.handler(claim)
    except LeaseLost as lost:
        log.warning("lease lost: %s", lost, extra=_about(claim))
    except RetryLater as later:
        seconds, reason, counts = later.seconds, later.reason, later.counts
        _tell_way("task is put off", claim, begun, reason=redact(reason))
        _record(claim, lambda: outcomes.give_back(claim, seconds, reason, counts=counts))
    except Dead as dead:
        reason = dead.reason
        log.error("task is dead: %s", reason, extra=_about(claim))
        _record(claim, lambda: outcomes.bury(claim, reason))
        return redact(reason)
    except Exception as error:
        log.exception("task failed", extra=_about(claim))
        reason = describe(error)
        _record(claim, lambda: outcomes.give_back(claim, entry.delay(claim.attempts), reason))
        return reason
    else:
        _record(claim, lambda: outcomes.finish(claim))
        _tell_way("task is done", claim, begun)
    return ""


def _tell_way(what: str, claim: Claim, begun: float, **more: object) -> None:
    """A line for each step on the way of a message; jobs of the clock go no such way."""
    if request_ids.current():
        seconds = round(time.monotonic() - begun, 3)
        log.info(what, extra={**_about(claim), "project": claim.project_id, "seconds": seconds, **more})


def note_interruption(claim: Claim) -> str:
    """The run was ended at its deadline: that is a failure like any other. Returns why it failed."""
    with request_ids.following(*request_ids.of_task(claim.payload)):
        log.error("interrupted at its deadline", extra=_about(claim))
    entry = registry.subscription(claim.handler)
    delay = entry.delay(claim.attempts) if entry else 0.0
    reason = "took longer than its deadline"
    _record(claim, lambda: outcomes.give_back(claim, delay, reason))
    return reason


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
