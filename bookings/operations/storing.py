"""New bookings and their traces; each is written with its audit line by one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from bookings import queries
from bookings.models import Booking
from bookings.operations import audit
from bookings.values import Origin
from botbackend.lib.fields import encrypted_json, encrypted_text
from projects.models import Project


def store_new(
    *, project: Project, action: str, origin: Origin, bookings: Sequence[Booking], reason: str = ""
) -> None:
    """Store unsaved bookings, give them their ids and leave the traces that `audit.record` leaves."""
    now = timezone.now()
    act = {"action": action, **audit.said(origin, reason)}
    with connection.cursor() as cursor:
        for row in bookings:
            after = {"after": encrypted_json(audit.snapshot(row))}
            cursor.execute(queries.STORE_BOOKING, _columns(row, now) | act | after)
            row.pk, row.client_id = cursor.fetchone()
            row._state.adding = False
    audit.announce(project=project, action=action, bookings=bookings)


def _columns(row: Booking, now: datetime) -> dict[str, Any]:
    row.created_at = row.updated_at = now
    return {
        "project": row.project_id,
        "visit": row.visit_id,
        "client": row.client_id,
        "specialist": row.specialist_id,
        "service": row.service_id,
        "resource": row.resource_id,
        "status": row.status,
        "start": row.start,
        "end": row.end,
        "busy_from": row.busy_from,
        "busy_until": row.busy_until,
        "gap_from": row.gap_from,
        "gap_until": row.gap_until,
        "hold_until": row.hold_until,
        "is_overbooked": row.is_overbooked,
        "price": row.price,
        "price_from": row.price_from,
        "price_to": row.price_to,
        "guest_name": encrypted_text(row.guest_name),
        "guest_phone": encrypted_text(row.guest_phone),
        "photo_url": encrypted_text(row.photo_url),
        "note": encrypted_text(row.note),
        "now": now,
    }
