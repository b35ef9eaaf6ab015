"""What callers and the engine say to each other: wishes, slots and who is asking."""

from dataclasses import dataclass
from datetime import datetime

from bookings.models import Booking


@dataclass(frozen=True, slots=True)
class Item:
    """One wished service. `specialist_id` None means any; `start` is aware and a whole minute."""

    service_id: int
    specialist_id: int | None
    start: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A free start. `start` and `end` are aware, in the salon's zone."""

    specialist_id: int
    specialist: str
    service_id: int
    service: str
    start: datetime
    end: datetime

    def as_json(self) -> dict[str, int | str]:
        """Return the slot as the HTTP API writes it."""
        return {
            "specialist_id": self.specialist_id,
            "specialist": self.specialist,
            "service_id": self.service_id,
            "service": self.service,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Origin:
    """Who acts. `for_staff` lifts what binds clients only: grid, cancel deadline, cap of visits."""

    source: Booking.Source
    actor: str = ""
    for_staff: bool = False
