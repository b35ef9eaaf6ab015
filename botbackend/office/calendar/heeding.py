"""What the desk should know of a client before anything is booked or begun."""

from dataclasses import dataclass

from bookings.models import Booking, Client


@dataclass(frozen=True)
class Heed:
    """The note on the card, and how many times the client did not come."""

    notes: str
    no_shows: int


def heed_of(client: Client | None) -> Heed | None:
    """Return what is to be heeded; one statement. None while nobody is chosen."""
    if client is None:
        return None
    missed = Booking.objects.filter(client=client, status=Booking.Status.NO_SHOW)
    return Heed(client.notes, missed.count())
