"""Jobs of the clock: what is old goes, what lies is picked up, a person's time ends by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from botbackend.outbox import registry
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from dialogues import housekeeping, topics
from dialogues.models import Attachment, Dialogue, InboundEvent, Message, SyncRequest
from dialogues.tests.factories import make_claim, make_dialogue, make_event, make_incoming, make_project
from dialogues.tests.steps import only_message, receive
from dialogues.tests.test_webhook import post

pytestmark = pytest.mark.django_db


def prune() -> None:
    claim = make_claim("prune")
    housekeeping.prune(claim)
    Task.objects.filter(pk=claim.task_id).delete()


def age(days: int) -> None:
    InboundEvent.objects.update(received_at=timezone.now() - timedelta(days=days))


def test_both_jobs_run_by_the_clock() -> None:
    sweep, prune = registry.clockwork("dialogues.sweep"), registry.clockwork("dialogues.prune")
    assert sweep is not None
    assert prune is not None
    assert (sweep.seconds, prune.seconds) == (30, 86400)


def test_raw_events_are_kept_for_thirty_days_and_their_messages_for_good() -> None:
    make_project()
    receive([make_event(text="old")])
    age(29)
    prune()
    assert InboundEvent.objects.count() == 1
    age(31)
    prune()
    assert InboundEvent.objects.count() == 0
    assert only_message().text == "old"


def test_an_event_that_was_never_handled_is_not_pruned() -> None:
    make_project()
    post([make_event()])
    age(40)
    prune()
    assert InboundEvent.objects.get().state == "new"


def test_many_old_rows_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 3)
    make_project()
    receive([make_event() for _ in range(8)])
    age(31)
    prune()
    assert not InboundEvent.objects.exists()


def test_flow_requests_are_kept_for_two_days() -> None:
    project = make_project()
    for days in (1, 3):
        request = SyncRequest.objects.create(project=project, contact_id=f"{days}", expires_at=timezone.now())
        SyncRequest.objects.filter(pk=request.pk).update(created_at=timezone.now() - timedelta(days=days))
    prune()
    assert SyncRequest.objects.get().contact_id == "1"


def test_an_event_whose_task_was_lost_is_handled_by_the_next_sweep() -> None:
    make_project()
    post([make_event(text="nearly lost")])
    Task.objects.all().delete()
    InboundEvent.objects.update(received_at=timezone.now() - timedelta(seconds=61))
    housekeeping.sweep(make_claim("sweep"))
    run_due(topics.EVENT_RECEIVED)
    assert only_message().text == "nearly lost"


def test_a_person_whose_time_is_not_over_keeps_the_dialogue() -> None:
    later = timezone.now() + timedelta(minutes=5)
    project = make_project()
    kept = make_dialogue(project=project, contact_id="one", mode="human", human_until=later)
    over = make_dialogue(
        project=project, contact_id="two", mode="human", human_until=timezone.now() - timedelta(minutes=1)
    )
    housekeeping.sweep(make_claim("sweep"))
    modes = dict(Dialogue.objects.values_list("pk", "mode"))
    assert modes == {kept.pk: "human", over.pk: "bot"}
    assert not Message.objects.exists()


def test_photos_go_when_their_time_is_over_and_what_was_heard_stays(settings: Settings) -> None:
    settings.MEDIA_DAYS = 7
    dialogue = make_dialogue()
    for state in ("done", "waiting"):
        Attachment.objects.create(
            project=dialogue.project,
            message=make_incoming(dialogue),
            kind="recording",
            state=state,
            content=b"OggS",
            size=4,
            sha256="a",
            heard="tomorrow",
        )
    for days, kept in ((6, [("done", 4), ("waiting", 4)]), (8, [("expired", 0), ("waiting", 4)])):
        Attachment.objects.update(created_at=timezone.now() - timedelta(days=days))
        prune()
        assert sorted(Attachment.objects.values_list("state", "size")) == sorted(kept)
    row = Attachment.objects.get(state="expired")
    assert (row.content, row.sha256, row.heard) == (b"", "", "tomorrow")
