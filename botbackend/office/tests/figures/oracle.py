"""The figures counted by hand: row after row in Python, without a group or a sum of SQL."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bookings.models import Booking
from bookings.visit_figures import Cut, VisitSum, first_day

Status = Booking.Status


def is_visit(row: Booking) -> bool:
    return row.status != Status.HELD and (row.status != Status.CANCELLED or row.hold_until is None)


def is_done(row: Booking, now: datetime) -> bool:
    return row.status == Status.COMPLETED or (row.status == Status.BOOKED and row.end <= now)


def sum_of(rows: Iterable[Booking], *, end: datetime, now: datetime) -> VisitSum:
    counts: Counter[str] = Counter()
    amount = Decimal(0)
    for row in filter(is_visit, rows):
        counts["cancelled" if row.status == Status.CANCELLED else "planned"] += 1
        counts["no_show"] += row.status == Status.NO_SHOW
        if row.status != Status.CANCELLED:
            counts["minutes"] += round((min(row.end, end) - row.start) / timedelta(minutes=1))
        if is_done(row, now):
            counts["done"] += 1
            amount += row.price or Decimal(0)
            counts["begins"] += row.price_from
            counts["unpriced"] += row.price is None
    return VisitSum(amount=amount, **{name: counts[name] for name in _COUNTED})


_COUNTED = ("planned", "done", "no_show", "cancelled", "begins", "unpriced", "minutes")


def cut(
    rows: Iterable[Booking], by: Cut, zone: ZoneInfo, *, end: datetime, now: datetime
) -> dict[object, VisitSum]:
    parts: dict[object, list[Booking]] = defaultdict(list)
    for row in filter(is_visit, rows):
        local = row.start.astimezone(zone)
        keys: dict[Cut, object] = {
            Cut.SPECIALIST: row.specialist_id,
            Cut.SERVICE: row.service_id,
            Cut.SOURCE: row.source,
            Cut.HOUR: (local.weekday(), local.hour),
        }
        parts[keys[by] if by in keys else first_day(local.date(), by)].append(row)
    return {key: sum_of(part, end=end, now=now) for key, part in parts.items()}
