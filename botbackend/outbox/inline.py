"""Runs due tasks in the caller's own thread, through the real claims: no dispatcher, no worker."""

from datetime import UTC, datetime

from django.utils import timezone

from botbackend.outbox import execution, leases

_FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
_ROUNDS = 10_000


def run_due(topic: str | None = None, *, until_empty: bool = True, ignore_due: bool = False) -> int:
    """Claim and run due tasks in this process; returns how many ran.

    Due is judged by Python's clock, so that a frozen clock decides. `until_empty` also runs what the
    handlers put. With `ignore_due` future ones run too (a task that always puts itself again then raises
    RuntimeError instead of running for ever).
    """
    done = 0
    while done < _ROUNDS:
        leases.reclaim_lapsed()
        now = _FAR_FUTURE if ignore_due else timezone.now()
        claims = leases.claim_due(None, 1 if until_empty else _ROUNDS, topic=topic, now=now, lease=300)
        for claim in claims:
            execution.execute(claim)
        done += len(claims)
        if not claims or not until_empty:
            return done
    raise RuntimeError(f"still busy after {_ROUNDS} tasks")
