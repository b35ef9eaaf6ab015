"""What people at the desk do to a client's card; each act leaves an audit line."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from bookings.errors import ClientChanged, ClientNotFound, InvalidRequest
from bookings.models import Client, ClientEvent
from bookings.values import Origin
from botbackend.lib.crypto import digester
from botbackend.lib.languages import LANGUAGES
from botbackend.lib.phones import e164
from botbackend.lib.text import canonical
from projects.models import Project

Action = ClientEvent.Action
EDITED = ("name", "phone", "language", "notes")


def shown_mark(client: Client, fields: Iterable[str]) -> str:
    """Return a digest of what a page shows of a client, by which a change by somebody else is noticed."""
    return digester("client-card")("\x1f".join(str(getattr(client, name)) for name in fields))


def add_client(
    *,
    project: Project,
    origin: Origin,
    name: str = "",
    phone: str = "",
    language: str = "",
    notes: str = "",
) -> Client:
    """Make a client, also if the salon knows one of this phone or name: who asks has looked.

    Raises InvalidRequest and InvalidPhone, whose `fields` say where.
    """
    given = {"name": name, "phone": phone, "language": language, "notes": notes}
    client = Client(project=project)
    _set(client, given)
    with transaction.atomic():
        client.save()
        note(client, Action.CREATED, origin)
    return client


@transaction.atomic
def edit_client(
    *, project: Project, client_id: int, origin: Origin, given: dict[str, str], seen: str = ""
) -> Client:
    """Store what is given of name, phone, language and notes.

    `seen` is the mark of these fields as the page showed them. Raises ClientChanged if they are others by
    now, ClientNotFound, InvalidRequest and InvalidPhone.
    """
    client = lock_client(project, client_id)
    if seen and seen != shown_mark(client, given):
        raise ClientChanged("Somebody else changed this client.")
    before = {name: getattr(client, name) for name in given}
    _set(client, given)
    after = {name: getattr(client, name) for name in given}
    if after != before:
        client.save(update_fields=list(given))
        note(client, Action.CHANGED, origin, before=before, after=after)
    return client


@transaction.atomic
def set_blocked(*, project: Project, client_id: int, origin: Origin, blocked: bool) -> Client:
    """Let a client book no more by themselves, or again; visits ahead stay. Raises ClientNotFound."""
    client = lock_client(project, client_id)
    if client.is_blocked != blocked:
        client.is_blocked = blocked
        client.save(update_fields=["is_blocked"])
        note(client, Action.BLOCKED if blocked else Action.UNBLOCKED, origin)
    return client


def lock_client(project: Project, client_id: int) -> Client:
    """Return the salon's client, locked. Raises ClientNotFound, also for one who is another by now."""
    rows = Client.objects.select_for_update(no_key=True).filter(project=project, merged_into=None)
    client = rows.filter(pk=client_id).first()
    if client is None:
        raise ClientNotFound("There is no such client.")
    client.project = project
    return client


def note(
    client: Client,
    action: ClientEvent.Action,
    origin: Origin,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write the audit line of an act, in the caller's transaction."""
    ClientEvent.objects.create(
        project_id=client.project_id,
        client=client,
        action=action,
        source=origin.source,
        actor=origin.actor[:200],
        before=before,
        after=after,
    )


def _set(client: Client, given: dict[str, str]) -> None:
    values = {name: text.strip() if name == "notes" else canonical(text) for name, text in given.items()}
    if values.get("language") and values["language"] not in LANGUAGES:
        raise InvalidRequest("unknown language", fields={"language": ["The bot does not speak this."]})
    phone = values.get("phone")
    if phone and phone != client.phone:  # one that an older version stored may stay
        values["phone"] = e164(phone, country=client.project.home_country)
    for name, value in values.items():
        setattr(client, name, value)
    if not (client.contact_id or client.name or client.phone):
        message = "Write a name or a phone."
        raise InvalidRequest(message, fields={"name": [message]})
