"""People who want to come at the same time, where not all can: as many as can together, the others beside."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, islice

from bookings.engine.board import Board, Placement
from bookings.engine.minutes import covers
from bookings.engine.openings import SlotWriter, choice_of
from bookings.engine.visits import Arrangement, Choice, Visit, follow_up_start
from bookings.values import Slot, When, WishedService

_LEAST = 2  # one alone is no group
_MOST_SUBSETS = 30  # of six people, whichever of them


@dataclass(frozen=True, slots=True)
class Together:
    """Some of the wished services, by their places in the wish, that can all begin at the minute `start`."""

    start: int
    places: tuple[int, ...]
    visit: Visit


@dataclass(frozen=True, slots=True)
class Group:
    """A start with as many as can begin then, and the others as near to it as that day allows.

    `slots` are in the order of the wish without those that the day has no time for: `left` so many. `gap` is
    how far the furthest of the others begins from the start, `is_ahead` whether one begins before it.
    """

    start: int
    slots: tuple[Slot, ...]
    left: int
    gap: timedelta
    is_ahead: bool


class Groups:
    """The groups of a wish on the dates that were read. Starts are epoch minutes."""

    def __init__(self, board: Board, items: Sequence[WishedService]) -> None:
        self.board = board
        self.writer = SlotWriter(board.rules)
        self._choices: list[Choice] = [choice_of(board, item) for item in items]

    def largest(self, when: When) -> list[Together]:
        """Return the starts at which more can begin together than at any other, but not all; [] below two.

        Of people who want the same the first ones are together.
        """
        for size in range(len(self._choices) - 1, _LEAST - 1, -1):
            found: dict[int, Together] = {}
            for places in self._subsets(size):
                for start, visit in self._visits(places, when):
                    found.setdefault(start, Together(start, places, visit))
            if found:
                return [found[start] for start in sorted(found)]
        return []

    def _subsets(self, size: int) -> Iterator[tuple[int, ...]]:
        """Return which of them; of those who could change places one choice is enough."""
        seen: set[tuple[int, ...]] = set()
        for places in combinations(range(len(self._choices)), size):
            key = tuple(self._choices.index(self._choices[place]) for place in places)
            if key not in seen and len(seen) < _MOST_SUBSETS:
                seen.add(key)
                yield places

    def _visits(self, places: Sequence[int], when: When) -> Iterator[tuple[int, Visit]]:
        chosen = [self._choices[place] for place in places]
        if not all(chosen):
            return
        arrangement = Arrangement(self.board, chosen, at_once=True)
        for start in sorted(arrangement.starts()):
            moment = self.writer.moment(start)
            day = moment.date()
            if not (when.has_day(day) and when.has_weekday(day) and when.has_start(moment)):
                continue
            visit = next(islice(arrangement.visits_at(start), 1), None)
            if visit is not None and self._ends_well(visit, when):
                yield start, visit

    def _ends_well(self, visit: Sequence[Placement], when: When) -> bool:
        moment = self.writer.moment
        return not when.binds_end or all(when.has_time(moment(one.start), moment(one.end)) for one in visit)

    def around(self, together: Together, when: When) -> Group:
        """Return the group with a time for everybody else: right after it, or the nearest of that day."""
        board = self.board.copy()
        placed: dict[int, Placement] = dict(zip(together.places, together.visit, strict=True))
        for one in together.visit:
            board.take(one)
        for place, choice in enumerate(self._choices):
            if place not in placed:
                found = self._nearest(board, choice, together.start, placed, when)
                if found is not None:
                    board.take(found)
                    placed[place] = found
        slots = self.writer.visit([placed[place] for place in sorted(placed)])
        away = [one.start - together.start for one in placed.values()]
        return Group(
            start=together.start,
            slots=tuple(slots),
            left=len(self._choices) - len(placed),
            gap=timedelta(minutes=max(map(abs, away))),
            is_ahead=min(away) < 0,
        )

    def _nearest(
        self, board: Board, choice: Choice, start: int, placed: Mapping[int, Placement], when: When
    ) -> Placement | None:
        """Return the place with the least waiting between it and those placed, rather after than before."""
        first, over = min(one.start for one in placed.values()), max(one.end for one in placed.values())
        found = []
        for service, people in choice:
            for order, who in enumerate(board.by_load(people, start)):
                length = board.rules.shape(who, service).duration
                for begin in self._begins(board, who, service, start, placed):
                    is_before = begin < start
                    waits = max(first - begin - length if is_before else begin - over, 0)
                    found.append((waits, is_before, abs(begin - start), order, service, who, begin))
        for *_, service, who, begin in sorted(found):
            one = board.placement(service_id=service, specialist_id=who, start=begin)
            if self._ends_well([one], when):
                return one
        return None

    def _begins(
        self, board: Board, who: int, service: int, start: int, placed: Mapping[int, Placement]
    ) -> Iterator[int]:
        """Return where the service may begin next to the start: on the grid, or when the group is over."""
        day = self.writer.moment(start).date()
        grid = board.grid_starts(who, service)
        at = bisect_left(grid, start)
        near = [*grid[max(at - 1, 0) : at + 1]]
        after = self._after_group(board, who, service, placed)
        if after is not None and covers(board.starts(who, service), after):
            near.append(after)
        yield from (begin for begin in near if self.writer.moment(begin).date() == day)

    @staticmethod
    def _after_group(board: Board, who: int, service: int, placed: Mapping[int, Placement]) -> int | None:
        """Return when the service would follow the group: a client may ask for that even off the grid."""
        if len({(one.start, one.end) for one in placed.values()}) > 1:
            return None
        before = board.rules.shape(who, service).before
        return follow_up_start(list(placed.values()), specialist_id=who, before=before)
