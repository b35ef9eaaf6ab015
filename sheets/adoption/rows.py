"""What a row that bears none of our ids is: a visit to be, or nothing that needs work. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bookings.models.catalogue import key_of
from sheets.adoption.words import says_nothing
from sheets.rows.cells import Cells, is_error_value, is_no_name, start_of
from sheets.rows.moments import as_date, when_of_new

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


def is_free(cells: Cells) -> bool:
    """Tell a slot that nobody has taken, as grids name it: a day and a time, and nothing or a dash beside."""
    return bool(cells[0] or cells[1]) and bool(cells[2]) and all(map(says_nothing, cells[3:]))


def judge(
    cells: Cells, *, zone: ZoneInfo, now: datetime, services: Mapping[str, ServiceT]
) -> Judged[ServiceT]:
    """Tell what a row is by its cells alone; `services` by their key.

    A slot that nobody has taken, a day that is over and what staff wrote between the visits need no work.
    """
    short, full, clock, client, name, wish = cells
    today, service = now.astimezone(zone).date(), services.get(key_of(wish))
    if (day := as_date(full)) is not None and day < today:
        return Judged(Kind.PAST)
    if any(map(is_error_value, cells)):
        return Judged(Kind.UNREADABLE, "error_value")
    has_day, is_untaken = bool(short or full), all(map(says_nothing, (client, name, wish)))
    if not has_day and not clock:
        return Judged(Kind.UNREADABLE, "incomplete") if service else Judged(Kind.OWN)
    if is_untaken:
        return Judged(Kind.EMPTY if has_day and clock else Kind.OWN)
    if not has_day or not clock or says_nothing(wish):
        return Judged(Kind.UNREADABLE, "incomplete")
    when = when_of_new((short, full, clock), today=today)
    start = None if isinstance(when, str) else start_of((*when, client, name, wish), zone)
    if start is None:
        return Judged(Kind.UNREADABLE, when if isinstance(when, str) else "no_such_minute")
    if service is None:
        return Judged(Kind.UNREADABLE, "unknown_service")
    if is_no_name(name):
        return Judged(Kind.UNREADABLE, "no_name")
    return Judged(Kind.VISIT, start=start, service=service)
