"""What is free: for one service, for visits of several, next after a moment, by day of a month."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bookings.engine import visits
from bookings.engine.board import Board, Placement
from bookings.engine.calendars import local_date_of, wall_minute_of, zone_named
from bookings.engine.minutes import minute_not_before, minute_of, moment_of
from bookings.engine.reading import read_occupied, read_rules
from bookings.errors import InvalidRequest
from bookings.limits import MAX_ITEMS
from bookings.models import rules_of
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


class _Writer:
    """Makes slots; each moment is built once, however many specialists share it."""

    def __init__(self, board: Board) -> None:
        self.rules = board.rules
        self._moments: dict[int, datetime] = {}

    def moment(self, minute: int) -> datetime:
        found = self._moments.get(minute)
        if found is None:
            found = self._moments[minute] = moment_of(minute, self.rules.zone)
        return found

    def slot(self, specialist_id: int, service_id: int, start: int, end: int) -> Slot:
        return Slot(
            specialist_id,
            self.rules.specialists[specialist_id].name,
            service_id,
            self.rules.services[service_id].name,
            self.moment(start),
            self.moment(end),
        )

    def placed(self, placement: Placement) -> Slot:
        return self.slot(placement.specialist_id, placement.service_id, placement.start, placement.end)


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
        writer = _Writer(board)
        found = [_whole(writer, visit) for visit in _visits(board, wishes, question)]
        return found[:limit]
    return _single_slots(board, wishes[0], question)[:limit]


def _whole(writer: _Writer, visit: Sequence[Placement]) -> Slot:
    first, last = visit[0], visit[-1]
    return writer.slot(first.specialist_id, first.service_id, first.start, last.end)


def _single_slots(board: Board, wish: Wish, question: _Question) -> list[Slot]:
    service = wish[0]
    names = {found: board.rules.specialists[found].name for found in _able(board, wish)}
    free = [
        (start, name, found) for found, name in names.items() for start in board.grid_starts(found, service)
    ]
    if not question.is_all_day:
        free = [one for one in free if question.suits(one[0])]
    free.sort()
    moment = _Writer(board).moment
    lengths = {found: board.rules.shape(found, service).duration for found in names}
    title = board.rules.services[service].name if names else ""
    return [
        Slot(found, name, service, title, moment(start), moment(start + lengths[found]))
        for start, name, found in free
    ]


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
    writer = _Writer(board)
    found = []
    for visit in _visits(board, wishes, question):
        found.append([writer.placed(placement) for placement in visit])
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
