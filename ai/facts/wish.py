"""What a client wishes for when free time is looked up, and what was found."""

from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Literal

from bookings.limits import DAY
from bookings.values import Days, Slot, When
from botbackend.lib.clock import minute_of_day

Visit = tuple[Slot, ...]
Pick = Literal["any", "earliest", "latest"]


@dataclass(frozen=True)
class SearchedItem:
    """One service of the wish; several ids where the word fits each of them."""

    service_ids: tuple[int, ...]
    specialist_id: int | None = None
    not_specialists: frozenset[int] = frozenset()
    guest: str = ""


@dataclass(frozen=True)
class SlotSearch:
    """A wish for free time on the salon's clock.

    `days` are alternatives, the best first, `weekdays` 0 for Monday; empty is not said. With `time_is` "end"
    the whole visit lies between the two times. `exact` means one moment, `time_from`. `latest` is late in the
    day. A series is `times` visits, `every_weeks` from the wished days on. `present` are the service, the
    specialist and the start of visits that are to be moved: to leave them as they are is no offer.
    """

    items: tuple[SearchedItem, ...]
    days: Days = ()
    weekdays: frozenset[int] = frozenset()
    time_from: time | None = None
    time_to: time | None = None
    exact: bool = False
    time_is: Literal["start", "end"] = "start"
    pick: Pick = "any"
    at_once: bool = False
    every_weeks: int = 0
    times: int = 0
    present: frozenset[tuple[int, int, datetime]] = frozenset()

    @property
    def when(self) -> When:
        """The dates and times as the engine reads them."""
        first = 0 if self.time_from is None else minute_of_day(self.time_from)
        last = DAY if self.time_to is None else minute_of_day(self.time_to) or DAY
        last = last if last >= first else DAY
        when = When(self.days, self.weekdays)
        moment = self.time_to if self.time_from is None else self.time_from
        if self.exact and moment is not None:
            minute = minute_of_day(moment)
            if self.time_is == "start":
                return replace(when, time_from=minute, time_to=minute)
            return replace(when, ends_from=minute or DAY, ends_by=minute or DAY)
        if self.time_is == "start":
            return replace(when, time_from=first, time_to=last)
        return replace(when, time_from=first, ends_by=None if self.time_to is None else last)

    def changes_something(self, visit: Visit) -> bool:
        """Say whether a visit is another one than those that are to be moved."""
        return len(visit) > 1 or any(
            (slot.service_id, slot.specialist_id, slot.start) not in self.present for slot in visit
        )

    def given_up(self, visit: Visit) -> tuple[str, ...]:
        """Return what was asked for and this visit does not keep."""
        when = self.when
        starts = [slot.start for slot in visit]
        start, end = min(starts), max(slot.end for slot in visit)
        named = [
            item.specialist_id or slot.specialist_id for item, slot in zip(self.items, visit, strict=True)
        ]
        broken = {
            "time": not when.has_time(start, end),
            "day": not when.has_day(start.date()),
            "weekday": not when.has_weekday(start.date()),
            "specialist": named != [slot.specialist_id for slot in visit],
            "at_once": self.at_once and len(set(starts)) > 1,
            "order": not self.at_once and starts != sorted(starts),
        }
        return tuple(name for name, is_broken in broken.items() if is_broken)


@dataclass(frozen=True)
class FreeTimes:
    """Whole visits, one slot per item in the order of the items.

    `relaxed` is what had to be given up: "time", "day", "weekday", "specialist", "at_once", "order"; or
    "only_excluded": nobody does it but those who were ruled out. `following` are the visits nearest to the
    wished days that keep the rest, where the wished days themselves allow only something else, or nearer ones
    at other hours where the hours were kept on later days. `series` has a
    place for each date, with the nearest of that date where nothing is free as asked, empty if there is none.
    `searched` are the days that were looked at where none were named. `partly` has only some of the services
    of each visit, together: for `left` of them there is no time on that day.
    """

    visits: tuple[Visit, ...] = ()
    relaxed: tuple[str, ...] = ()
    following: tuple[Visit, ...] = ()
    series: tuple[tuple[Visit, ...], ...] = ()
    searched: Days = ()
    partly: tuple[Visit, ...] = ()
    left: int = 0
