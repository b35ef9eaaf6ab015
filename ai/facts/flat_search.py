"""The search as the turn asks for it yet: one specialist, one range of days, slots in a row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from ai.facts import search as whole
from ai.facts.picking import MOST_VISITS
from ai.facts.salon import SalonBriefing
from ai.language.values import Resolved
from ai.turn.drafts import TurnContext
from bookings.models import rules_of
from bookings.values import Slot

SHOWN_SLOTS = MOST_VISITS
_NEXT = 3


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
        """Return the search for the dates meant."""
        return cls(
            tuple(service_ids),
            specialist_id,
            resolved.date_from,
            resolved.date_to,
            resolved.time_from,
            resolved.time_to,
            resolved.start,
        )

    def items(self) -> tuple[whole.SearchedItem, ...]:
        """Return the services as items of the whole search."""
        return tuple(whole.SearchedItem((service,), self.specialist_id) for service in self.service_ids)


@dataclass(frozen=True)
class FreeTimes:
    """Free starts of the wish; only where there are none, the next ones after it."""

    slots: list[Slot] = field(default_factory=list)
    following: list[Slot] = field(default_factory=list)


def free_slots(
    *, context: TurnContext, salon: SalonBriefing, search: SlotSearch, ignore: Sequence[int] = ()
) -> FreeTimes:
    """Look up what is free. `ignore` are the client's own holds: their time counts as free."""
    today = context.now.astimezone(salon.zone).date()
    horizon = today + timedelta(days=rules_of(context.project).horizon_days)
    first, last = search.date_from, search.date_to or search.date_from
    if search.wanted is not None:
        first = last = search.wanted.astimezone(salon.zone).date()
    days = ((first or today, last or horizon),) if first or last else ()
    found = whole.free_times(
        project=context.project,
        zone=salon.zone,
        now=timezone.now(),
        horizon=horizon,
        search=whole.SlotSearch(
            search.items(),
            days,
            time_from=search.time_from if search.wanted is None else search.wanted.time(),
            time_to=search.time_to if search.wanted is None else None,
            exact=search.wanted is not None,
        ),
        ignore=ignore,
    )
    slots = [slot for visit in found.visits for slot in visit]
    if set(found.relaxed) <= ({"order"} if search.wanted is None else {"order", "time"}):
        return FreeTimes(slots[:SHOWN_SLOTS])
    return FreeTimes([], [slot for visit in found.following or found.visits for slot in visit][:_NEXT])


def exact_visit(
    *,
    context: TurnContext,
    service_ids: Sequence[int],
    specialist_id: int | None,
    start: datetime,
    ignore: Sequence[int] = (),
) -> list[Slot]:
    """Return the visit of these services that begins at the aware moment `start`; [] if it is not free."""
    items = SlotSearch(tuple(service_ids), specialist_id).items()
    visits = whole.exact_visits(
        project=context.project, now=timezone.now(), items=items, start=start, ignore=ignore
    )
    return list(visits[0]) if visits else []
