"""The HTTP side of bookings."""
