"""What is free for a wish, cut down to what a reply can name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from ai.facts.salon import SalonBriefing
from ai.language.values import Resolved
from ai.turn.drafts import TurnContext
from bookings.engine.freshness import before_offer
from bookings.models import rules_of
from bookings.selectors import find_slots, find_visits, next_slots
from bookings.values import Slot

SHOWN_SLOTS = 12
NEAREST = 8
_NEXT = 3
_USUAL_DAYS = 7
_MOST_DAYS = 31


@dataclass(frozen=True)
class SlotSearch:
    """A wish for free time. Dates and times are the salon's own; None means no limit.

    `wanted` is the one start (aware) that was asked for; what is free around it is found.
    """

    service_ids: tuple[int, ...]
    specialist_id: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    time_from: time | None = None
    time_to: time | None = None
    wanted: datetime | None = None

    @classmethod
    def of(cls, service_ids: Sequence[int], specialist_id: int | None, resolved: Resolved) -> "SlotSearch":
        """Return the search for the dates meant; one exact moment is looked for on its whole day."""
        exact = resolved.start is not None
        return cls(
            tuple(service_ids),
            specialist_id,
            resolved.date_from,
            resolved.date_to,
            None if exact else resolved.time_from,
            None if exact else resolved.time_to,
            resolved.start,
        )


@dataclass(frozen=True)
class FreeTimes:
    """Free starts of the wish; only where there are none, the next ones after it."""

    slots: list[Slot] = field(default_factory=list)
    following: list[Slot] = field(default_factory=list)


def free_slots(
    *, context: TurnContext, salon: SalonBriefing, search: SlotSearch, ignore: Sequence[int] = ()
) -> FreeTimes:
    """Look up what is free. `ignore` are the client's own holds: their time counts as free."""
    before_offer(project=context.project)
    today = context.now.astimezone(salon.zone).date()
    # Nothing is free from there on.
    horizon = today + timedelta(days=rules_of(context.project).horizon_days + 1)
    first = min(max(search.date_from or today, today), horizon)
    wished = search.date_to or search.date_from or today + timedelta(days=_USUAL_DAYS)
    last = min(max(wished, first), first + timedelta(days=_MOST_DAYS))
    slots = _within(context, search, first, last, ignore)
    if slots:
        return FreeTimes(slots)
    after = datetime.combine(first, search.time_from or time(0), salon.zone)
    following = next_slots(
        project=context.project,
        service_ids=search.service_ids,
        specialist_id=search.specialist_id,
        after=max(after, timezone.now()),
        limit=_NEXT,
        ignore_booking_ids=ignore,
    )
    return FreeTimes([], following)


def _within(
    context: TurnContext, search: SlotSearch, first: date, last: date, ignore: Sequence[int]
) -> list[Slot]:
    if len(search.service_ids) > 1:
        visits = find_visits(
            project=context.project,
            wishes=[(service, search.specialist_id) for service in search.service_ids],
            date_from=first,
            date_to=last,
            time_from=search.time_from,
            time_to=search.time_to,
            limit=SHOWN_SLOTS // len(search.service_ids),
            ignore_booking_ids=ignore,
        )
        return [slot for visit in visits for slot in visit]
    slots = find_slots(
        project=context.project,
        service_ids=search.service_ids,
        specialist_id=search.specialist_id,
        date_from=first,
        date_to=last,
        time_from=search.time_from,
        time_to=search.time_to,
        ignore_booking_ids=ignore,
    )
    return spread(slots, SHOWN_SLOTS) if search.wanted is None else nearest(slots, search.wanted)


def nearest(slots: Sequence[Slot], wanted: datetime) -> list[Slot]:
    """Return the starts around the one that was asked for, in order of time."""
    by_distance = sorted(slots, key=lambda slot: (abs(slot.start - wanted), slot.start, slot.specialist))
    return sorted(by_distance[:NEAREST], key=lambda slot: (slot.start, slot.specialist))


def spread(slots: Sequence[Slot], limit: int) -> list[Slot]:
    """Pick starts spread over the whole range, one per moment while there are more moments than places."""
    moments: dict[datetime, Slot] = {}
    for slot in slots:
        moments.setdefault(slot.start, slot)
    pool = list(moments.values()) if len(moments) >= limit else list(slots)
    if len(pool) <= limit:
        return pool
    step = (len(pool) - 1) / (limit - 1)
    return [pool[round(index * step)] for index in range(limit)]


def exact_visit(
    *,
    context: TurnContext,
    service_ids: Sequence[int],
    specialist_id: int | None,
    start: datetime,
    ignore: Sequence[int] = (),
) -> list[Slot]:
    """Return the visit of these services that begins at the aware moment `start`; [] if it is not free.

    [] too where somebody would have to be picked among specialists whose prices differ: the client chooses.
    """
    before_offer(project=context.project)
    visits = find_visits(
        project=context.project,
        wishes=[(service, specialist_id) for service in service_ids],
        date_from=start.date(),
        date_to=start.date(),
        time_from=start.time(),
        time_to=start.time(),
        limit=1,
        ignore_booking_ids=ignore,
    )
    visit = visits[0] if visits and visits[0][0].start == start else []
    return [] if any(slot.price_varies for slot in visit) else visit
