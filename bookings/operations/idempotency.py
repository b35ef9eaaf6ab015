"""A repeat of a request does nothing more and gives the same answer."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from bookings import queries
from bookings.errors import IdempotencyKeyReused, InvalidRequest
from bookings.models import Booking, IdempotencyKey
from bookings.values import Item
from projects.models import Project

KEEP_FOR = timedelta(days=60)
_LONGEST = 200


def fingerprint(**request: object) -> str:
    """Return a hash that is equal for equal requests; datetimes count as instants."""
    text = json.dumps(request, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def items_json(items: Sequence[Item]) -> list[tuple[object, ...]]:
    """Return the wished services as a fingerprint takes them; without a guest as before there were any."""
    return [
        (item.service_id, item.specialist_id, item.start.timestamp(), *filter(None, [item.guest_name]))
        for item in items
    ]


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def claim(*, project: Project, key: str, mark: str, visit_id: uuid.UUID) -> uuid.UUID | None:
    """Take the key for this request, or return the visit that it already made.

    A twin that is still at work is waited for; if it rolls back, the key is ours. No key claims nothing.
    Raises IdempotencyKeyReused when the key belongs to another request.
    """
    if not key:
        return None
    if len(key) > _LONGEST:
        message = f"A key has at most {_LONGEST} characters."
        raise InvalidRequest(message, fields={"Idempotency-Key": [message]})
    with connection.cursor() as cursor:
        cursor.execute(queries.CLAIM_KEY, [project.pk, key, mark, visit_id])
        if cursor.fetchone() is not None:
            return None
    return find(project=project, key=key, mark=mark)


def find(*, project: Project, key: str, mark: str) -> uuid.UUID | None:
    """Return the visit that the key made, None for a new key. Raises IdempotencyKeyReused."""
    row = IdempotencyKey.objects.filter(project=project, key=key).first() if key else None
    if row is None:
        return None
    if row.fingerprint != mark:
        raise IdempotencyKeyReused("This Idempotency-Key was used for another request.")
    return row.visit_id


def bookings_made_with(*, project: Project, key: str, mark: str) -> list[Booking]:
    """Return what an earlier call with the key made; a twin at work is waited for.

    Stands in the caller's transaction, for who writes something before the visit that a repeat must not
    write again. Raises IdempotencyKeyReused.
    """
    number = hashlib.sha256(f"{project.pk}:{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute(queries.LOCK_NUMBER, [int.from_bytes(number, signed=True)])
    visit_id = find(project=project, key=key, mark=mark)
    if visit_id is None:
        return []
    return list(Booking.objects.filter(project=project, visit_id=visit_id).with_names())


def prune(*, now: datetime) -> int:
    """Delete keys that are too old to be repeated; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEEP_FOR).delete()[0]
