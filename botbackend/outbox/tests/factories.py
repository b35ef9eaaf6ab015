"""Makes subscriptions and tasks for the tests of the outbox."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from botbackend.outbox import leases, registry
from botbackend.outbox.claims import Claim
from botbackend.outbox.models import Task


def make_handler(
    body: Callable[[Claim], None] | None = None,
    *,
    topic: str = "thing.done",
    name: str = "test.handler",
    **options: object,
) -> list[Claim]:
    """Subscribe a handler that notes its claims in the returned list and then runs `body`."""
    seen: list[Claim] = []

    def handler(claim: Claim) -> None:
        seen.append(claim)
        if body is not None:
            body(claim)

    registry.subscribe(topic, handler, name=name, **{"queue": "default", **options})  # type: ignore[arg-type]  # options are as typed there
    return seen


def claim_one(lease: float = 60) -> Claim:
    """Claim the one task that is due."""
    [claim] = leases.claim_due("default", 1, lease=lease)
    return claim


def let_lease_lapse(claim: Claim) -> None:
    """Make the lease of a running task end in the past, as if its process had stopped long ago."""
    Task.objects.filter(pk=claim.task_id).update(lease_until=timezone.now() - timedelta(seconds=1))
