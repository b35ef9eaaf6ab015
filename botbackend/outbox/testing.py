"""For tests and rehearsals: run due tasks here, with no dispatcher and no worker; an empty registry."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.utils import timezone

from botbackend.outbox import execution, leases, registry

_FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
_ROUNDS = 10_000


@contextmanager
def only_these_subscriptions() -> Iterator[None]:
    """Start with an empty registry and restore the real one afterwards."""
    saved = dict(registry._subscriptions), dict(registry._clockwork)
    registry._subscriptions.clear()
    registry._clockwork.clear()
    try:
        yield
    finally:
        registry._subscriptions.clear()
        registry._clockwork.clear()
        registry._subscriptions.update(saved[0])
        registry._clockwork.update(saved[1])


def run_due(
    topic: str | None = None,
    *,
    until_empty: bool = True,
    ignore_due: bool = False,
    patience: float | None = None,
) -> int:
    """Claim and run due tasks in this process; returns how many ran.

    Due is judged by Python's clock, so that a frozen clock decides. `until_empty` also runs what the
    handlers put. With `ignore_due` future ones run too (a task that always puts itself again then raises
    RuntimeError instead of running for ever). `patience`: the seconds that a task may take, whatever its
    handler is registered with.
    """
    done = 0
    while done < _ROUNDS:
        leases.reclaim_lapsed()
        now = _FAR_FUTURE if ignore_due else timezone.now()
        claims = leases.claim_due(
            None, 1 if until_empty else _ROUNDS, topic=topic, now=now, lease=patience or 300
        )
        for claim in claims:
            if patience is not None:
                claim.set_deadline(patience)
            execution.execute(claim)
        done += len(claims)
        if not claims or not until_empty:
            return done
    raise RuntimeError(f"still busy after {_ROUNDS} tasks")
