"""Claims, lanes and the fence."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models.functions import Now

from botbackend.outbox import api, leases, outcomes
from botbackend.outbox.claims import Claim, LeaseLost, held, network
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.outbox.tests.factories import claim_one, let_lease_lapse, make_handler
from projects.models import Project

pytestmark = pytest.mark.django_db


def test_a_lapsed_lease_is_claimable_again_with_a_higher_token() -> None:
    make_handler()
    api.put("thing.done", key="7")
    first = claim_one()
    let_lease_lapse(first)
    assert leases.reclaim_lapsed() == 1
    second = claim_one()
    assert second.task_id == first.task_id
    assert second.token > first.token
    assert second.attempts == 2


def test_a_live_lease_is_left_alone() -> None:
    make_handler()
    api.put("thing.done", key="7")
    claim_one()
    assert leases.reclaim_lapsed() == 0
    assert leases.claim_due("default", 10) == []


def test_what_a_lapsed_holder_wrote_is_rolled_back_once_somebody_else_took_over() -> None:
    make_handler()
    api.put("thing.done", key="7")
    slow = claim_one()
    let_lease_lapse(slow)
    leases.reclaim_lapsed()
    claim_one()
    with pytest.raises(LeaseLost):
        _write_then_ask(slow)
    assert not Project.objects.filter(slug="late").exists()


def _write_then_ask(claim: Claim) -> None:
    with transaction.atomic():
        Project.objects.create(slug="late", name="late")
        claim.assert_held()


def test_a_lease_that_ran_out_is_refused_even_if_nobody_took_over() -> None:
    make_handler()
    api.put("thing.done", key="7")
    slow = claim_one()
    let_lease_lapse(slow)
    with pytest.raises(LeaseLost), held(slow):
        Project.objects.create(slug="late", name="late")
    assert not Project.objects.filter(slug="late").exists()


def test_the_holder_commits() -> None:
    make_handler()
    api.put("thing.done", key="7")
    with held(claim_one()):
        Project.objects.create(slug="in-time", name="in time")
    assert Project.objects.filter(slug="in-time").exists()


@pytest.mark.django_db(transaction=True)
def test_asking_for_the_fence_outside_a_transaction_is_a_mistake() -> None:
    make_handler()
    api.put("thing.done", key="7")
    with pytest.raises(RuntimeError):
        claim_one().assert_held()


def test_a_lapsed_holder_cannot_finish_the_task_of_its_successor() -> None:
    make_handler()
    api.put("thing.done", key="7")
    slow = claim_one()
    let_lease_lapse(slow)
    leases.reclaim_lapsed()
    claim_one()
    assert not outcomes.finish(slow)
    assert not outcomes.give_back(slow, 1, "late")
    assert not outcomes.bury(slow, "late")
    assert Task.objects.get().state == Task.State.RUNNING


def test_renewing_keeps_a_lease_alive_and_tells_which_are_lost() -> None:
    make_handler()
    api.put("thing.done", key="7")
    api.put("thing.done", key="8")
    ours, lost = leases.claim_due("default", 2, lease=1)
    Task.objects.filter(pk=lost.task_id).update(lease_token=lost.token + 1)
    before = Task.objects.get(pk=ours.task_id).lease_until
    assert leases.renew([ours, lost]) == {ours.task_id}
    after = Task.objects.get(pk=ours.task_id).lease_until
    assert before is not None
    assert after is not None
    assert after > before


def test_the_end_of_a_task_tells_whether_another_of_its_key_waits() -> None:
    make_handler()
    api.put("thing.done", key="7")
    first = claim_one()
    api.put("thing.done", key="7")
    api.put("thing.done", key="8")
    assert outcomes.finish(first)
    assert first.has_follower
    for claim in leases.claim_due("default", 2):
        assert outcomes.finish(claim)
        assert not claim.has_follower
    assert not Task.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_renewing_does_not_wait_for_a_task_that_is_being_committed() -> None:
    make_handler()
    for key in ("busy", "idle"):
        api.put("thing.done", key=key)
    claims = [claim_one(), claim_one()]
    busy = next(claim for claim in claims if claim.key == "busy")
    Task.objects.update(lease_until=Now() + timedelta(seconds=1))
    renewed: list[set[int]] = []

    def renew() -> None:
        renewed.append(leases.renew(claims))
        connections.close_all()

    with held(busy):
        other = threading.Thread(target=renew)
        other.start()
        other.join(8)
        assert renewed == [{claim.task_id for claim in claims}]
    soon = Now() + timedelta(seconds=5)
    assert [task.key for task in Task.objects.filter(lease_until__gt=soon)] == ["idle"]


def test_a_lease_is_not_renewed_past_the_deadline_of_its_run() -> None:
    make_handler(lease_seconds=2)
    api.put("thing.done", key="7")
    [claim] = leases.claim_due("default", 1)
    task = Task.objects.get()
    assert leases.renew([claim]) == {claim.task_id}
    renewed = Task.objects.get().lease_until
    assert task.lease_until is not None
    assert renewed is not None
    assert (renewed - task.lease_until).total_seconds() < 0.5
    claim.set_deadline(-1)
    assert leases.renew([claim]) == set()


def test_extend_moves_the_deadline() -> None:
    make_handler(lease_seconds=5)
    api.put("thing.done", key="7")
    claim = claim_one()
    assert claim.timeout(30) <= 5
    claim.extend(90)
    assert 85 < claim.remaining() <= 90
    assert claim.timeout(30) == 30


def test_a_call_after_the_deadline_is_refused() -> None:
    make_handler()
    api.put("thing.done", key="7")
    claim = claim_one()
    claim.set_deadline(-0.1)
    with pytest.raises(LeaseLost):
        claim.timeout(30)


@pytest.mark.django_db(transaction=True)
def test_two_tasks_of_one_key_never_run_at_the_same_time() -> None:
    running: Counter[str] = Counter()
    done: Counter[str] = Counter()
    overlaps: list[str] = []
    lock = threading.Lock()
    stop = threading.Event()

    def body(claim: Claim) -> None:
        with lock:
            running[claim.key] += 1
            if running[claim.key] > 1:
                overlaps.append(claim.key)
        api.put("side.effect", key=claim.key)  # a statement in between, so that others get their turn
        with lock:
            running[claim.key] -= 1
            done[claim.key] += 1

    make_handler(body)

    def work() -> None:
        while not stop.is_set() or Task.objects.filter(state=Task.State.WAITING).exists():
            run_due()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for _ in range(60):
        for key in ("a", "b", "c"):
            api.put("thing.done", key=key)
    stop.set()
    for worker in workers:
        worker.join()
    assert overlaps == []
    assert set(done) == {"a", "b", "c"}
    assert Task.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_no_network_call_starts_inside_a_transaction_and_none_keeps_a_connection() -> None:
    Project.objects.count()
    with network():
        assert connection.connection is None
    with pytest.raises(RuntimeError), transaction.atomic(), network():
        pass
