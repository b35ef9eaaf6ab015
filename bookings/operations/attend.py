"""Say how a visit ended: it took place, or nobody came."""

from datetime import datetime

from django.db import transaction

from bookings.models import Booking
from bookings.operations import audit, idempotency, locking, stored_visits
from bookings.operations.preconditions import expect_status, own_booking
from bookings.values import Origin
from projects.models import Project


def complete_booking(
    *,
    project: Project,
    booking_id: int,
    origin: Origin,
    idempotency_key: str = "",
    now: datetime | None = None,
) -> Booking:
    """Mark a visit as having taken place. Raises BookingNotFound, WrongStatus."""
    return _finish(project, booking_id, origin, Booking.Status.COMPLETED, idempotency_key)


def mark_no_show(
    *,
    project: Project,
    booking_id: int,
    origin: Origin,
    idempotency_key: str = "",
    now: datetime | None = None,
) -> Booking:
    """Mark a visit to which nobody came. Raises BookingNotFound, WrongStatus."""
    return _finish(project, booking_id, origin, Booking.Status.NO_SHOW, idempotency_key)


def _finish(project: Project, booking_id: int, origin: Origin, status: Booking.Status, key: str) -> Booking:
    """Set a final status; the other final status may be corrected, a cancelled visit stays cancelled."""
    current = own_booking(project, booking_id, None)
    mark = idempotency.fingerprint(kind=status.value, booking=booking_id)
    with locking.database_says_taken(), transaction.atomic():
        done = idempotency.claim(project=project, key=key, mark=mark, visit_id=current.visit_id)
        booking = stored_visits.lock_rows(project, [booking_id])[0]
        booking.client, booking.specialist, booking.service = (
            current.client,
            current.specialist,
            current.service,
        )
        if done is not None or booking.status == status:
            return booking
        expect_status(booking, Booking.Status.BOOKED, Booking.Status.COMPLETED, Booking.Status.NO_SHOW)
        before = audit.snapshot(booking)
        booking.status = status
        booking.save(update_fields=["status", "updated_at"])
        audit.record(project=project, action=status.value, origin=origin, bookings=[booking], before=[before])
        return booking
