"""What is free: for one service, for visits of several, next after a moment, by day of a month."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.utils import timezone

from bookings.engine.board import Board
from bookings.engine.calendars import local_date_of, zone_named
from bookings.engine.minutes import minute_not_before, minute_of
from bookings.engine.openings import Openings, SlotWriter, check_count, choice_of, read_board
from bookings.engine.visits import Visit
from bookings.models import rules_of
from bookings.models.prices import Price
from bookings.values import Slot, When, WishedService
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
    when: When
    at_desk: bool = False

    @property
    def is_all_day(self) -> bool:
        """Say whether every time of the day is welcome."""
        return self.when == When()


def _minutes(moment: time | None, default: int) -> int:
    return default if moment is None else minute_of_day(moment)


def _question(
    project: Project,
    now: datetime | None,
    date_from: date,
    date_to: date,
    time_from: time | None = None,
    time_to: time | None = None,
    *,
    at_desk: bool = False,
) -> _Question:
    moment = now or timezone.now()
    today = local_date_of(minute_of(moment), zone_named(project.timezone))
    return _Question(
        project=project,
        now=moment,
        first=max(date_from, today),
        last=min(date_to, today + timedelta(days=rules_of(project).horizon_days)),
        when=When(time_from=_minutes(time_from, 0), time_to=_minutes(time_to, 24 * 60)),
        at_desk=at_desk,
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
    at_desk: bool = False,
    now: datetime | None = None,
) -> list[Slot]:
    """Return free starts on the salon's grid, by start, then name.

    Dates are local, both included; times bound the start, both included. One service: one slot per
    specialist and start. Several: one slot per start of a whole visit, with the first specialist and the
    end of the last service. `at_desk` asks for somebody whom no notice binds.
    """
    question = _question(project, now, date_from, date_to, time_from, time_to, at_desk=at_desk)
    items = [WishedService((service,), specialist_id) for service in service_ids]
    board = _board(question, items, ignore_booking_ids)
    if board is None:
        return []
    if len(items) == 1:
        return _single_slots(board, items[0], question)[:limit]
    openings = Openings(board, items)
    return [openings.writer.whole(visit) for visit in islice(_visits(openings, question), limit)]


def _board(question: _Question, items: Sequence[WishedService], ignore: Collection[int]) -> Board | None:
    check_count(items)
    if question.first > question.last or not items:
        return None
    return read_board(
        project=question.project,
        items=items,
        first=question.first,
        last=question.last,
        now=question.now,
        ignore=ignore,
        at_desk=question.at_desk,
    )


def _visits(openings: Openings, question: _Question) -> Iterator[Visit]:
    found = (openings.first_at(start, question.when) for start in openings.starts(question.when))
    return (visit for visit in found if visit is not None)


def _single_slots(board: Board, item: WishedService, question: _Question) -> list[Slot]:
    for service, people in choice_of(board, item):
        names = {found: board.rules.specialists[found].name for found in people}
        free = [
            (start, names[found], found) for found in people for start in board.grid_starts(found, service)
        ]
        moment = SlotWriter(board.rules).moment
        if not question.is_all_day:
            free = [one for one in free if question.when.has_start(moment(one[0]))]
        free.sort()
        lengths = {found: board.rules.shape(found, service).duration for found in people}
        title = board.rules.services[service]
        prices = {found: board.rules.price(found, service) for found in people}
        varied = _unequal(free, prices) if len(set(prices.values())) > 1 else set()
        return [
            Slot(
                found, name, service, title.name, moment(start), moment(start + lengths[found]),
                prices[found], start in varied, (board.rules.specialists[found].names, title.names),
            )
            for start, name, found in free
        ]  # fmt: skip
    return []


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
    at_desk: bool = False,
) -> list[list[Slot]]:
    """Return visits of several services one right after another, in the wished order: one per start.

    The first service begins on the grid. Where any specialist will do, the least busy who fit are named.
    `at_desk` asks for somebody whom no notice binds.
    """
    question = _question(project, now, date_from, date_to, time_from, time_to, at_desk=at_desk)
    items = [WishedService((service,), specialist) for service, specialist in wishes]
    board = _board(question, items, ignore_booking_ids)
    if board is None:
        return []
    openings = Openings(board, items)
    found = islice(_visits(openings, question), limit)
    return [openings.writer.visit(visit) for visit in found]


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
