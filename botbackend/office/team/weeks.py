"""The week as a form: any number of hours and breaks a day, each with its own mistakes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bookings.limits import DAY
from bookings.operations.setup import Span
from bookings.operations.setup.hours import mistakes_in
from botbackend.lib.clock import clock_text
from botbackend.salon_api.config.times import read_time

Clocks = Sequence[tuple[int, int, int]]  # weekday, start, end
KINDS = ("hours", "breaks")

_FIGURES = re.compile(r"(\d{1,2})(\d{2})?")
_PARTS = re.compile(r"(\d{1,2})\s*[:.,;\s-]\s*(\d{2})")


def typed_time(text: str, *, is_end: bool) -> int:
    """Return minutes after midnight of "9", "930", "9.30" or "09:30"; an end of 24:00 or 00:00 is midnight.

    A phone's keyboard of figures has no colon. Raises ValueError.
    """
    found = _PARTS.fullmatch(text.strip()) or _FIGURES.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return read_time(f"{int(found[1]):02d}:{found[2] or '00'}", is_end=is_end)


def clock_or_blank(minute: int | None) -> str:
    """Return "HH:MM"; nothing for None."""
    return "" if minute is None else clock_text(minute)


def week_order() -> list[int]:
    """Return the weekdays (0 = Monday) in the order of the person's language."""
    first = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7
    return [(first + number) % 7 for number in range(7)]


@dataclass
class Entry:
    """A pair of times as it was typed."""

    name: str
    weekday: int
    start: str
    end: str
    is_bad: bool = False
    said: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Was nothing typed at all?"""
        return not (self.start.strip() or self.end.strip())

    def span(self) -> Span | None:
        """Return the times; None for what is none, which the entry then says."""
        found: list[int] = []
        for text, is_end in ((self.start, False), (self.end, True)):
            try:
                found.append(typed_time(text, is_end=is_end))
            except ValueError:
                told = _("Write a time such as 09:30.") if text.strip() else _("A time is missing here.")
                self.refuse([told])
        return Span(self.weekday, found[0], found[1], self.name) if len(found) == 2 else None

    def refuse(self, messages: Iterable[str]) -> None:
        """Say what is wrong, each thing once."""
        self.is_bad = True
        self.said += [said for said in messages if said not in self.said]


@dataclass
class Day:
    """A row of the grid."""

    weekday: int
    title: str | Promise
    hours: list[Entry]
    breaks: list[Entry]
    is_closed: bool = False
    salon_breaks: list[str] = field(default_factory=list)


class WeekForm:
    """The hours and breaks of seven days. `closed` days, which only the salon has, hold no breaks."""

    def __init__(self, entries: Iterable[tuple[str, Entry]], closed: Iterable[int] = ()) -> None:
        self.days = {number: Day(number, WEEKDAYS[number], [], []) for number in range(7)}
        for kind, entry in entries:
            listed = getattr(self.days[entry.weekday], kind)
            entry.name = f"{kind}-{entry.weekday}-{len(listed)}"
            listed.append(entry)
        for number in closed:
            self.days[number].is_closed = True
        self.refusals: list[str] = []

    @classmethod
    def of(cls, *, hours: Clocks, breaks: Clocks, with_closed: bool = False) -> "WeekForm":
        """Return the form of what is stored; with `with_closed` a break of a whole day closes it."""
        closed = [day for day, start, end in breaks if with_closed and (start, end) == (0, DAY)]
        rows = [("hours", row) for row in hours]
        rows += [("breaks", row) for row in breaks if row[0] not in closed]
        entries = [
            (kind, Entry("", day, clock_or_blank(start), clock_or_blank(end)))
            for kind, (day, start, end) in rows
        ]
        return cls(entries, closed)

    @classmethod
    def typed(cls, data: QueryDict) -> "WeekForm":
        """Return the form as it was sent; pairs without a time are none."""
        entries = []
        for kind in KINDS:
            for day in range(7):
                starts, ends = data.getlist(f"{kind}-{day}-start"), data.getlist(f"{kind}-{day}-end")
                pairs = [Entry("", day, start, end) for start, end in zip(starts, ends, strict=False)]
                entries += [(kind, entry) for entry in pairs if not entry.is_empty]
        return cls(entries, [day for day in range(7) if f"closed-{day}" in data])

    def in_order(self) -> list[Day]:
        """Return the days in the order of the person's language."""
        return [self.days[number] for number in week_order()]

    def read(self, *, with_hours: bool = True) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """Return hours and breaks; what is no range has said so, and so has what overlaps."""
        hours = self._spans("hours") if with_hours else []
        breaks = self._spans("breaks")
        self.refuse(mistakes_in(hours=hours, breaks=breaks))
        return tuple(hours), tuple(breaks)

    def _spans(self, kind: str) -> list[Span]:
        found: list[Span] = []
        for day in self.days.values():
            if day.is_closed:
                found += [Span(day.weekday, 0, DAY)] if kind == "breaks" else []
                continue
            spans = [entry.span() for entry in getattr(day, kind)]
            found += [span for span in spans if span is not None]
        return found

    def entries(self) -> list[Entry]:
        """Return every pair of times."""
        return [entry for day in self.days.values() for kind in KINDS for entry in getattr(day, kind)]

    def refuse(self, mistakes: Mapping[str, Sequence[str]]) -> None:
        """Put each mistake to its pair; what belongs to none is said above the week."""
        by_name = {entry.name: entry for entry in self.entries()}
        for name, messages in mistakes.items():
            told = [_(message) for message in messages]
            if name in by_name:
                by_name[name].refuse(told)
            else:
                self.refusals += told

    @property
    def is_wrong(self) -> bool:
        """Was anything refused?"""
        return bool(self.refusals) or any(entry.is_bad for entry in self.entries())
