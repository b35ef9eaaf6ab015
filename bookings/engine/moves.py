"""A booked visit at another time or with other people: where each service begins, when all of it is free."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from bookings.engine.calendars import local_date_of, zone_named
from bookings.engine.minutes import covers, minute_of
from bookings.engine.openings import SlotWriter, read_board
from bookings.engine.rules import Rules
from bookings.models import Booking, rules_of
from bookings.values import Item, WishedService
from projects.models import Project


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
    """Return the starts on the salon's grid at which all are free with whom they name.

    They stay as far apart as they are; the start is that of the first item. Local dates,
    both included, up to the horizon; two statements. `at_desk` asks for somebody whom no notice binds.
    """
    lead = items[0]
    today = local_date_of(minute_of(now), zone_named(project.timezone))
    first, last = max(date_from, today), min(date_to, today + timedelta(days=rules_of(project).horizon_days))
    wishes = [WishedService((item.service_id,), item.specialist_id) for item in items]
    if first > last or lead.specialist_id is None:
        return []
    board = read_board(
        project=project, items=wishes, first=first, last=last, now=now, ignore=ignore, at_desk=at_desk
    )
    if any(item.service_id not in board.rules.services for item in items):
        return []
    writer = SlotWriter(board.rules)
    lead_minute = minute_of(lead.start)
    rest = [(item, minute_of(item.start) - lead_minute) for item in items[1:]]
    return [
        writer.moment(start)
        for start in board.grid_starts(lead.specialist_id, lead.service_id)
        if all(
            covers(board.starts(item.specialist_id or 0, item.service_id), start + after)
            for item, after in rest
        )
    ]
