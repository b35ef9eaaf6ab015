"""What this app does when a fact is written, or the clock strikes."""

from django.conf import settings

from botbackend.outbox import registry
from dialogues import housekeeping, topics
from dialogues.inbound import processing
from dialogues.media import attachments
from dialogues.outbound import delivery
from dialogues.staff import alerts, pauses


def register() -> None:
    """Tell the outbox; called once, when the apps are ready."""
    registry.subscribe(
        topics.EVENT_RECEIVED,
        processing.handle_contact,
        name="dialogues.inbound",
        queue="default",
        max_attempts=20,
    )
    registry.subscribe(
        topics.MESSAGE_QUEUED, delivery.deliver, name="dialogues.delivery", queue="delivery", max_attempts=20
    )
    registry.subscribe(
        topics.ATTACHMENT_EXPECTED,
        attachments.handle,
        name="dialogues.attachments",
        queue="turns",
        lease_seconds=2 * settings.MEDIA_SECONDS + settings.TRANSCRIPTION_SECONDS + 60,
        max_attempts=attachments.ATTEMPTS + 2,
        on_dead=attachments.give_up,
    )
    registry.subscribe(topics.STAFF_TASK, alerts.tell_staff, name="dialogues.alerts", queue="default")
    registry.subscribe(topics.STAFF_MAIL, alerts.mail_staff, name="dialogues.mail", queue="default")
    registry.subscribe(topics.PAUSE_CHANGED, pauses.mirror, name="dialogues.pauses", queue="delivery")
    registry.every(name="dialogues.sweep", seconds=30, handler=housekeeping.sweep)
    registry.every(name="dialogues.prune", seconds=86400, handler=housekeeping.prune, at_local="03:10")
