"""A booked visit at another time or with other people: where each service begins, when all of it is free."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, product

from bookings.engine.board import Board
from bookings.engine.calendars import local_date_of, zone_named
from bookings.engine.minutes import covers, minute_of
from bookings.engine.openings import SlotWriter, read_board
from bookings.engine.rules import Rules
from bookings.models import Booking, rules_of
from bookings.values import Item, WishedService
from projects.models import Project

_MOST_TRIED = 100


def moved(
    *, rules: Rules, rows: Sequence[Booking], opened: Booking, start: datetime, specialists: Mapping[int, int]
) -> dict[int, Item]:
    """Return every service of the visit, by booking id, when the opened one begins at `start`.

    `specialists` is by booking id; who is not named there stays. All keep their distance; what follows a
    service that takes longer or shorter with somebody else moves by the difference.
    """
    found: dict[int, Item] = {}
    differences: list[tuple[datetime, timedelta]] = []
    for row in sorted(rows, key=lambda one: (one.start, one.pk)):
        who = specialists.get(row.pk, row.specialist_id)
        begins = row.start + sum((by for end, by in differences if end <= row.start), timedelta(0))
        found[row.pk] = Item(row.service_id, who, begins)
        if who != row.specialist_id and rules.offers(who, row.service_id):
            takes = timedelta(minutes=rules.shape(who, row.service_id).duration)
            differences.append((row.end, takes - (row.end - row.start)))
    by = start - found[opened.pk].start
    return {pk: Item(item.service_id, item.specialist_id, item.start + by) for pk, item in found.items()}


def free_moves(
    *,
    project: Project,
    items: Sequence[Item],
    date_from: date,
    date_to: date,
    now: datetime,
    ignore: Collection[int] = (),
    at_desk: bool = False,
) -> list[datetime]:
    """Return the starts on the salon's grid at which all are free with whom they name; None is anyone.

    They stay as far apart as they are; the start is that of the first item. Local dates,
    both included, up to the horizon; two statements. `at_desk` asks for somebody whom no notice binds.
    """
    today = local_date_of(minute_of(now), zone_named(project.timezone))
    first, last = max(date_from, today), min(date_to, today + timedelta(days=rules_of(project).horizon_days))
    wishes = [WishedService((item.service_id,), item.specialist_id) for item in items]
    if first > last:
        return []
    board = read_board(
        project=project, items=wishes, first=first, last=last, now=now, ignore=ignore, at_desk=at_desk
    )
    if any(item.service_id not in board.rules.services for item in items):
        return []
    writer = SlotWriter(board.rules)
    lead_minute = minute_of(items[0].start)
    rest = [(item, minute_of(item.start) - lead_minute) for item in items[1:]]
    leads = (board.grid_starts(who, items[0].service_id) for who in _hands(board, items[0]))
    return [
        writer.moment(start)
        for start in sorted({start for starts in leads for start in starts})
        if all(
            any(covers(board.starts(who, item.service_id), start + after) for who in _hands(board, item))
            for item, after in rest
        )
    ]


def free_hands(
    *,
    project: Project,
    rows: Sequence[Booking],
    start: datetime,
    specialists: Mapping[int, int | None],
    now: datetime,
) -> Iterator[dict[int, int]]:
    """Yield who may do each service, by booking id, so that all of the visit is free from `start` on.

    `specialists` is by booking id; None is whoever can, best whose it is already, then in the salon's order.
    The visit's own time counts as free, and no notice binds. Two statements.
    """
    day = start.astimezone(zone_named(project.timezone)).date()
    wishes = [WishedService((row.service_id,)) for row in rows]
    ignore = [row.pk for row in rows]
    # A service of a long visit may begin on the next date.
    first, last = day, day + timedelta(days=1)
    board = read_board(
        project=project, items=wishes, first=first, last=last, now=now, ignore=ignore, at_desk=True
    )
    if any(row.service_id not in board.rules.services for row in rows):
        return
    options = [_options(board, row, specialists.get(row.pk, row.specialist_id)) for row in rows]
    for chosen in islice(product(*options), _MOST_TRIED):
        people = {row.pk: who for row, who in zip(rows, chosen, strict=True)}
        items = moved(rules=board.rules, rows=rows, opened=rows[0], start=start, specialists=people)
        if _is_free(board, list(items.values())):
            yield people


def _hands(board: Board, item: Item) -> list[int]:
    if item.specialist_id is not None:
        return [item.specialist_id]
    return board.rules.candidates(item.service_id)


def _options(board: Board, row: Booking, wished: int | None) -> list[int]:
    if wished is not None:
        return [wished]
    return sorted(board.rules.candidates(row.service_id), key=lambda who: who != row.specialist_id)


def _is_free(board: Board, items: Sequence[Item]) -> bool:
    """Is there time for all of them, the same hands and rooms not being asked for twice?"""
    left = board.copy() if len(items) > 1 else board
    for item in items:
        who, begins = item.specialist_id or 0, minute_of(item.start)
        if not covers(left.starts(who, item.service_id), begins):
            return False
        if left is not board:
            left.take(left.placement(service_id=item.service_id, specialist_id=who, start=begins))
    return True
