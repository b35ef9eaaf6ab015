"""From wishes to placements: the same steps for a dry run and, under locks, for every operation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bookings.engine.board import Board, Placement
from bookings.engine.calendars import local_date_of, zone_named
from bookings.engine.minutes import covers, minute_of
from bookings.engine.reading import Occupied, read_occupied, read_rules_for
from bookings.engine.rules import Rules
from bookings.engine.visits import follow_up_start
from bookings.errors import InvalidRequest, NotOffered
from bookings.limits import DAY, MAX_ITEMS, MAX_WINDOW_DAYS, WRITTEN_IN_DAYS
from bookings.models import Client
from bookings.operations import locking
from bookings.operations.clients import check_not_blocked, refuse_blocked
from bookings.values import Item, Origin
from projects.models import Project

_YEARS = (2000, 2200)
_LONGEST_REQUEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """Placements in the order of the wishes, and holds found expired on the way."""

    placements: list[Placement]
    rules: Rules
    expired_ids: list[int]


@dataclass(frozen=True, slots=True)
class _Window:
    """The local dates on which the wishes begin."""

    rules: Rules
    board: Board
    candidates: list[list[int]]
    is_locked: bool

    def specialist_ids(self) -> set[int]:
        return {found for one in self.candidates for found in one}

    def kinds(self, items: Sequence[Item]) -> set[str]:
        found = {self.rules.services[item.service_id].resource_kind for item in items}
        return found - {""}


def make_plan(
    *,
    project: Project,
    items: Sequence[Item],
    origin: Origin,
    now: datetime,
    lock: bool,
    client: Client | None = None,
    ignore: Collection[int] = (),
    overbook: bool = False,
    as_of: datetime | None = None,
    beside: Sequence[Item] = (),
) -> VisitPlan:
    """Find a place for every item, the earliest first, or raise the refusal of the first that has none.

    A blocked `client` is refused before anything else. `lock` takes the locks before what is occupied is
    read. `ignore` names bookings whose time counts as free. `overbook` asks neither for hours nor for other
    visits; a placement says whether it lies on top of one. `as_of` is the moment from which notice and
    horizon count, if not from now. `beside` are places that are as good as taken: those of other visits that
    change with this one.
    """
    _check_items_of(client, items)
    judged = as_of or now
    window = _open_window(project, items, judged, origin=origin, client=client, lock=lock, beside=beside)
    if lock:
        if not window.is_locked:
            versions = locking.lock_specialists(project.pk, window.specialist_ids())
            if not window.rules.are_of(versions):  # somebody changed hours or leave meanwhile
                window = _open_window(project, items, judged, origin=origin, client=client, lock=False)
        locking.lock_resources(project.pk, window.kinds(items))
    rows = _read(window, items, now)
    expired = window.board.occupy(rows, ignore=ignore)
    _take_beside(window.board, beside)
    placements = _place_all(window, items, origin, overbook=overbook)
    return VisitPlan(placements, window.rules, [row.id for row in expired])


def _take_beside(board: Board, beside: Sequence[Item]) -> None:
    for one in beside:
        if one.specialist_id is not None:
            start = minute_of(one.start)
            board.take(
                board.placement(service_id=one.service_id, specialist_id=one.specialist_id, start=start)
            )


def _place_all(window: _Window, items: Sequence[Item], origin: Origin, *, overbook: bool) -> list[Placement]:
    found: dict[int, Placement] = {}
    choose = _overbooked if overbook else _chosen
    for place in _scarcest_first(window, items):
        item = items[place]
        placed = choose(window.board, item.service_id, window.candidates[place], minute_of(item.start))
        if not (origin.for_staff or begins_properly(window.board, placed, list(found.values()))):
            raise NotOffered("Visits begin at the times of the salon's grid.")
        window.board.take(placed)
        found[place] = placed
    return [found[place] for place in range(len(items))]


def _scarcest_first(window: _Window, items: Sequence[Item]) -> list[int]:
    """Return the places of the items by start; of those that begin together, first what the fewest can do.

    Off the grid begins what follows another service, wherever that one stands in the list.
    Otherwise somebody who could do either would be given away to the one that others could do as well.
    """
    if len(items) < 2:
        return list(range(len(items)))
    starts = [minute_of(item.start) for item in items]
    free = [
        sum(covers(window.board.starts(found, item.service_id), start) for found in candidates)
        for item, start, candidates in zip(items, starts, window.candidates, strict=True)
    ]
    return sorted(range(len(items)), key=lambda place: (starts[place], free[place]))


def _chosen(board: Board, service_id: int, candidates: Sequence[int], start: int) -> Placement:
    return board.place(service_id=service_id, specialist_ids=candidates, start=start)


def begins_properly(board: Board, placed: Placement, earlier: Sequence[Placement]) -> bool:
    """Say whether a client may ask for this start: on the grid, or right after the services before."""
    if board.is_on_grid(placed.start):
        return True
    return bool(earlier) and placed.start == follow_up_start(
        earlier, specialist_id=placed.specialist_id, before=placed.shape.before
    )


def _check_dates(items: Sequence[Item]) -> None:
    if any(not _YEARS[0] <= item.start.year <= _YEARS[1] for item in items):
        raise InvalidRequest(
            "A start lies out of all reason.", fields={"start": ["This year is not served."]}
        )
    starts = [item.start for item in items]
    if max(starts) - min(starts) > _LONGEST_REQUEST:
        raise InvalidRequest(
            "The services of a visit belong to one week.", fields={"items": ["This is too wide."]}
        )


def _check_items_of(client: Client | None, items: Sequence[Item]) -> None:
    try:
        _check_items(items)
    except InvalidRequest:
        if client is not None:
            check_not_blocked(client)
        raise


def _check_items(items: Sequence[Item]) -> None:
    if not items:
        raise InvalidRequest("A visit needs at least one service.", fields={"items": ["This is empty."]})
    if len(items) > MAX_ITEMS:
        message = f"A visit has at most {MAX_ITEMS} services."
        raise InvalidRequest(message, fields={"items": [message]})
    for item in items:
        if item.start.tzinfo is None:
            raise InvalidRequest("A start needs a zone.", fields={"start": ["This has no offset."]})
        if item.start.second or item.start.microsecond:
            raise InvalidRequest(
                "Visits begin at whole minutes.", fields={"start": ["This is no whole minute."]}
            )
    _check_dates(items)


def _open_window(
    project: Project,
    items: Sequence[Item],
    now: datetime,
    *,
    origin: Origin,
    client: Client | None,
    lock: bool,
    beside: Sequence[Item] = (),
) -> _Window:
    """Read the rules; with `lock`, specialists are locked on the way if every item names one."""
    zone = zone_named(project.timezone)
    dates = [local_date_of(minute_of(item.start), zone) for item in items]
    first, last = min(dates), max(dates)
    is_open = any(item.specialist_id is None for item in items)
    named = {item.specialist_id for item in [*items, *beside] if item.specialist_id is not None}
    rules, is_blocked = read_rules_for(
        project,
        client,
        first=first,
        last=last + timedelta(days=2),
        specialist_ids=None if is_open else named,
        service_ids={item.service_id for item in [*items, *beside]},
        lock=lock and not is_open,
    )
    refuse_blocked(is_blocked)
    for item in items:
        _check_names(rules, item)
    candidates = [
        [item.specialist_id] if item.specialist_id is not None else rules.candidates(item.service_id)
        for item in items
    ]
    _widen(rules, origin)
    return _Window(
        rules, Board(rules, first=first, last=last, now=now), candidates, is_locked=lock and not is_open
    )


def _widen(rules: Rules, origin: Origin) -> None:
    """Let the rules be those for whoever acts: a notice below nothing reaches into the past."""
    if origin.at_desk:
        rules.min_notice_minutes = 0
    if origin.beyond_horizon:
        rules.horizon_days, rules.min_notice_minutes = MAX_WINDOW_DAYS, -WRITTEN_IN_DAYS * DAY


def _check_names(rules: Rules, item: Item) -> None:
    if item.service_id not in rules.services:
        raise NotOffered("There is no such service.", fields={"service": ["There is no such service."]})
    if item.specialist_id is not None and item.specialist_id not in rules.specialists:
        message = "There is no such specialist."
        raise NotOffered(message, fields={"specialist": [message]})


def _read(window: _Window, items: Sequence[Item], now: datetime) -> list[Occupied]:
    rooms = [room for kind in window.kinds(items) for room in window.rules.resources.get(kind, ())]
    return read_occupied(
        specialist_ids=window.specialist_ids(),
        resource_ids=rooms,
        window=Board.reach(window.board.window),
        now=now,
    )


def _overbooked(board: Board, service_id: int, candidates: Sequence[int], start: int) -> Placement:
    """Place where it disturbs least: in free time, else outside the hours, else on top of others.

    What the specialist does, notice and horizon still bind.
    """
    people = board.by_load(candidates, start)
    anytime = board.at_all_hours()
    for judge in (board, anytime):
        free = [found for found in people if covers(judge.starts(found, service_id), start)]
        if free:
            return board.placement(service_id=service_id, specialist_id=free[0], start=start)
    placed = anytime.alone().place(service_id=service_id, specialist_ids=people, start=start)
    on_top = board.placement(service_id=service_id, specialist_id=placed.specialist_id, start=start)
    return replace(on_top, is_on_top=True)
