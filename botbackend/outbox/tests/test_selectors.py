"""Figures of the queue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from botbackend.outbox import api, leases, outcomes, registry, selectors
from botbackend.outbox.models import Heartbeat, Task
from botbackend.outbox.processes import heartbeats
from botbackend.outbox.processes.clock import ensure_jobs
from botbackend.outbox.tests.factories import claim_one, make_handler
from projects.models import Project

pytestmark = pytest.mark.django_db


def make_project(slug: str = "aurora") -> Project:
    return Project.objects.create(slug=slug, name=slug)


def test_an_empty_queue_is_all_zeros() -> None:
    assert selectors.queue_figures(project=make_project()) == {
        "waiting": 0,
        "due": 0,
        "running": 0,
        "dead": 0,
        "retrying": 0,
        "oldest_age_s": 0.0,
        "by_topic": {},
        "workers": 0,
    }


def test_each_state_is_counted_and_the_age_is_that_of_the_most_overdue() -> None:
    make_handler()
    make_handler(topic="other.topic", name="other")
    project = make_project()
    now = timezone.now()
    for key, seconds in (("a", -90), ("b", -10), ("c", 3600)):
        api.put("thing.done", key=key, project=project, due_at=now + timedelta(seconds=seconds))
    for key in ("d", "e"):
        api.put("other.topic", key=key, project=project, due_at=now - timedelta(seconds=200))
    running, dead = leases.claim_due(None, 2, topic="other.topic")
    outcomes.bury(dead, "no use")
    figures = selectors.queue_figures(project=project)
    assert running.key != dead.key
    assert figures.pop("oldest_age_s") == pytest.approx(90, abs=5)
    assert figures == {
        "waiting": 3,
        "due": 2,
        "running": 1,
        "dead": 1,
        "retrying": 0,
        "by_topic": {"thing.done": 3, "other.topic": 1},
        "workers": 0,
    }
    assert selectors.dead_by_topic() == {"other.topic": 1}


def test_a_salon_sees_nothing_of_another_salons_queue() -> None:
    make_handler()
    api.put("thing.done", key="7", project=make_project("one"))
    assert selectors.queue_figures(project=make_project("two"))["waiting"] == 0
    assert selectors.queue_figures()["waiting"] == 1


def test_a_failed_task_that_waits_for_its_next_attempt_counts_as_retrying() -> None:
    make_handler()
    api.put("thing.done", key="7")
    outcomes.give_back(claim_one(), 60, "failed")
    figures = selectors.queue_figures()
    assert (figures["waiting"], figures["due"], figures["retrying"]) == (1, 0, 1)


def test_a_job_of_the_clock_between_two_runs_is_no_work_left_over() -> None:
    registry.every(name="prune", seconds=600, handler=lambda claim: None)
    ensure_jobs()
    outcomes.finish(claim_one())
    assert selectors.queue_figures()["waiting"] == 0


def test_only_processes_seen_lately_count() -> None:
    heartbeats.beat("w1", Heartbeat.Kind.WORKER, queue="turns", running=3)
    heartbeats.beat("w2", Heartbeat.Kind.WORKER, queue="turns")
    heartbeats.beat("d1", Heartbeat.Kind.DISPATCHER, redis_ok=False)
    Heartbeat.objects.filter(name="w2").update(seen_at=timezone.now() - timedelta(minutes=5))
    assert selectors.queue_figures()["workers"] == 1
    assert [(sign.name, sign.running, sign.redis_ok) for sign in selectors.processes()] == [
        ("d1", 0, False),
        ("w1", 3, True),
    ]
    Heartbeat.objects.filter(name="w2").update(seen_at=timezone.now() - timedelta(hours=2))
    heartbeats.forget_old()
    assert Heartbeat.objects.count() == 2


def test_depths_tell_the_queues_apart() -> None:
    make_handler(queue="turns", name="turn")
    make_handler(queue="sheets", name="sheet", topic="sheet.due")
    api.put("thing.done", key="7")
    api.put("thing.done", key="8")
    api.put("sheet.due", key="7")
    assert [(depth.queue, depth.waiting) for depth in selectors.depths()] == [("sheets", 1), ("turns", 2)]
    assert Task.objects.count() == 3
