"""The salon's calendar as far as one search looks: of the wished days first, the whole if need be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bookings.engine.board import Board
from bookings.engine.openings import Openings, choice_of, read_board
from bookings.values import Days, WishedService
from projects.models import Project

NEXT_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class _Read:
    first: date
    last: date
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
        self._near: _Read | None = None
        self._whole: _Read | None = None
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
        if not anybody and self._near is None:
            # What follows the wished days is asked for next, and rarely from further on.
            self._near = self._read(first, min(last + NEXT_DAYS, self.span[1]), self._items)
        near = self._near
        if not anybody and near is not None and near.first <= first and last <= near.last:
            return near.board
        if self._whole is None:
            self._whole = self._read(*self.span, self._unnamed())
        return self._whole.board

    def _read(self, first: date, last: date, items: Sequence[WishedService]) -> _Read:
        board = read_board(
            project=self._project, items=items, first=first, last=last, now=self._now, ignore=self._ignore
        )
        return _Read(first, last, board)
