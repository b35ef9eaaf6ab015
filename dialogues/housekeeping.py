"""Jobs of the clock: forget old raw events, pick up what lies, end takeovers whose time is over."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone

from botbackend.outbox import api as outbox
from botbackend.outbox.claims import Claim
from dialogues import topics
from dialogues.media.attachments import PENDING
from dialogues.models import Attachment, Dialogue, InboundEvent, SyncRequest
from projects.models import Project

EVENT_DAYS = 30
REQUEST_DAYS = 2
BATCH = 5000
LYING = timedelta(seconds=60)


def prune(claim: Claim) -> None:
    """Delete raw events after 30 days, flow requests after two, what photos and recordings hold when set."""
    now = timezone.now()
    events = InboundEvent.objects.filter(received_at__lt=now - timedelta(days=EVENT_DAYS))
    _delete(claim, events.exclude(state=InboundEvent.State.NEW))
    old = Attachment.objects.filter(created_at__lt=now - timedelta(days=settings.MEDIA_DAYS))
    kept = old.exclude(state__in=[Attachment.State.EXPIRED, *PENDING])
    kept.update(state=Attachment.State.EXPIRED, content=b"", size=0, sha256="")
    _delete(claim, SyncRequest.objects.filter(created_at__lt=now - timedelta(days=REQUEST_DAYS)))


def _delete(claim: Claim, rows: QuerySet[Model]) -> None:
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        claim.extend(60)


def sweep(claim: Claim) -> None:
    """Wake handlers of events that lie, and give dialogues back to the bot when a person's time is over."""
    now = timezone.now()
    lying = InboundEvent.objects.filter(state=InboundEvent.State.NEW, received_at__lt=now - LYING)
    for project_id, contact_id in lying.values_list("project_id", "contact_id").distinct()[:BATCH]:
        wake(project_id=project_id, contact_id=contact_id)
    Dialogue.objects.filter(mode=Dialogue.Mode.HUMAN, human_until__lt=now).update(
        mode=Dialogue.Mode.BOT, human_until=None
    )


def wake(*, project_id: int, contact_id: str) -> None:
    """Have the new events of a contact handled."""
    outbox.put(topics.EVENT_RECEIVED, key=f"{project_id}:{contact_id}", project=Project(pk=project_id))
