"""What statuses and sources of visits are called: one list for calendar, cards, figures, files and API."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking

Status, Source = Booking.Status, Booking.Source
ARRIVED = "arrived"  # no status of its own: a booked visit whose client is there
STATES: dict[str, Promise] = {
    Status.HELD: _("Held for a client"),
    Status.BOOKED: _("Booked"),
    ARRIVED: _("Arrived"),
    Status.COMPLETED: _("Done"),
    Status.NO_SHOW: _("No-show"),
    Status.CANCELLED: _("Cancelled"),
}
SOURCES: dict[str, Promise] = {
    Source.BOT: _("Bot"),
    Source.ADMIN: _("Office"),
    Source.SHEET: _("Spreadsheet"),
    Source.API: _("Another program"),
}


def kind_of(row: Booking) -> str:
    """Return how a visit stands; who has arrived stands beside the status."""
    return ARRIVED if row.status == Status.BOOKED and row.arrived_at is not None else str(row.status)


def state_name(kind: str) -> str:
    """Return what people call a status, or `arrived`. KeyError for any other word."""
    return str(STATES[kind])


def state_of(row: Booking) -> str:
    """Return how a visit stands, in words."""
    return state_name(kind_of(row))


def source_of(source: str) -> str:
    """Return where a visit, or a change of it, came from."""
    return str(SOURCES[source])
