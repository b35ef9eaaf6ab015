"""Every write leaves two traces in its own transaction: an audit line and a fact for the other parts."""

from collections.abc import Iterable, Mapping, Sequence

from bookings.models import Booking, BookingEvent
from bookings.values import Origin
from botbackend.outbox import api as outbox
from projects.models import Project

Snapshot = dict[str, object]

CHANGED = "booking.changed"
# A hold is no visit yet, who has come in is for the front desk: neither the sheet nor a card speaks of it.
ONLY_OURS = {"held", "released", "arrived", "not_arrived"}


def snapshot(booking: Booking) -> Snapshot:
    """Return what an audit line remembers of a booking."""
    return {
        "status": booking.status,
        "specialist_id": booking.specialist_id,
        "service_id": booking.service_id,
        "resource_id": booking.resource_id,
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "price": None if booking.price is None else str(booking.price),
        **(booking.full_price.marks() if booking.full_price else {}),
        "guest_name": booking.guest_name,
        "guest_phone": booking.guest_phone,
        "note": booking.note,
        "is_overbooked": booking.is_overbooked,
        **({"arrived_at": booking.arrived_at.isoformat()} if booking.arrived_at else {}),
    }


def said(origin: Origin, reason: str) -> dict[str, str]:
    """Return who acted and why, as the columns of an audit line hold it."""
    return {"source": origin.source, "actor": origin.actor[:200], "reason": reason[:500]}


def record(
    *,
    project: Project,
    action: str,
    origin: Origin,
    bookings: Sequence[Booking],
    before: Iterable[Snapshot | None],
    reason: str = "",
    more: Mapping[str, object] | None = None,
) -> None:
    """Write the audit lines of one act and tell the outbox, in the caller's transaction.

    `more` is what the lines remember of the act itself.
    """
    same = {"project_id": project.pk, "action": action, **said(origin, reason)}
    BookingEvent.objects.bulk_create(
        BookingEvent(
            **same, booking_id=booking.pk, before=earlier, after=snapshot(booking) | dict(more or {})
        )
        for booking, earlier in zip(bookings, before, strict=True)
    )
    announce(project=project, action=action, bookings=bookings)


def announce(*, project: Project, action: str, bookings: Iterable[Booking]) -> None:
    """Tell the other parts, in the caller's transaction."""
    for booking in [] if action in ONLY_OURS else bookings:
        outbox.put(CHANGED, key=str(booking.pk), project=project, payload={"booking": booking.pk})
