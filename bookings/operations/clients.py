"""The people who book: found again, kept up to date, and what binds them."""

import hashlib
from datetime import datetime

from django.db import connection, transaction

from bookings import queries
from bookings.errors import ClientBlocked, InvalidRequest, TooManyVisits
from bookings.models import Booking, Client, rules_of
from bookings.models.clients import contact_id_in, name_index, phone_index
from bookings.operations import locking
from bookings.values import Origin
from botbackend.lib.phones import e164
from botbackend.lib.text import canonical
from projects.models import Project

SOURCE_LENGTH = 64


def get_or_create_client(
    *, project: Project, contact_id: str = "", name: str = "", phone: str = "", language: str = ""
) -> Client:
    """Return the project's client, made if there is none; what was empty is filled in.

    The channel's `contact_id` decides alone where it is given. A phone finds only clients without a
    contact: anybody can claim a number in a chat, and must not find another person's visits by it. Of
    several who share it the one of this name is meant, else who has been known longest. A bare name finds
    only clients of whom nothing else is known. Raises InvalidRequest for nothing at all and InvalidPhone for
    a phone that the salon's country cannot dial.
    """
    contact_id, name = contact_id_in(contact_id), canonical(name)
    phone = e164(phone, country=project.home_country, field="client.phone")
    if not (contact_id or phone or name):
        message = "A client needs a contact_id, a phone or a name."
        raise InvalidRequest(message, fields={"client": [message]})
    found = _find(project, contact_id, name, phone)
    if found is None:
        with transaction.atomic():
            one_at_a_time(f"{project.pk}:{contact_id}:{phone_index(phone)}:{name_index(name)}")
            found = _find(project, contact_id, name, phone) or Client.objects.create(
                project=project, contact_id=contact_id, name=name, phone=phone, language=language
            )
    return update_client(
        client=found,
        name=name if not found.name else None,
        phone=phone if not found.phone else None,
        language=language if not found.language else None,
    )


def new_client(*, project: Project, name: str) -> Client:
    """Make a client of whom only a name is known, and who is no namesake whom the salon has already."""
    return Client.objects.create(project=project, name=canonical(name) or "—")


def _find(project: Project, contact_id: str, name: str, phone: str) -> Client | None:
    known = Client.objects.filter(project=project).order_by("id")
    if contact_id:
        return known.filter(contact_id=contact_id).first()
    if phone_index(phone):
        family = list(known.filter(contact_id="", phone_index=phone_index(phone)))
        namesakes = [client for client in family if client.name_index == name_index(name)]
        return next(iter(namesakes or family), None)
    if not name_index(name):  # a name of mere marks: rows that were emptied have none either
        return None
    return known.filter(contact_id="", phone_index="", name_index=name_index(name)).first()


def one_at_a_time(key: str) -> None:
    """Let two first requests of the same person make one row: there is no row yet that could be locked."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(queries.LOCK_NUMBER, [number])


def update_client(
    *, client: Client, name: str | None = None, phone: str | None = None, language: str | None = None
) -> Client:
    """Store what is given and differs; None leaves a value as it is. Raises InvalidPhone."""
    if phone is not None:
        phone = e164(phone, country=client.project.home_country, field="client.phone")
    given = {"name": None if name is None else canonical(name), "phone": phone, "language": language}
    changed = [
        field for field, value in given.items() if value is not None and value != getattr(client, field)
    ]
    for field in changed:
        setattr(client, field, given[field])
    if changed:
        client.save(update_fields=changed)
    return client


def remember_source(*, client: Client, payload: str) -> None:
    """Keep where the client came from, once: a later link tells only where they looked again."""
    source = canonical(payload)[:SOURCE_LENGTH]
    if source and Client.objects.filter(pk=client.pk, source="").update(source=source):
        client.source = source


def check_cap(
    *, project: Project, client: Client, origin: Origin, now: datetime, lock: bool, more: int = 1
) -> None:
    """Raise TooManyVisits for a client who acts alone and with `more` visits has over the salon's cap ahead.

    With `lock` the client's row is locked where the cap is counted, so that two requests cannot both pass.
    Raises ClientBlocked first where it looks; `make_plan` looks always.
    """
    most = rules_of(project).max_active_visits
    if origin.for_staff or most <= 0:
        return
    if lock:
        refuse_blocked(locking.lock_client(client.pk))
    else:
        check_not_blocked(client)
    if _visits_ahead(client, now) + more > most:
        raise TooManyVisits("The client has as many visits ahead as the salon allows.")


def check_not_blocked(client: Client) -> None:
    """Raise ClientBlocked if the client is blocked by now, whatever the object says."""
    refuse_blocked(Client.objects.values_list("is_blocked", flat=True).get(pk=client.pk))


def refuse_blocked(is_blocked: bool) -> None:
    """Raise ClientBlocked if so."""
    if is_blocked:
        raise ClientBlocked("This client is blocked.")


def _visits_ahead(client: Client, now: datetime) -> int:
    return Booking.objects.ahead(now).filter(client=client).values("visit_id").distinct().count()
