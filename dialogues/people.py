"""Who is on the other side of the channel."""

from django.utils import timezone

from bookings.models import Client
from bookings.operations import get_or_create_client
from dialogues import lanes
from dialogues.models import Dialogue
from dialogues.wire import Person
from projects.models import Project


def locked_dialogue(*, project: Project, person: Person) -> Dialogue:
    """The person's dialogue with its row locked, made with the client if they are new.

    What was empty about the client is filled in; what is known stays, staff may have corrected it.
    Belongs to the caller's transaction.
    """
    client = get_or_create_client(
        project=project,
        contact_id=person.contact_id,
        name=person.name,
        phone=international(person.phone),
    )
    Client.objects.filter(pk=client.pk).update(last_seen_at=timezone.now())
    dialogue, _ = Dialogue.objects.get_or_create(
        client=client, defaults={"project": project, "telegram_id": person.telegram_id}
    )
    dialogue = lanes.lock(dialogue.pk)
    if person.telegram_id and not dialogue.telegram_id:
        dialogue.telegram_id = person.telegram_id
        dialogue.save(update_fields=["telegram_id"])
    return dialogue


def international(digits: str) -> str:
    """SendPulse stores full numbers without their plus; a local number stays as it is."""
    return f"+{digits}" if len(digits) >= 11 and not digits.startswith("0") else digits
