"""Salons take turns: whoever floods the queue waits behind itself, and nobody else waits for it."""

import pytest
from django.db import connection
from django.utils import timezone

from botbackend.outbox import api, leases, outcomes
from botbackend.outbox.claims import Claim
from botbackend.outbox.models import Task
from botbackend.outbox.tests.factories import make_handler
from projects.models import Project

pytestmark = pytest.mark.django_db
FLOOD = 1500


def make_salon(name: str) -> Project:
    return Project.objects.create(slug=name, name=name)


def make_due(salon: Project | None, number: int, *, queue: str = "default", seconds_ago: float = 5) -> None:
    """Put so many tasks, due since then, in one statement."""
    due = timezone.now() - timezone.timedelta(seconds=seconds_ago)
    Task.objects.bulk_create(
        Task(
            project=salon,
            topic="thing.done",
            handler="test.handler",
            queue=queue,
            key=f"{salon}:{n}",
            due_at=due + timezone.timedelta(microseconds=n),
        )
        for n in range(number)
    )


def salons_of(claims: list[Claim], *salons: Project) -> str:
    """Whose tasks were claimed, as the salons' letters in the order of the claims."""
    names = {salon.pk: salon.slug for salon in salons}
    return "".join(names[claim.project_id or 0] for claim in claims)


def claim_one_by_one(number: int, *, finish: bool) -> list[Claim]:
    found: list[Claim] = []
    for _ in range(number):
        claims = leases.claim_due("default", 1)
        found += claims
        if finish:
            assert all(outcomes.finish(claim) for claim in claims)
    return found


@pytest.mark.parametrize("finish", [True, False])
def test_a_flooded_salon_makes_no_other_wait_longer_than_one_round(finish: bool) -> None:
    make_handler()
    a, b, c = make_salon("a"), make_salon("b"), make_salon("c")
    make_due(a, FLOOD)
    make_due(b, 1, seconds_ago=0)
    make_due(c, 2, seconds_ago=0)
    assert sorted(salons_of(claim_one_by_one(3, finish=finish), a, b, c)) == ["a", "b", "c"]
    assert sorted(salons_of(claim_one_by_one(2, finish=finish), a, b, c)) == ["a", "c"]
