"""The salon's calendar as far as one search looks: the wished days, the next ones, the whole if need be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bookings.engine.board import Board
from bookings.engine.groups import Groups
from bookings.engine.openings import Openings, choice_of, read_board
from bookings.values import Days, WishedService
from projects.models import Project

NEXT_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class _Read:
    first: date
    last: date
    has_everybody: bool
    board: Board


class Calendar:
    """Reads each stretch once, and remembers what was found out about it. `span` is what can be booked."""

    def __init__(
        self,
        *,
        project: Project,
        now: datetime,
        span: tuple[date, date],
        items: Sequence[WishedService],
        ignore: Collection[int],
    ) -> None:
        self.span = span
        self._project, self._now, self._ignore = project, now, ignore
        self._items = items
        self._reads: list[_Read] = []
        self._openings: dict[tuple[int, bool, bool, bool], Openings] = {}

    def within(self, days: Days) -> Days:
        """Return the ranges cut to what can be booked."""
        first, last = self.span
        cut = ((max(begin, first), min(end, last)) for begin, end in days)
        return tuple((begin, end) for begin, end in cut if begin <= end)

    def openings(
        self, days: Days, *, anybody: bool = False, at_once: bool = False, reordered: bool = False
    ) -> Openings:
        """Return the openings on (at least) these days; `anybody` lifts the named specialists."""
        board = self._board(days, anybody=anybody)
        key = (id(board), anybody, at_once, reordered)
        if key not in self._openings:
            if reordered:
                given = self.openings(days, anybody=anybody, at_once=at_once)
                self._openings[key] = given.reordered()
            else:
                items = self._unnamed() if anybody else self._items
                self._openings[key] = Openings(board, items, at_once=at_once)
        return self._openings[key]

    def groups(self, days: Days, *, anybody: bool = False) -> Groups:
        """Return the groups of the wish on (at least) these days."""
        board = self._board(days, anybody=anybody)
        return Groups(board, self._unnamed() if anybody else self._items)

    def is_only_excluded(self) -> bool:
        """Say whether all is done by somebody, but something only by those who were ruled out."""
        board = self._board((self.span,), anybody=True)
        everybody = [WishedService(item.service_ids) for item in self._items]
        is_done = all(choice_of(board, item) for item in everybody)
        return is_done and not all(choice_of(board, item) for item in self._unnamed())

    def _unnamed(self) -> list[WishedService]:
        return [replace(item, specialist_id=None) for item in self._items]

    def _board(self, days: Days, *, anybody: bool) -> Board:
        first, last = min(begin for begin, _ in days), max(end for _, end in days)
        for read in self._reads:
            if read.first <= first and last <= read.last and (read.has_everybody or not anybody):
                return read.board
        # Whoever looks at the whole calendar looks for others there next.
        everybody = anybody or (first, last) == self.span
        board = read_board(
            project=self._project,
            items=self._unnamed() if everybody else self._items,
            first=first,
            last=last,
            now=self._now,
            ignore=self._ignore,
        )
        self._reads.append(_Read(first, last, everybody, board))
        return board
