"""Who is on the other side of the channel."""

from django.utils import timezone

from bookings.models import Client
from dialogues import lanes
from dialogues.models import Dialogue
from dialogues.wire import Person
from projects.models import Project


def locked_dialogue(*, project: Project, person: Person) -> Dialogue:
    """The person's dialogue with its row locked, made with the client if they are new.

    What was empty about the client is filled in; what is known stays, staff may have corrected it.
    Belongs to the caller's transaction.
    """
    client, _ = Client.objects.get_or_create(
        project=project,
        contact_id=person.contact_id,
        defaults={"name": person.name, "phone": international(person.phone)},
    )
    dialogue, _ = Dialogue.objects.get_or_create(
        client=client, defaults={"project": project, "telegram_id": person.telegram_id}
    )
    dialogue = lanes.lock(dialogue.pk)
    _complete(dialogue, person)
    return dialogue


def _complete(dialogue: Dialogue, person: Person) -> None:
    client = dialogue.client
    client.last_seen_at = timezone.now()
    changed = ["last_seen_at"]
    for field, value in (("name", person.name), ("phone", international(person.phone))):
        if value and not getattr(client, field):
            setattr(client, field, value)
            changed.append(field)
    client.save(update_fields=changed)
    if person.telegram_id and not dialogue.telegram_id:
        dialogue.telegram_id = person.telegram_id
        dialogue.save(update_fields=["telegram_id"])


def international(digits: str) -> str:
    """SendPulse stores full numbers without their plus; a local number stays as it is."""
    return f"+{digits}" if len(digits) >= 11 and not digits.startswith("0") else digits
