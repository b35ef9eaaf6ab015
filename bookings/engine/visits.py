"""Visits of several services, one right after another."""

from collections.abc import Sequence

from bookings.engine.board import Board, Placement
from bookings.engine.minutes import covers

_STEPS_WITH_ROOMS = 2000
_State = tuple[int, int, frozenset[tuple[int, int]]]


def follow_up_start(placed: Sequence[Placement], *, specialist_id: int, before: int) -> int:
    """Return the earliest start of the next service of the same visit.

    The same hands need their buffers in between, other hands do not.
    """
    released = [one.end + one.shape.after + before for one in placed if one.specialist_id == specialist_id]
    return max([placed[-1].end, *released])


class Chain:
    """Finds who does what when a visit begins at a given minute."""

    def __init__(self, board: Board, service_ids: Sequence[int], able: Sequence[Sequence[int]]) -> None:
        self.service_ids = service_ids
        self.able = able
        self._board = board
        shapes = [
            board.rules.shape(found, service)
            for service, people in zip(service_ids, able, strict=True)
            for found in people
        ]
        self._longest_before = max(shape.before for shape in shapes)
        self._needs_rooms = any(board.rules.services[service].resource_kind for service in service_ids)
        self._dead: set[_State] = set()
        self._steps = 0

    def beginning_at(self, start: int) -> list[Placement] | None:
        """Return the placements in order, or None. The least busy specialists who fit come first."""
        self._steps = 0
        return self._rest(self._board, [], start)

    def _rest(self, board: Board, placed: list[Placement], start: int) -> list[Placement] | None:
        """Return `placed` with the remaining services added, none beginning before `start`."""
        index = len(placed)
        if index == len(self.service_ids):
            return placed
        state = self._state(placed, start)
        if state in self._dead or (self._needs_rooms and self._steps > _STEPS_WITH_ROOMS):
            return None
        for found in board.by_load(self.able[index], start):
            self._steps += 1
            one = self._one(board, placed, found, start)
            if one is not None:
                whole = self._rest(self._after(board, one), [*placed, one], one.end)
                if whole is not None:
                    return whole
        if not self._needs_rooms:
            self._dead.add(state)
        return None

    def _state(self, placed: Sequence[Placement], start: int) -> _State:
        """Return what the rest depends on: place in the order, clock, whose hands are not free."""
        released = ((one.specialist_id, one.end + one.shape.after) for one in placed)
        return (
            len(placed),
            start,
            frozenset((who, when) for who, when in released if when + self._longest_before > start),
        )

    def _one(
        self, board: Board, placed: Sequence[Placement], specialist_id: int, start: int
    ) -> Placement | None:
        service = self.service_ids[len(placed)]
        if placed:
            before = board.rules.shape(specialist_id, service).before
            start = follow_up_start(placed, specialist_id=specialist_id, before=before)
        if not covers(board.starts(specialist_id, service), start):
            return None
        able = self.able[len(placed)]
        return board.placement(service_id=service, specialist_id=specialist_id, start=start, among=able)

    def _after(self, board: Board, placed: Placement) -> Board:
        """Return the board with the placement on it; only rooms can be wanted twice within one visit."""
        if not self._needs_rooms:
            return board
        board = board.copy()
        board.take(placed)
        return board
