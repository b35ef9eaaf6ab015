"""Offering a reply to the flow request that waits for it, and letting waiting requests go."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from botbackend.outbox import api as outbox
from dialogues import topics
from dialogues.models import Dialogue, SyncRequest

CHANNEL = "dialogues_sync"
GRACE = timedelta(seconds=2)


def notify(request_ids: list[int]) -> None:
    """Wake the processes that wait for these requests, when the caller's transaction commits."""
    with connection.cursor() as cursor:
        for request_id in request_ids:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(request_id)])


def waiting_request(*, project_id: int, contact_id: str) -> SyncRequest | None:
    """The request of this client whose caller still waits, if any."""
    newest = SyncRequest.objects.filter(project_id=project_id, contact_id=contact_id).order_by("-pk").first()
    if newest is None or newest.state != SyncRequest.State.WAITING or newest.expires_at <= timezone.now():
        return None
    return newest


def offer(*, dialogue: Dialogue, now: datetime) -> datetime | None:
    """Tell a waiting request that a reply is there; returns when it is to be pushed if nobody took it."""
    if dialogue.sync_until is None or dialogue.sync_until <= now:
        return None
    request = waiting_request(project_id=dialogue.project_id, contact_id=dialogue.client.contact_id)
    if request is None:
        return None
    notify([request.pk])
    return request.expires_at + GRACE


def release(*, dialogue: Dialogue, state: SyncRequest.State = SyncRequest.State.RELEASED) -> None:
    """Nothing will be said for now: let the caller of a waiting request go at once."""
    if dialogue.sync_until is None or dialogue.sync_until <= timezone.now():
        return
    request = waiting_request(project_id=dialogue.project_id, contact_id=dialogue.client.contact_id)
    if request is not None:
        SyncRequest.objects.filter(pk=request.pk, state=SyncRequest.State.WAITING).update(state=state)
        notify([request.pk])
        # What was already said for the flow to take is pushed instead, and not only after the grace.
        outbox.put(topics.MESSAGE_QUEUED, key=str(dialogue.pk), project=dialogue.project)
