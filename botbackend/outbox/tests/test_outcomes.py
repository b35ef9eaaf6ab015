"""What becomes of a task that does not simply succeed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from botbackend.outbox import api, leases, outcomes
from botbackend.outbox.claims import Claim, Dead, RetryLater
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.outbox.tests.factories import claim_one, let_lease_lapse, make_handler

pytestmark = pytest.mark.django_db


def _fail(claim: Claim) -> None:
    raise ValueError("the client's phone is +380 67 123 45 67")


def _seconds_until_due(task: Task) -> float:
    return (task.due_at - timezone.now()).total_seconds()


def test_a_failure_backs_off_and_parks_as_dead_with_the_reason() -> None:
    seen = make_handler(_fail, max_attempts=3, backoff=(10, 60))
    api.put("thing.done", key="7")
    for attempt, pause in ((1, 10), (2, 60)):
        run_due(until_empty=False, ignore_due=True)
        task = Task.objects.get()
        assert task.state == Task.State.WAITING
        assert task.attempts == attempt
        assert _seconds_until_due(task) == pytest.approx(pause, abs=1)
    run_due(ignore_due=True)
    task = Task.objects.get()
    assert task.state == Task.State.DEAD
    assert task.finished_at is not None
    assert "ValueError in _fail" in task.last_error
    assert len(seen) == 3
    assert seen[-1].is_last_attempt


def test_the_stored_reason_does_not_quote_the_client() -> None:
    make_handler(_fail)
    api.put("thing.done", key="7")
    run_due(until_empty=False)
    assert "380" not in Task.objects.get().last_error


def test_retry_later_waits_as_long_as_it_says() -> None:
    def body(claim: Claim) -> None:
        raise RetryLater(40, "quota")

    make_handler(body)
    api.put("thing.done", key="7")
    run_due()
    task = Task.objects.get()
    assert task.attempts == 1
    assert task.last_error == "quota"
    assert _seconds_until_due(task) == pytest.approx(40, abs=1)


def test_a_wait_that_is_nobodys_failure_uses_up_no_attempt() -> None:
    def body(claim: Claim) -> None:
        raise RetryLater(1, "circuit open", counts=False)

    make_handler(body, max_attempts=2)
    api.put("thing.done", key="7")
    for _ in range(5):
        run_due(until_empty=False, ignore_due=True)
    task = Task.objects.get()
    assert task.state == Task.State.WAITING
    assert task.attempts == 0


def test_a_handler_can_park_its_task_at_once() -> None:
    def body(claim: Claim) -> None:
        raise Dead("the bot was deleted")

    make_handler(body)
    api.put("thing.done", key="7")
    run_due()
    task = Task.objects.get()
    assert task.state == Task.State.DEAD
    assert task.last_error == "the bot was deleted"


def test_a_parked_task_tells_its_owner_in_the_same_transaction() -> None:
    told: list[tuple[str, str]] = []

    def body(claim: Claim) -> None:
        raise Dead("no use")

    make_handler(body, on_dead=lambda claim, reason: told.append((claim.key, reason)))
    api.put("thing.done", key="7")
    run_due()
    assert told == [("7", "no use")]


def test_an_owner_that_fails_to_listen_does_not_keep_the_task_alive() -> None:
    def body(claim: Claim) -> None:
        raise Dead("no use")

    def on_dead(claim: Claim, reason: str) -> None:
        Task.objects.create(topic="half", handler="written", key="x", due_at=timezone.now())
        raise ValueError

    make_handler(body, on_dead=on_dead)
    api.put("thing.done", key="7")
    run_due()
    assert [task.state for task in Task.objects.all()] == [Task.State.DEAD]


def test_a_task_whose_code_is_gone_is_parked() -> None:
    make_handler()
    api.put("thing.done", key="7")
    Task.objects.update(handler="removed.long.ago")
    run_due()
    assert "removed.long.ago" in Task.objects.get().last_error


def test_a_task_that_keeps_killing_its_process_is_parked() -> None:
    make_handler(max_attempts=2)
    api.put("thing.done", key="7")
    for _ in range(2):
        let_lease_lapse(claim_one())
        leases.reclaim_lapsed()
    task = Task.objects.get()
    assert task.state == Task.State.DEAD
    assert task.last_error == leases.LAPSED


def test_a_retry_merges_into_the_newer_task_of_its_key() -> None:
    make_handler(_fail, backoff=(100,))
    api.put("thing.done", key="7", payload={"old": 1})
    old = claim_one()
    api.put("thing.done", key="7", payload={"new": 2}, due_at=timezone.now() + timedelta(seconds=5))
    assert outcomes.give_back(old, 100, "failed")
    task = Task.objects.get()
    assert task.pk != old.task_id
    assert task.attempts == 1
    assert task.payload == {"old": 1, "new": 2}
    assert _seconds_until_due(task) == pytest.approx(5, abs=1)


def test_a_lapsed_task_merges_into_the_newer_task_of_its_key() -> None:
    make_handler()
    api.put("thing.done", key="7")
    old = claim_one()
    api.put("thing.done", key="7", due_at=timezone.now() + timedelta(hours=1))
    let_lease_lapse(old)
    assert leases.reclaim_lapsed() == 1
    assert claim_one().task_id != old.task_id
    assert Task.objects.count() == 1


def test_only_the_newest_dead_task_of_a_key_is_kept() -> None:
    def body(claim: Claim) -> None:
        raise Dead(f"broken by {claim.payload['n']}")

    make_handler(body)
    for n in (1, 2):
        api.put("thing.done", key="7", payload={"n": n})
        run_due()
    assert [task.last_error for task in Task.objects.all()] == ["broken by 2"]
