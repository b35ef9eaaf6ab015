"""What is free for a whole visit on the dates that were read; asked again and again as a wish is relaxed."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, permutations

from bookings.engine.board import Board, Placement
from bookings.engine.minutes import moment_of
from bookings.engine.reading import read_occupied, read_rules
from bookings.engine.rules import Rules
from bookings.engine.visits import Arrangement, Choice, Visit
from bookings.errors import InvalidRequest
from bookings.limits import MAX_ITEMS
from bookings.models.prices import total_price
from bookings.values import Slot, When, WishedService
from projects.models import Project

_MOST_ORDERS = 24  # all orders of four services


def check_count(items: Sequence[WishedService]) -> None:
    """Raise InvalidRequest for more services than a visit can have."""
    if len(items) > MAX_ITEMS:
        message = f"A visit has at most {MAX_ITEMS} services."
        raise InvalidRequest(message, fields={"service": [message]})


def read_board(
    *,
    project: Project,
    items: Sequence[WishedService],
    first: date,
    last: date,
    now: datetime,
    ignore: Collection[int] = (),
    at_desk: bool = False,
) -> Board:
    """Return the board of these dates: two statements, whatever the dates and people.

    `at_desk` asks for somebody whom no notice binds, see `Origin`.
    """
    named = {item.specialist_id for item in items if item.specialist_id is not None}
    is_open = any(item.specialist_id is None for item in items)
    service_ids = {service for item in items for service in item.service_ids}
    rules = read_rules(
        project,
        first=first,
        last=last + timedelta(days=2),
        specialist_ids=None if is_open else named,
        service_ids=service_ids,
    )
    if at_desk:
        rules.min_notice_minutes = 0
    board = Board(rules, first=first, last=last, now=now)
    people = {
        found for service in service_ids if service in rules.services for found in rules.candidates(service)
    }
    kinds = {service.resource_kind for service in rules.services.values()}
    rooms = [room for kind in kinds for room in rules.resources.get(kind, ())]
    window = Board.reach(board.window)
    rows = read_occupied(specialist_ids=people, resource_ids=rooms, window=window, now=now)
    board.occupy(rows, ignore=ignore)
    return board


def choice_of(board: Board, item: WishedService) -> Choice:
    """Return who may do the service, for each that was meant."""
    found = []
    for service in dict.fromkeys(item.service_ids):
        people = board.rules.candidates(service) if service in board.rules.services else []
        people = [one for one in people if one not in item.not_specialists]
        if item.specialist_id is not None:
            people = [one for one in people if one == item.specialist_id]
        if people:
            found.append((service, people))
    return found


class SlotWriter:
    """Makes slots; each moment is built once, however many specialists share it."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._moments: dict[int, datetime] = {}

    def moment(self, minute: int) -> datetime:
        """Return the moment on the salon's clock."""
        found = self._moments.get(minute)
        if found is None:
            found = self._moments[minute] = moment_of(minute, self.rules.zone)
        return found

    def visit(self, placements: Sequence[Placement]) -> list[Slot]:
        """Return a slot per service."""
        return [self.whole([placed]) for placed in placements]

    def whole(self, placements: Sequence[Placement]) -> Slot:
        """Return all as one slot: with the first specialist, to the end of the last service."""
        first, last = placements[0], placements[-1]
        specialist = self.rules.specialists[first.specialist_id]
        service = self.rules.services[first.service_id]
        return Slot(
            specialist.id,
            specialist.name,
            service.id,
            service.name,
            self.moment(first.start),
            self.moment(last.end),
            total_price(placed.price for placed in placements),
            any(placed.price_varies for placed in placements),
            (specialist.names, service.names),
        )


class Openings:
    """The free visits of certain services, in the given order or `at_once`. Starts are epoch minutes."""

    def __init__(self, board: Board, items: Sequence[WishedService], *, at_once: bool = False) -> None:
        self.board = board
        self.writer = SlotWriter(board.rules)
        self._choices = [choice_of(board, item) for item in items]
        self._at_once = at_once and len(items) > 1
        self._arrangements = [Arrangement(board, self._choices, at_once=at_once)] if self._choices else []
        self._starts: list[int] | None = None
        self._first: dict[int, Visit | None] = {}

    def reordered(self) -> "Openings":
        """Return the openings of every order but the given one."""
        other = Openings(self.board, ())
        other._choices = self._choices
        if not self._at_once:
            other._arrangements = [
                Arrangement(self.board, self._choices, order=one) for one in self._orders()
            ]
        return other

    def _orders(self) -> Iterator[tuple[int, ...]]:
        """Return the other orders; of services that anyone could exchange one order is enough."""
        seen: set[tuple[int, ...]] = set()
        for order in islice(permutations(range(len(self._choices))), _MOST_ORDERS):
            key = tuple(self._choices.index(self._choices[index]) for index in order)
            if seen and key not in seen:
                yield order
            seen.add(key)

    def starts(self, when: When) -> Iterator[int]:
        """Return the starts at which a visit suits, in order of time."""
        is_sure = len(self._choices) == 1 and not when.binds_end
        for start in self._grid_starts():
            moment = self.writer.moment(start)
            day = moment.date()
            if not (when.has_day(day) and when.has_weekday(day) and when.has_start(moment)):
                continue
            if is_sure or self.first_at(start, when) is not None:
                yield start

    def first_at(self, start: int, when: When) -> Visit | None:
        """Return the first visit that begins at a start and keeps to the wished times."""
        if when.binds_end:
            return next(self.placed_at(start, when), None)
        if start not in self._first:
            self._first[start] = next(self.placed_at(start, when), None)
        return self._first[start]

    def bounds(self, start: int, when: When) -> tuple[datetime, datetime]:
        """Return when the first visit that begins at a start begins and ends."""
        visit = self.first_at(start, when) or ()
        return self.writer.moment(start), self.writer.moment(max((one.end for one in visit), default=start))

    def _grid_starts(self) -> list[int]:
        if self._starts is None:
            can = all(self._choices)
            found = {start for one in self._arrangements for start in one.starts()} if can else set()
            self._starts = sorted(found)
        return self._starts

    def placed_at(self, start: int, when: When) -> Iterator[Visit]:
        """Return the visits that begin at a start and keep to the wished times, least busy people first."""
        seen: set[tuple[tuple[int, int, int], ...]] = set()
        for arrangement in self._arrangements:
            for visit in arrangement.visits_at(start):
                key = tuple((one.specialist_id, one.service_id, one.start) for one in visit)
                end = self.writer.moment(max(one.end for one in visit))
                if key not in seen and when.has_time(self.writer.moment(start), end):
                    seen.add(key)
                    yield visit

    def visits_at(self, start: int, when: When, *, limit: int) -> list[tuple[Slot, ...]]:
        """Return the first of these visits, each with one slot per service, in the order of the services."""
        found = islice(self.placed_at(start, when), limit)
        return [tuple(self.writer.visit(visit)) for visit in found]
