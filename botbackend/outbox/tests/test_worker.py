"""The function of the RQ jobs, without a process."""

import pytest

from botbackend.outbox import api
from botbackend.outbox.claims import Claim
from botbackend.outbox.models import Task
from botbackend.outbox.processes.worker import TasksFailed, run_tasks
from botbackend.outbox.tests.factories import make_handler

pytestmark = pytest.mark.django_db


def test_a_job_runs_its_tasks_also_in_a_worker_of_another_class() -> None:
    seen = make_handler()
    for key in ("a", "b", "c"):
        api.put("thing.done", key=key)
    ids = list(Task.objects.exclude(key="b").values_list("pk", flat=True))
    run_tasks(ids)
    assert {claim.key for claim in seen} == {"a", "c"}
    run_tasks(ids)  # one too many finds nothing
    assert [task.key for task in Task.objects.all()] == ["b"]


def test_a_job_fails_with_the_reasons_after_all_its_tasks_ran() -> None:
    def body(claim: Claim) -> None:
        if claim.key == "a":
            raise ValueError("what a client wrote")

    make_handler(body)
    api.put("thing.done", key="a")
    api.put("thing.done", key="b")
    failing = Task.objects.get(key="a").pk
    with pytest.raises(TasksFailed, match=rf"^test.handler {failing}: ValueError in body, line \d+$"):
        run_tasks(list(Task.objects.values_list("pk", flat=True)))
    assert [task.key for task in Task.objects.all()] == ["a"]
