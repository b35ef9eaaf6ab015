"""What this app does when a fact is written, or the clock strikes."""

from botbackend.outbox import registry
from dialogues import housekeeping, topics
from dialogues.inbound import processing
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
    registry.subscribe(topics.STAFF_TASK, alerts.tell_staff, name="dialogues.alerts", queue="default")
    registry.subscribe(topics.STAFF_MAIL, alerts.mail_staff, name="dialogues.mail", queue="default")
    registry.subscribe(topics.PAUSE_CHANGED, pauses.mirror, name="dialogues.pauses", queue="delivery")
    registry.every(name="dialogues.sweep", seconds=30, handler=housekeeping.sweep)
    registry.every(name="dialogues.prune", seconds=86400, handler=housekeeping.prune, at_local="03:10")
