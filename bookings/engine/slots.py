"""What is free: for one service, for visits of several, next after a moment, by day of a month."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bookings.engine import visits
from bookings.engine.board import Board, Placement
from bookings.engine.calendars import local_date_of, wall_minute_of, zone_named
from bookings.engine.minutes import minute_not_before, minute_of, moment_of
from bookings.engine.reading import read_occupied, read_rules
from bookings.engine.rules import Rules
from bookings.errors import InvalidRequest
from bookings.limits import MAX_ITEMS
from bookings.models import rules_of
from bookings.models.prices import Price, total_price
from bookings.values import Slot
from botbackend.lib.clock import minute_of_day
from projects.models import Project

Wish = tuple[int, int | None]  # service, specialist or any
_FIRST_LOOK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Question:
    """The part of a request for slots that is the same for one service and for several."""

    project: Project
    now: datetime
    first: date
    last: date
    time_from: int
    time_to: int

    @property
    def is_empty(self) -> bool:
        """Say whether no date is left once the past and what lies past the horizon are cut off."""
        return self.first > self.last

    @property
    def is_all_day(self) -> bool:
        """Say whether every time of the day is welcome."""
        return self.time_from == 0 and self.time_to == 24 * 60

    def suits(self, start: int) -> bool:
        """Say whether the wall clock at a start lies between the wished times, both included."""
        if self.is_all_day:
            return True
        return self.time_from <= wall_minute_of(start, zone_named(self.project.timezone)) <= self.time_to


def _minutes(moment: time | None, default: int) -> int:
    return default if moment is None else minute_of_day(moment)


def _question(
    project: Project,
    now: datetime | None,
    date_from: date,
    date_to: date,
    time_from: time | None = None,
    time_to: time | None = None,
) -> _Question:
    moment = now or timezone.now()
    today = local_date_of(minute_of(moment), zone_named(project.timezone))
    return _Question(
        project=project,
        now=moment,
        first=max(date_from, today),
        last=min(date_to, today + timedelta(days=rules_of(project).horizon_days)),
        time_from=_minutes(time_from, 0),
        time_to=_minutes(time_to, 24 * 60),
    )


def _check_count(wishes: Sequence[Wish]) -> None:
    if len(wishes) > MAX_ITEMS:
        message = f"A visit has at most {MAX_ITEMS} services."
        raise InvalidRequest(message, fields={"service": [message]})


def _board(question: _Question, wishes: Sequence[Wish], ignore: Collection[int] = ()) -> Board:
    """Return the board of the asked dates: two statements, whatever the dates and people."""
    named = {specialist for _, specialist in wishes if specialist is not None}
    is_open = any(specialist is None for _, specialist in wishes)
    service_ids = {service for service, _ in wishes}
    rules = read_rules(
        question.project,
        first=question.first,
        last=question.last + timedelta(days=2),
        specialist_ids=None if is_open else named,
        service_ids=service_ids,
    )
    board = Board(rules, first=question.first, last=question.last, now=question.now)
    people = {
        found for service in service_ids if service in rules.services for found in rules.candidates(service)
    }
    kinds = {service.resource_kind for service in rules.services.values()}
    rooms = [room for kind in kinds for room in rules.resources.get(kind, ())]
    window = Board.reach(board.window)
    rows = read_occupied(specialist_ids=people, resource_ids=rooms, window=window, now=question.now)
    board.occupy(rows, ignore=ignore)
    return board


def _able(board: Board, wish: Wish) -> list[int]:
    service, specialist = wish
    if service not in board.rules.services:
        return []
    candidates = board.rules.candidates(service)
    return candidates if specialist is None else [specialist] if specialist in candidates else []


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


def find_slots(
    *,
    project: Project,
    service_ids: Sequence[int],
    specialist_id: int | None = None,
    date_from: date,
    date_to: date,
    time_from: time | None = None,
    time_to: time | None = None,
    limit: int | None = None,
    ignore_booking_ids: Sequence[int] = (),
    now: datetime | None = None,
) -> list[Slot]:
    """Return free starts on the salon's grid, by start, then name.

    Dates are local, both included; times bound the start, both included. One service: one slot per
    specialist and start. Several: one slot per start of a whole visit, with the first specialist and the
    end of the last service.
    """
    question = _question(project, now, date_from, date_to, time_from, time_to)
    wishes = [(service, specialist_id) for service in service_ids]
    _check_count(wishes)
    if question.is_empty or not wishes:
        return []
    board = _board(question, wishes, ignore_booking_ids)
    if len(wishes) > 1:
        writer = SlotWriter(board.rules)
        found = [writer.whole(visit) for visit in _visits(board, wishes, question)]
        return found[:limit]
    return _single_slots(board, wishes[0], question)[:limit]


def _single_slots(board: Board, wish: Wish, question: _Question) -> list[Slot]:
    service = wish[0]
    names = {found: board.rules.specialists[found].name for found in _able(board, wish)}
    free = [
        (start, name, found) for found, name in names.items() for start in board.grid_starts(found, service)
    ]
    if not question.is_all_day:
        free = [one for one in free if question.suits(one[0])]
    free.sort()
    moment = SlotWriter(board.rules).moment
    lengths = {found: board.rules.shape(found, service).duration for found in names}
    asked, people = board.rules.services.get(service), board.rules.specialists
    prices = {found: board.rules.price(found, service) for found in names}
    varied = _unequal(free, prices) if len(set(prices.values())) > 1 else set()
    return [
        Slot(
            found, name, service, asked.name, moment(start), moment(start + lengths[found]), prices[found],
            start in varied, (people[found].names, asked.names),
        )
        for start, name, found in free
        if asked is not None
    ]  # fmt: skip


def _unequal(free: Sequence[tuple[int, str, int]], prices: Mapping[int, Price | None]) -> set[int]:
    """Return the starts at which those who are free ask unequal prices."""
    first = {start: prices[found] for start, _, found in reversed(free)}
    return {start for start, _, found in free if prices[found] != first[start]}


def find_visits(
    *,
    project: Project,
    wishes: Sequence[Wish],
    date_from: date,
    date_to: date,
    time_from: time | None = None,
    time_to: time | None = None,
    limit: int | None = None,
    now: datetime | None = None,
    ignore_booking_ids: Sequence[int] = (),
) -> list[list[Slot]]:
    """Return visits of several services one right after another, in the wished order: one per start.

    The first service begins on the grid. Where any specialist will do, the least busy who fit are named.
    """
    question = _question(project, now, date_from, date_to, time_from, time_to)
    _check_count(wishes)
    if question.is_empty or not wishes:
        return []
    board = _board(question, wishes, ignore_booking_ids)
    writer = SlotWriter(board.rules)
    found = []
    for visit in _visits(board, wishes, question):
        found.append(writer.visit(visit))
        if limit is not None and len(found) >= limit:
            break
    return found


def _visits(board: Board, wishes: Sequence[Wish], question: _Question) -> Iterator[list[Placement]]:
    able = [_able(board, wish) for wish in wishes]
    if not all(able):
        return
    first_service = wishes[0][0]
    starts = {start for found in able[0] for start in board.grid_starts(found, first_service)}
    chain = visits.Chain(board, [service for service, _ in wishes], able)
    for start in sorted(starts):
        if question.suits(start):
            visit = chain.beginning_at(start)
            if visit is not None:
                yield visit


def next_slots(
    *,
    project: Project,
    service_ids: Sequence[int],
    specialist_id: int | None = None,
    after: datetime,
    limit: int = 3,
    now: datetime | None = None,
    ignore_booking_ids: Sequence[int] = (),
) -> list[Slot]:
    """Return the next free starts at or after an aware moment, up to the horizon."""
    begin = local_date_of(minute_of(after), zone_named(project.timezone))
    earliest = minute_not_before(after)
    for days in (_FIRST_LOOK, timedelta(days=rules_of(project).horizon_days + 1)):
        slots = find_slots(
            project=project,
            service_ids=service_ids,
            specialist_id=specialist_id,
            date_from=begin,
            date_to=begin + days,
            ignore_booking_ids=ignore_booking_ids,
            now=now,
        )
        found = [slot for slot in slots if minute_of(slot.start) >= earliest]
        if len(found) >= limit:
            break
    return found[:limit]


def free_days(
    *,
    project: Project,
    service_ids: Sequence[int],
    specialist_id: int | None = None,
    month_start: date,
    now: datetime | None = None,
) -> list[date]:
    """Return the local dates of the month of `month_start` on which anything is free."""
    first = month_start.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    slots = find_slots(
        project=project,
        service_ids=service_ids,
        specialist_id=specialist_id,
        date_from=first,
        date_to=last,
        now=now,
    )
    return sorted({slot.start.date() for slot in slots})
