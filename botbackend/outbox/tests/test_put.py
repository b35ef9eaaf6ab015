"""Putting tasks into the outbox."""

import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from botbackend.outbox import api, leases, outcomes, wakeups
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.outbox.tests.factories import claim_one, make_handler
from botbackend.outbox.tests.processes import database_url

pytestmark = pytest.mark.django_db


def test_it_makes_one_task_for_each_subscriber_of_the_topic() -> None:
    first = make_handler(name="first")
    second = make_handler(name="second")
    make_handler(topic="other.topic", name="third")
    api.put("thing.done", key="7", payload={"thing": 7})
    run_due()
    assert [claim.payload for claim in first + second] == [{"thing": 7}, {"thing": 7}]
    assert Task.objects.count() == 0


def test_a_topic_nobody_listens_to_leaves_nothing() -> None:
    api.put("thing.done", key="7")
    assert Task.objects.count() == 0


def test_an_empty_key_is_refused() -> None:
    make_handler()
    with pytest.raises(ValueError, match="key"):
        api.put("thing.done", key="")


def test_nothing_is_put_when_the_callers_transaction_rolls_back() -> None:
    make_handler()
    with transaction.atomic():
        api.put("thing.done", key="7")
        transaction.set_rollback(True)
    assert Task.objects.count() == 0


@pytest.mark.parametrize(
    ("mode", "first", "second", "expected"),
    [
        ("earlier", 10, 5, 5),
        ("earlier", 5, 10, 5),
        ("push", 5, 10, 10),
        ("push", 10, 5, 5),
        ("keep", 10, 5, 10),
        ("keep", 5, 10, 5),
    ],
)
def test_a_waiting_task_is_not_doubled_and_its_due_time_follows_the_mode(
    mode: api.WhenWaiting, first: int, second: int, expected: int
) -> None:
    make_handler()
    now = timezone.now()
    api.put("thing.done", key="7", due_at=now + timedelta(seconds=first), payload={"a": 1})
    api.put(
        "thing.done", key="7", due_at=now + timedelta(seconds=second), payload={"b": 2}, when_waiting=mode
    )
    task = Task.objects.get()
    assert task.due_at == now + timedelta(seconds=expected)
    assert task.payload == {"a": 1, "b": 2}


def test_a_task_put_while_its_key_runs_follows_afterwards() -> None:
    seen = make_handler()
    api.put("thing.done", key="7")
    running = claim_one()
    api.put("thing.done", key="7")
    assert run_due() == 0
    outcomes.finish(running)
    assert run_due() == 1
    assert len(seen) == 1


def test_a_future_task_runs_only_when_it_is_due() -> None:
    seen = make_handler()
    api.put("thing.done", key="7", due_at=timezone.now() + timedelta(hours=1))
    assert run_due() == 0
    assert run_due(ignore_due=True) == 1
    assert [claim.key for claim in seen] == ["7"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["earlier", "push", "keep"])
def test_a_waiting_task_cannot_be_claimed_past_a_put_that_is_not_committed_yet(mode: api.WhenWaiting) -> None:
    """Else it could run, miss the facts of that transaction, and nobody would come back for them."""
    make_handler()
    api.put("thing.done", key="7")
    claimed: list[int] = []

    def claim_elsewhere() -> None:
        claimed.append(len(leases.claim_due("default", 10)))
        connection.close()

    with transaction.atomic():
        api.put("thing.done", key="7", when_waiting=mode)
        other = threading.Thread(target=claim_elsewhere)
        other.start()
        other.join()
    assert claimed == [0]
    assert len(leases.claim_due("default", 10)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_put_the_same_key_at_once_leave_one_task() -> None:
    make_handler()
    barrier = threading.Barrier(8)

    def put_one() -> None:
        barrier.wait()
        for _ in range(20):
            api.put("thing.done", key="7")
        connection.close()

    threads = [threading.Thread(target=put_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Task.objects.filter(state=Task.State.WAITING).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_ends_after_the_pause_is_announced_although_it_began_within_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute(f"LISTEN {wakeups.CHANNEL}")
        monkeypatch.setattr(wakeups, "_last", time.monotonic())
        wakeups.after_commit()  # just announced: not again
        with transaction.atomic():
            wakeups.after_commit()
            monkeypatch.setattr(wakeups, "_last", float("-inf"))  # as if the transaction took its time
            assert list(other.notifies(timeout=0)) == []
        assert len(list(other.notifies(timeout=10, stop_after=1))) == 1
