"""Salons take turns: whoever floods the queue waits behind itself, and nobody else waits for it."""

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from botbackend.outbox import leases, outcomes
from botbackend.outbox.claims import Claim
from botbackend.outbox.models import Task
from botbackend.outbox.tests.factories import make_handler
from botbackend.outbox.tests.processes import database_url
from projects.models import Allowance, Project

pytestmark = pytest.mark.django_db
FLOOD = 1500


def make_salon(name: str) -> Project:
    return Project.objects.create(slug=name, name=name)


def make_due(salon: Project | None, number: int, *, queue: str = "default", seconds_ago: float = 5) -> None:
    """Put so many tasks, due since then, in one statement."""
    due = timezone.now() - timedelta(seconds=seconds_ago)
    Task.objects.bulk_create(
        Task(
            project=salon,
            topic="thing.done",
            handler="test.handler",
            queue=queue,
            key=f"{salon}:{n}",
            due_at=due + timedelta(microseconds=n),
        )
        for n in range(number)
    )


def salons_of(claims: list[Claim], *salons: Project) -> str:
    """Whose tasks were claimed, as the salons' letters in the order of the claims."""
    names = {salon.pk: salon.slug[0] for salon in salons}
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


def test_salons_that_all_flood_are_served_alike() -> None:
    make_handler()
    salons = [make_salon(name) for name in "abcde"]
    for salon in salons:
        make_due(salon, 100)
    served = salons_of(claim_one_by_one(15, finish=True), *salons)
    assert {served.count(letter) for letter in "abcde"} == {3}
    many = [leases.claim_due("default", 10) for _ in range(2)]
    assert {salons_of(many[0] + many[1], *salons).count(letter) for letter in "abcde"} == {4}


def test_of_one_salon_the_oldest_goes_first() -> None:
    make_handler()
    salon = make_salon("a")
    make_due(salon, FLOOD)
    assert [claim.key for claim in claim_one_by_one(3, finish=True)] == ["a:0", "a:1", "a:2"]


def test_tasks_of_the_installation_itself_take_their_turn_too() -> None:
    make_handler()
    salon = make_salon("a")
    make_due(salon, FLOOD)
    make_due(None, 3, seconds_ago=0)
    claims = claim_one_by_one(4, finish=True)
    assert sum(claim.project_id is None for claim in claims) == 2


def test_a_salon_runs_no_more_at_once_than_it_may(settings: Any) -> None:
    settings.SALON_AT_ONCE = {"default": 3}
    make_handler()
    a, b = make_salon("a"), make_salon("b")
    make_due(a, 10)
    make_due(b, 2)
    claims = leases.claim_due("default", 10)
    assert sorted(salons_of(claims, a, b)) == ["a", "a", "a", "b", "b"]
    assert all(claim.leaves_more for claim in claims)
    assert leases.claim_due("default", 10) == []
    Allowance.objects.create(project=a, events_at_once=5)
    assert salons_of(leases.claim_due("default", 10), a, b) == "aa"


@pytest.mark.parametrize("limit", [1, 2])
@pytest.mark.parametrize("why", ["at its ceiling", "with its key at work"])
def test_salons_that_can_take_nothing_now_are_in_nobodys_way(settings: Any, why: str, limit: int) -> None:
    settings.SALON_AT_ONCE = {"default": 1 if why == "at its ceiling" else 500}
    make_handler()
    flood, other, before = make_salon("f"), make_salon("o"), make_salon("b")
    full = [make_salon(f"x{number}") for number in range(20)]
    for salon in full:
        make_due(salon, 1)
    assert len(leases.claim_due("default", 20)) == 20
    for salon in full:  # the first of these waits for the one that runs
        make_due(salon, 5 if why == "at its ceiling" else 1)
    make_due(before, 1)
    assert salons_of(leases.claim_due("default", 1), before) == "b"  # the next turn begins with those
    make_due(flood, 200)
    make_due(other, 1, seconds_ago=0)
    claims = [claim for _ in range(2) for claim in leases.claim_due("default", limit)]
    assert {"f", "o"} <= set(salons_of(claims, *full, flood, other))


@pytest.mark.django_db(transaction=True)
def test_whoever_claims_at_the_same_moment_leaves_the_next_salon_to_others() -> None:
    make_handler()
    a, b = make_salon("a"), make_salon("b")
    make_due(a, FLOOD, seconds_ago=60)
    make_due(b, 1)
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT id FROM outbox_task WHERE project_id = %s FOR UPDATE", [a.pk])
        assert salons_of(leases.claim_due("default", 1), a, b) == "b"


def test_the_end_of_a_run_tells_that_others_of_its_salon_waited_for_it(settings: Any) -> None:
    settings.SALON_AT_ONCE = {"default": 1}
    make_handler()
    salon = make_salon("a")
    make_due(salon, 1)
    [first] = leases.claim_due("default", 5)
    assert not first.leaves_more
    make_due(salon, 2)  # the first is the row that runs
    assert leases.claim_due("default", 5) == []
    assert outcomes.finish(first)
    assert first.has_follower
    assert leases.claim_next(first) is not None


def test_a_claim_reads_no_more_of_a_long_flood_than_of_a_short_one() -> None:
    make_handler()
    a, b = make_salon("a"), make_salon("b")
    read = []
    for number in (100, 4000):
        make_due(a, number)
        make_due(b, 1, seconds_ago=0)
        read.append(rows_read())
        Task.objects.all().delete()
    assert read[1] <= read[0] * 1.5, read


def rows_read() -> int:
    """How many rows one claim looks at, whatever for."""
    parameters: dict[str, Any] = {"queue": "default", "after": -1, "ceiling": 6, "limit": 10}
    parameters |= {"now": None, "lease": 20, "leases": "{}"}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_task")
        statement = leases.statement_in_turn("default")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        [(plans,)] = cursor.fetchall()
    return sum(map(_rows_of, plans if isinstance(plans, list) else json.loads(plans)))


def _rows_of(node: dict[str, Any]) -> int:
    node = node.get("Plan", node)
    own = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
    return int(own * node.get("Actual Loops", 1)) + sum(map(_rows_of, node.get("Plans", [])))
