"""Cancel a visit. The row stays, its time is free at the same commit."""

from datetime import datetime

from django.db import transaction

from bookings.models import Booking, Client
from bookings.operations import idempotency, locking, stored_visits
from bookings.operations.preconditions import check_deadline, expect_status, own_booking
from bookings.values import Origin
from botbackend.lib.stopped_clock import current_time
from projects.models import Project


def reject_booking(
    *,
    project: Project,
    booking_id: int,
    origin: Origin,
    reason: str = "",
    idempotency_key: str = "",
    client: Client | None = None,
    now: datetime | None = None,
) -> Booking:
    """Cancel a held or booked visit; one that is cancelled already is returned unchanged.

    Raises BookingNotFound, PastDeadline (clients only), WrongStatus for a visit that took place.
    """
    moment = now or current_time()
    current = own_booking(project, booking_id, client, now=moment)
    mark = idempotency.fingerprint(kind="reject", booking=booking_id)
    with locking.database_says_taken(), transaction.atomic():
        visit_id = current.visit_id
        done = idempotency.claim(project=project, key=idempotency_key, mark=mark, visit_id=visit_id)
        booking = stored_visits.lock_rows(project, [booking_id])[0]
        booking.client, booking.specialist, booking.service = (
            current.client,
            current.specialist,
            current.service,
        )
        if done is not None or booking.status == Booking.Status.CANCELLED:
            return booking
        expect_status(booking, Booking.Status.HELD, Booking.Status.BOOKED)
        is_visit = booking.status == Booking.Status.BOOKED
        if is_visit:
            check_deadline(project, booking, origin, moment)
        action = "cancelled" if is_visit else "released"
        stored_visits.cancel(project, [booking], origin=origin, action=action, reason=reason)
        return booking
