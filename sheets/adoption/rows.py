"""What a row that bears none of our ids is: a visit to be, or nothing that needs work. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bookings.models.catalogue import key_of
from sheets.adoption.words import says_nothing
from sheets.cells import Cells, is_error_value, start_of

ServiceT = TypeVar("ServiceT")


class Kind(StrEnum):
    """What becomes of a row."""

    VISIT = "visit"
    KNOWN = "known"
    CONTINUES = "continues"
    EMPTY = "empty"
    PAST = "past"
    OWN = "own"
    UNREADABLE = "unreadable"
    REFUSED = "refused"


QUIET = (Kind.CONTINUES, Kind.EMPTY, Kind.PAST, Kind.OWN)


@dataclass(frozen=True)
class Judged(Generic[ServiceT]):
    """`reason` is the code of a note; `start` and `service` are there for a visit."""

    kind: Kind
    reason: str = ""
    start: datetime | None = None
    service: ServiceT | None = None


def judge(
    cells: Cells, *, zone: ZoneInfo, now: datetime, services: Mapping[str, ServiceT]
) -> Judged[ServiceT]:
    """Tell what a row is by its cells alone; `services` by their key.

    A slot that nobody has taken, a day that is over and what staff wrote between the visits need no work.
    """
    _, full, clock, client, name, wish = cells
    start, service = start_of(cells, zone), services.get(key_of(wish))
    if start is not None and start.astimezone(zone).date() < now.astimezone(zone).date():
        return Judged(Kind.PAST)
    if any(map(is_error_value, cells)):
        return Judged(Kind.UNREADABLE, "error_value")
    if not full and not clock:
        return Judged(Kind.UNREADABLE, "incomplete") if service else Judged(Kind.OWN)
    if full and clock and all(map(says_nothing, (client, name, wish))):
        return Judged(Kind.EMPTY)
    if not full or not clock or says_nothing(wish):
        # a heading or a remark that happens to stand under date or time
        is_own = start is None and says_nothing(wish) and says_nothing(client)
        return Judged(Kind.OWN) if is_own and says_nothing(name) else Judged(Kind.UNREADABLE, "incomplete")
    if start is None:
        return Judged(Kind.UNREADABLE, "unreadable")
    if service is None:
        return Judged(Kind.UNREADABLE, "unknown_service")
    return Judged(Kind.VISIT, start=start, service=service)
