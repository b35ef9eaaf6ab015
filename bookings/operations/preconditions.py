"""What several operations ask about a booking before they touch it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from bookings.deadline import is_too_late
from bookings.errors import BookingNotFound, ClientBlocked, InvalidRequest, PastDeadline, WrongStatus
from bookings.models import Booking, Client
from bookings.values import Origin
from projects.models import Project


def own_booking(
    project: Project, booking_id: int, client: Client | None, *, now: datetime | None = None
) -> Booking:
    """Return the project's booking, and the client's where one is given, with its names loaded.

    Raises BookingNotFound: another salon's or another client's visit, or a hold that ended, does not exist
    for the caller.
    """
    return own_bookings(project, [booking_id], client, now=now)[booking_id]


def own_bookings(
    project: Project, booking_ids: Sequence[int], client: Client | None, *, now: datetime | None = None
) -> dict[int, Booking]:
    """Return several such bookings by their ids, in that order. Raises BookingNotFound if one is missing."""
    rows = Booking.objects.real(now or timezone.now()).filter(project=project, pk__in=booking_ids)
    if client is not None:
        rows = rows.filter(client=client)
    found = {row.pk: row for row in rows.with_names()}
    if not found.keys() >= set(booking_ids):
        raise BookingNotFound("There is no such booking.")
    return {pk: found[pk] for pk in booking_ids}


def expect_status(booking: Booking, *allowed: Booking.Status) -> None:
    """Raise WrongStatus unless the booking has one of the statuses."""
    if booking.status not in allowed:
        raise WrongStatus(f"The booking is {booking.status}.")


def edition_of(bookings: Iterable[Booking]) -> str:
    """Return what is another as soon as one of the rows was written again: a form carries what it showed."""
    marks = sorted(f"{row.pk}:{row.updated_at.timestamp():.6f}" for row in bookings)
    return hashlib.sha256(" ".join(marks).encode()).hexdigest()[:32]


def expect_edition(bookings: Iterable[Booking], shown: str) -> None:
    """Raise WrongStatus where the rows are not what was shown; "" has seen nothing and asks nothing."""
    if shown and edition_of(bookings) != shown:
        raise WrongStatus("The visit was changed meanwhile.")


def check_deadline(project: Project, booking: Booking, origin: Origin, now: datetime) -> None:
    """Raise PastDeadline for a client who comes too late."""
    if not origin.for_staff and is_too_late(project=project, booking=booking, now=now):
        raise PastDeadline("It is too late to change or cancel this visit; please call the salon.")


def check_overbooking(origin: Origin, reason: str) -> None:
    """Raise InvalidRequest for anybody but staff who gives a reason to put a visit where it does not fit."""
    if reason and not origin.for_staff:
        raise InvalidRequest("Only staff may put a visit on top of another.")


def check_not_blocked(booking: Booking) -> None:
    """Raise ClientBlocked: a blocked client may leave, but takes no new time."""
    if booking.client.is_blocked:
        raise ClientBlocked("This client is blocked.")
