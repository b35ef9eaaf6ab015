"""What is free instead: a refusal never leaves the client with nothing to choose from."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from bookings.engine.calendars import local_date_of, zone_named
from bookings.engine.minutes import minute_of
from bookings.engine.slots import find_slots
from bookings.errors import ClientBlocked, Refusal
from bookings.models import rules_of
from bookings.values import Item, Slot
from projects.models import Project

_HOW_MANY = 3
_NEAR = timedelta(days=3)


@contextmanager
def with_alternatives(
    *, project: Project, items: Sequence[Item], now: datetime, ignore: Collection[int] = ()
) -> Iterator[None]:
    """Add the nearest free starts to a refusal on its way out.

    Stands outside the operation's transaction: whoever was refused holds no lock while we look.
    """
    try:
        yield
    except Refusal as error:
        if not error.alternatives and not isinstance(error, ClientBlocked):
            wished = error.items or items
            error.alternatives = alternatives(project=project, items=wished, now=now, ignore=ignore)
        raise


def alternatives(
    *, project: Project, items: Sequence[Item], now: datetime, ignore: Collection[int] = ()
) -> list[Slot]:
    """Return up to three free starts nearest to the wished one, in order of time.

    Looks at the dates around it, then at the whole horizon, then at other specialists.
    """
    first = items[0]
    named = {item.specialist_id for item in items}
    specialist_id = named.pop() if len(named) == 1 else None
    zone = zone_named(project.timezone)
    today = local_date_of(minute_of(now), zone)
    furthest = today + timedelta(days=rules_of(project).horizon_days)
    wished = min(max(local_date_of(minute_of(first.start), zone), today), furthest)
    for who in dict.fromkeys([specialist_id, None]):
        for date_from, date_to in ((wished - _NEAR, wished + _NEAR), (today, furthest)):
            found = find_slots(
                project=project,
                service_ids=[item.service_id for item in items],
                specialist_id=who,
                date_from=date_from,
                date_to=date_to,
                ignore_booking_ids=list(ignore),
                now=now,
            )
            if found:
                return _nearest(found, first.start)
    return []


def _nearest(slots: Sequence[Slot], wished: datetime) -> list[Slot]:
    near = sorted(slots, key=lambda slot: (abs(slot.start - wished), slot.start))[:_HOW_MANY]
    return sorted(near, key=lambda slot: (slot.start, slot.specialist, slot.specialist_id))
