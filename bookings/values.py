"""What callers and the engine say to each other: wishes, slots and who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bookings.limits import DAY
from bookings.models import Booking, Client
from bookings.models.names import Names, name_in
from bookings.models.prices import Price
from botbackend.lib.clock import minute_of_day
from botbackend.lib.phones import e164
from botbackend.lib.text import canonical
from projects.models import Project


def _lines(text: str) -> str:
    return "\n".join(filter(None, map(canonical, text.splitlines())))


@dataclass(frozen=True, slots=True)
class Item:
    """One wished service. `specialist_id` None means any; `start` is aware and a whole minute.

    `guest_name` is who comes for it if not the client.
    """

    service_id: int
    specialist_id: int | None
    start: datetime
    guest_name: str = ""

    def __post_init__(self) -> None:
        if self.guest_name:
            object.__setattr__(self, "guest_name", canonical(self.guest_name))


@dataclass(frozen=True, slots=True)
class WishedService:
    """One service of a wished visit: any of `service_ids`, by the one named or by anyone not ruled out."""

    service_ids: tuple[int, ...]
    specialist_id: int | None = None
    not_specialists: frozenset[int] = frozenset()


# Ranges of dates, both ends included.
Days = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class When:
    """Which visits are welcome on the salon's calendar and wall clock; all bounds are included.

    `weekdays` are 0 for Monday; no days and no weekdays is any. Minutes count from local midnight of
    the day on which the visit begins. `ends_from` and `ends_by` bind the end of its last service, without
    buffers.
    """

    days: Days = ()
    weekdays: frozenset[int] = frozenset()
    time_from: int = 0
    time_to: int = DAY
    ends_from: int = 0
    ends_by: int | None = None

    def has_day(self, day: date) -> bool:
        """Say whether the date lies in one of the ranges."""
        return not self.days or any(first <= day <= last for first, last in self.days)

    def has_weekday(self, day: date) -> bool:
        """Say whether the date is one of the weekdays."""
        return not self.weekdays or day.weekday() in self.weekdays

    @property
    def binds_end(self) -> bool:
        """Say whether the end matters too: a free start is not enough then."""
        return self.ends_from > 0 or self.ends_by is not None

    def has_start(self, start: datetime) -> bool:
        """Say whether a visit may begin then as far as its times go."""
        return self.time_from <= minute_of_day(start) <= self.time_to

    def has_time(self, start: datetime, end: datetime) -> bool:
        """Say whether a visit keeps to the wished times."""
        return self.minutes_away(start, end) == 0

    def minutes_away(self, start: datetime, end: datetime) -> int:
        """Return by how much a visit misses the wished times."""
        begins = minute_of_day(start)
        finish = minute_of_day(end) + (end.date() - start.date()).days * DAY
        ends_by = finish if self.ends_by is None else self.ends_by
        return max(
            0, self.time_from - begins, begins - self.time_to, self.ends_from - finish, finish - ends_by
        )


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
    """Who acts. `for_staff` lifts what binds clients only: grid, cancel deadline, cap of visits.

    `at_desk` is somebody in the salon, whom no notice binds: the client stands before them, or is late.
    `beyond_horizon` lets them book further ahead than the salon does by itself, two years, and write in
    what took place within the last month.
    """

    source: Booking.Source
    actor: str = ""
    for_staff: bool = False
    at_desk: bool = False
    beyond_horizon: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRequest:
    """A visit that somebody wants made: all of its services or none, in the order of `items`.

    `hold_ids` are the client's own holds: their time counts as free, and they are used up or let go.
    `overbook_reason` lets staff put the visit outside the hours or on top of others; rows that are on top
    leave the constraint. A repeat with the same `idempotency_key` does nothing more; `fingerprint` stands
    for the request where the caller knows it better than its parsed parts. `guest_name` is the guest of
    every item that names none; `guest_phone` goes to the guests, or to all rows where nobody is one. `note`
    holds remarks, one a line.
    """

    project: Project
    client: Client
    items: Sequence[Item]
    origin: Origin
    hold_ids: Sequence[int] = ()
    guest_name: str = ""
    guest_phone: str = ""
    note: str = ""
    photo_url: str = ""
    overbook_reason: str = ""
    idempotency_key: str = ""
    fingerprint: str = ""

    def __post_init__(self) -> None:
        """Bring what people typed into the form that is stored. Raises InvalidPhone."""
        phone = e164(self.guest_phone, country=self.project.home_country, field="guest_phone")
        object.__setattr__(self, "guest_name", canonical(self.guest_name))
        object.__setattr__(self, "guest_phone", phone)
        object.__setattr__(self, "note", _lines(self.note))
        object.__setattr__(self, "overbook_reason", self.overbook_reason.strip())  # spaces are no reason


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChange:
    """What becomes different about a booked visit; None leaves it as it is.

    `note` holds remarks of the client, one a line: they join those that stand in the visit's note.
    `hold_ids` are the client's own holds for the new time, `overbook_reason` as in a VisitRequest.
    """

    start: datetime | None = None
    service_id: int | None = None
    specialist_id: int | None = None
    guest_name: str | None = None
    guest_phone: str | None = None
    note: str = ""
    hold_ids: Sequence[int] = ()
    overbook_reason: str = ""

    def __post_init__(self) -> None:
        if self.guest_name is not None:
            object.__setattr__(self, "guest_name", canonical(self.guest_name))
        object.__setattr__(self, "note", _lines(self.note))
        object.__setattr__(self, "overbook_reason", self.overbook_reason.strip())
