"""Storing an event and the waiting task of its contact, which the outbox may be about to take."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from botbackend.outbox import leases
from botbackend.outbox.models import Task
from dialogues.inbound.intake import RawEvent, store
from dialogues.models import InboundEvent
from dialogues.tests.factories import make_project
from projects.models import Project

pytestmark = pytest.mark.django_db(transaction=True)


def make_raw(project: Project, dedupe_key: str) -> RawEvent:
    return RawEvent(project.pk, dedupe_key, "bot", "contact", "incoming_message", {"n": dedupe_key})


def task_version() -> str:
    """Names the state of the only task's row: another one after every change of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM outbox_task")
        [(version,)] = cursor.fetchall()
    return str(version)


def claim_elsewhere() -> int:
    """How many tasks another process could take now."""

    def claim() -> int:
        try:
            return len(leases.claim_due(None, 10))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(claim).result()


def test_a_task_that_waits_as_it_should_is_not_written_again() -> None:
    project = make_project()
    assert store([make_raw(project, "1")]) == 1
    before = task_version()
    assert store([make_raw(project, "2")]) == 1
    assert store([make_raw(project, "2"), make_raw(project, "3")]) == 1
    assert task_version() == before


def test_a_task_that_waits_for_later_or_was_announced_already_is_due_and_to_be_announced_again() -> None:
    project, now = make_project(), timezone.now()
    assert store([make_raw(project, "1")]) == 1
    Task.objects.update(due_at=now + timedelta(hours=1), dispatched_until=None)
    assert store([make_raw(project, "2")]) == 1
    assert Task.objects.get().due_at < now + timedelta(minutes=1)
    Task.objects.update(dispatched_until=now + timedelta(hours=1))
    assert store([make_raw(project, "3")]) == 1
    assert Task.objects.get().dispatched_until is None


def test_a_waiting_task_cannot_be_taken_before_the_event_that_relies_on_it_can_be_seen() -> None:
    project = make_project()
    store([make_raw(project, "1")])
    event = make_raw(project, "2")
    with transaction.atomic():
        store([event])
        assert claim_elsewhere() == 0
    assert claim_elsewhere() == 1
    assert InboundEvent.objects.count() == 2
