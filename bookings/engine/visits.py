"""Visits of several services: one right after another, or all at once by as many pairs of hands."""

from collections.abc import Iterator, Sequence

from bookings.engine.board import Board, Placement
from bookings.engine.minutes import covers

_STEPS_WITH_ROOMS = 2000
_State = tuple[int, int, frozenset[tuple[int, int]]]
# Who may do one service of a visit: for each service that was meant, those who do it.
Choice = Sequence[tuple[int, Sequence[int]]]
Visit = tuple[Placement, ...]


def follow_up_start(placed: Sequence[Placement], *, specialist_id: int, before: int) -> int:
    """Return the earliest start of the next service of the same visit.

    The same hands need their buffers in between, other hands do not.
    """
    released = [one.end + one.shape.after + before for one in placed if one.specialist_id == specialist_id]
    return max([placed[-1].end, *released])


class Arrangement:
    """The services of a visit in one order, or all at once: finds who does what from a given minute.

    `order` says which of `choices` comes first, second, ...; visits keep the order of `choices`.
    """

    def __init__(
        self, board: Board, choices: Sequence[Choice], *, order: Sequence[int] = (), at_once: bool = False
    ) -> None:
        order = order or range(len(choices))
        self._board = board
        self._at_once = at_once
        self._choices = [choices[index] for index in order]
        self._places = [order.index(index) for index in range(len(choices))]
        pairs = [(who, service) for choice in choices for service, people in choice for who in people]
        self._longest_before = max((board.rules.shape(*pair).before for pair in pairs), default=0)
        self._needs_rooms = len(choices) > 1 and any(
            board.rules.services[service].resource_kind for _, service in pairs
        )
        self._dead: set[_State] = set()
        self._steps = 0

    def starts(self) -> set[int]:
        """Return the starts on the grid at which nothing speaks against the first service, or against any."""
        whole = self._choices if self._at_once else self._choices[:1]
        return set.intersection(
            *(
                {start for service, people in choice for who in people for start in self._grid(who, service)}
                for choice in whole
            )
        )

    def _grid(self, specialist_id: int, service_id: int) -> list[int]:
        return self._board.grid_starts(specialist_id, service_id)

    def visits_at(self, start: int) -> Iterator[Visit]:
        """Return every visit that begins at the minute. The least busy specialists come first."""
        self._steps = 0
        for placed in self._rest(self._board, [], start):
            yield tuple(placed[place] for place in self._places)

    def _rest(self, board: Board, placed: list[Placement], start: int) -> Iterator[list[Placement]]:
        """Return `placed` with the remaining services added, none beginning before `start`."""
        if len(placed) == len(self._choices):
            yield placed
            return
        state = self._state(placed, start)
        if state in self._dead:
            return
        is_dead = not self._needs_rooms  # where rooms are taken, a state says too little
        for one in self._next(board, placed, start):
            after = start if self._at_once else one.end
            for whole in self._rest(self._after(board, one), [*placed, one], after):
                is_dead = False
                yield whole
        if is_dead:
            self._dead.add(state)

    def _state(self, placed: Sequence[Placement], start: int) -> _State:
        """Return what the rest depends on: place in the order, clock, whose hands are not free."""
        released = ((one.specialist_id, one.end + one.shape.after) for one in placed)
        return (
            len(placed),
            start,
            frozenset((who, when) for who, when in released if when + self._longest_before > start),
        )

    def _next(self, board: Board, placed: Sequence[Placement], start: int) -> Iterator[Placement]:
        for service, people in self._choices[len(placed)]:
            for who in board.by_load(people, start):
                self._steps += 1
                if self._needs_rooms and self._steps > _STEPS_WITH_ROOMS:
                    return
                begin = self._begin(placed, who, service, start)
                if begin is not None and covers(board.starts(who, service), begin):
                    yield board.placement(service_id=service, specialist_id=who, start=begin)

    def _begin(self, placed: Sequence[Placement], who: int, service: int, start: int) -> int | None:
        """Return when the next service would begin; None where hands would be needed twice at once."""
        if self._at_once:
            return None if any(one.specialist_id == who for one in placed) else start
        before = self._board.rules.shape(who, service).before
        return follow_up_start(placed, specialist_id=who, before=before) if placed else start

    def _after(self, board: Board, placed: Placement) -> Board:
        """Return the board with the placement on it; only rooms can be wanted twice within one visit."""
        if not self._needs_rooms:
            return board
        board = board.copy()
        board.take(placed)
        return board
