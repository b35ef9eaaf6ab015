"""Bookings as the HTTP API writes them."""

from datetime import tzinfo
from typing import Any

from bookings.engine.calendars import zone_named
from bookings.models import Booking
from bookings.models.prices import price_json
from projects.models import Project


def booking_json(booking: Booking, project: Project) -> dict[str, Any]:
    """Return the booking with times in the salon's own offset. Names must be loaded."""
    zone: tzinfo = zone_named(project.timezone)
    return {
        "id": booking.pk,
        "specialist": booking.specialist.name,
        "specialist_id": booking.specialist_id,
        "service": booking.service.name,
        "service_id": booking.service_id,
        "start": booking.start.astimezone(zone).isoformat(),
        "end": booking.end.astimezone(zone).isoformat(),
        "status": booking.status,
        "client": {
            "contact_id": booking.client.contact_id,
            "name": booking.client.name,
            "phone": booking.client.phone,
        },
        "guest_name": booking.guest_name,
        "note": booking.note,
        "source": booking.source,
        **price_json(booking.full_price),
    }
