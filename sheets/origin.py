"""As whom the mirror books, moves and cancels what staff did in a spreadsheet."""

from bookings.models import Booking
from bookings.operations import Origin

ORIGIN = Origin(source=Booking.Source.SHEET, actor="spreadsheet", for_staff=True)
