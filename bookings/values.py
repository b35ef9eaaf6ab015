"""What callers and the engine say to each other: wishes, slots and who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bookings.models import Booking, Client
from bookings.models.names import Names, name_in
from bookings.models.prices import Price
from botbackend.lib.phones import e164
from botbackend.lib.text import canonical
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Item:
    """One wished service. `specialist_id` None means any; `start` is aware and a whole minute."""

    service_id: int
    specialist_id: int | None
    start: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A free start. `start` and `end` are aware, in the salon's zone.

    `price` is what it costs with this specialist; `price_varies` says that no specialist was asked for and
    that those who are free then ask unequal prices, so that whoever is named was not the client's choice.
    """

    specialist_id: int
    specialist: str
    service_id: int
    service: str
    start: datetime
    end: datetime
    price: Price | None = None
    price_varies: bool = False
    names: tuple[Names, Names] = field(default=({}, {}), compare=False, repr=False)

    def specialist_in(self, language: str) -> str:
        """Return the specialist's name for clients of this language."""
        return name_in(self.specialist, self.names[0], language)

    def service_in(self, language: str) -> str:
        """Return the service's name for clients of this language."""
        return name_in(self.service, self.names[1], language)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRequest:
    """A visit that somebody wants made: all of its services or none, in the order of `items`.

    `hold_ids` are the client's own holds: their time counts as free, and they are used up or let go.
    `overbook_reason` lets staff put the visit on top of others; its rows then leave the constraint. A repeat
    with the same `idempotency_key` does nothing more; `fingerprint` stands for the request where the caller
    knows it better than its parsed parts.
    """

    project: Project
    client: Client
    items: Sequence[Item]
    origin: Origin
    hold_ids: Sequence[int] = ()
    guest_name: str = ""
    guest_phone: str = ""
    photo_url: str = ""
    overbook_reason: str = ""
    idempotency_key: str = ""
    fingerprint: str = ""

    def __post_init__(self) -> None:
        """Bring what people typed into the form that is stored. Raises InvalidPhone."""
        phone = e164(self.guest_phone, country=self.project.home_country, field="guest_phone")
        object.__setattr__(self, "guest_name", canonical(self.guest_name))
        object.__setattr__(self, "guest_phone", phone)
        object.__setattr__(self, "overbook_reason", self.overbook_reason.strip())  # spaces are no reason


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChange:
    """What becomes different about a booked visit; None leaves it as it is.

    `hold_ids` are the client's own holds for the new time, `overbook_reason` as in a VisitRequest.
    """

    start: datetime | None = None
    service_id: int | None = None
    specialist_id: int | None = None
    guest_name: str | None = None
    guest_phone: str | None = None
    hold_ids: Sequence[int] = ()
    overbook_reason: str = ""

    def __post_init__(self) -> None:
        if self.guest_name is not None:
            object.__setattr__(self, "guest_name", canonical(self.guest_name))
        object.__setattr__(self, "overbook_reason", self.overbook_reason.strip())
