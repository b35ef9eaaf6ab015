"""The batches whose outcome is open, as they are stored: noted before they are sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from botbackend.outbox.claims import Claim, held
from sheets.cycle.verifying.flights import Flight
from sheets.models import SheetLink
from sheets.rows.writes import RowWrite

MOST_FLIGHTS = 20


def flights_of(link: SheetLink) -> list[Flight]:
    """Return the batches whose outcome is open, however long ago: no reading has made them good yet."""
    return [Flight.from_json(stored) for stored in link.flights or []]


def take_off(
    link: SheetLink, claim: Claim, writes: Sequence[RowWrite], loose: Sequence[tuple[str, ...]]
) -> None:
    """Note what is about to be sent, for the case that the answer gets lost or shows something else."""
    flight = Flight(tuple(writes), tuple(loose), sent_at=datetime.now(UTC).timestamp())
    _store_flights(link, claim, [*flights_of(link), flight][-MOST_FLIGHTS:])


def mark_answered(link: SheetLink, claim: Claim) -> None:
    """The last batch was applied, though not as planned."""
    *others, last = flights_of(link)
    _store_flights(link, claim, [*others, replace(last, is_answered=True)])


def not_sent(link: SheetLink, claim: Claim) -> None:
    """The last batch was refused as a whole."""
    _store_flights(link, claim, flights_of(link)[:-1])


def _store_flights(link: SheetLink, claim: Claim, flights: Sequence[Flight]) -> None:
    link.flights = [flight.as_json() for flight in flights] or None
    with held(claim):
        link.save(update_fields=["flights"])
