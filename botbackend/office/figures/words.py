"""What statuses, sources and weekdays are called."""

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking

_STATUSES: dict[str, Promise] = {
    Booking.Status.HELD: _("held"),
    Booking.Status.BOOKED: _("booked"),
    Booking.Status.CANCELLED: _("cancelled"),
    Booking.Status.COMPLETED: _("done"),
    Booking.Status.NO_SHOW: _("did not come"),
}
_SOURCES: dict[str, Promise] = {
    Booking.Source.BOT: _("The bot"),
    Booking.Source.ADMIN: _("The calendar"),
    Booking.Source.SHEET: _("The spreadsheet"),
    Booking.Source.API: _("A program"),
}


def status_name(status: str) -> str:
    """Return what staff call a status."""
    return str(_STATUSES.get(status, status))


def source_name(source: str) -> str:
    """Return by what way a visit was booked."""
    return str(_SOURCES.get(source, source))


def weekday_name(weekday: int) -> str:
    """Return the name of a weekday, 0 = Monday."""
    return str(WEEKDAYS[weekday])


def short_weekday(weekday: int) -> str:
    """Return the short name of a weekday, 0 = Monday."""
    return str(WEEKDAYS_ABBR[weekday])


def weekdays_in_order() -> list[int]:
    """Return the weekdays, 0 = Monday, as the reader's week has them."""
    first = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7  # Django's 0 is Sunday
    return [(first + at) % 7 for at in range(7)]
