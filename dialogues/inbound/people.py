"""Who is on the other side of the channel."""

from datetime import timedelta

from django.utils import timezone

from bookings.models import Client
from bookings.operations import get_or_create_client
from botbackend.lib.phones import e164_or_blank
from dialogues import lanes
from dialogues.inbound.events import Person
from dialogues.models import Dialogue
from projects.models import Project

SEEN_TO = timedelta(minutes=1)


def locked_dialogue(*, project: Project, person: Person) -> Dialogue:
    """The person's dialogue with its row locked, made with the client if they are new.

    What was empty about the client is filled in; what is known stays, staff may have corrected it.
    Belongs to the caller's transaction.
    """
    # What cannot be dialled is no phone of the client; the event keeps what was sent.
    read = (e164_or_blank(told, country=project.home_country) for told in person.phones)
    phone = next(filter(None, read), "")
    # Nearly always known: one statement instead of four.
    dialogue = lanes.lock_of_contact(project_id=project.pk, contact_id=person.contact_id)
    if dialogue is None or _tells_more(dialogue.client, person.name, phone):
        dialogue = _make(project, person, phone)
    _note_visit(dialogue.client)
    if person.telegram_id and not dialogue.telegram_id:
        dialogue.telegram_id = person.telegram_id
        dialogue.save(update_fields=["telegram_id"])
    return dialogue


def _tells_more(client: Client, name: str, phone: str) -> bool:
    return bool((name and not client.name) or (phone and not client.phone))


def _make(project: Project, person: Person, phone: str) -> Dialogue:
    client = get_or_create_client(
        project=project, contact_id=person.contact_id, name=person.name, phone=phone
    )
    dialogue, _ = Dialogue.objects.get_or_create(
        client=client, defaults={"project": project, "telegram_id": person.telegram_id}
    )
    return lanes.lock(dialogue.pk)


def _note_visit(client: Client) -> None:
    """When the client was last seen, to the minute."""
    now = timezone.now()
    if client.last_seen_at is None or client.last_seen_at < now - SEEN_TO:
        Client.objects.filter(pk=client.pk).update(last_seen_at=now)
