"""A booked visit with other services: what becomes of each row, and whether there is time for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.engine.alternatives import with_alternatives
from bookings.engine.calendars import zone_named
from bookings.engine.openings import SlotWriter
from bookings.engine.planning import make_plan
from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.errors import InvalidRequest
from bookings.limits import MAX_ITEMS
from bookings.models import Booking
from bookings.values import Item, Origin, Slot
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Exchange:
    """What becomes of a visit: `kept` is by booking id, `added` comes after it, `gone` are cancelled.

    `changed` are those of the kept that become another service or begin at another time; nobody asks the
    rest for anything. `as_of` is when the visit counts as agreed on: what has begun may still be changed.
    """

    kept: Mapping[int, Item]
    added: Sequence[Item]
    gone: Sequence[int]
    changed: Sequence[int]
    as_of: datetime | None

    @property
    def pending(self) -> list[Item]:
        """What needs time that the visit has not got yet."""
        return [*(self.kept[pk] for pk in self.changed), *self.added]

    @property
    def whole(self) -> list[Item]:
        """The visit as it would be, in order: what is free instead is a time for all of it."""
        return sorted([*self.kept.values(), *self.added], key=lambda item: item.start)

    @property
    def freed(self) -> list[int]:
        """The rows whose time counts as free."""
        return [*self.gone, *self.changed]


def exchange(
    *,
    project: Project,
    rows: Sequence[Booking],
    services: Mapping[int, int],
    added: Sequence[int],
    now: datetime,
    start: datetime | None = None,
) -> Exchange:
    """Lay the visit out anew: `services` is by booking id, a row that it does not name is given up.

    The visit begins when it began, or at `start`. What follows a service that becomes longer or shorter
    moves by the difference; what is added comes last. Whoever did it goes on, if they do the new service.
    Raises InvalidRequest for a visit of nothing, or of too much.
    """
    if not 0 < len(services) + len(added) <= MAX_ITEMS:
        message = f"A visit has 1 to {MAX_ITEMS} services."
        raise InvalidRequest(message, fields={"services": [message]})
    day = rows[0].start.astimezone(zone_named(project.timezone)).date()
    wanted = {*services.values(), *added, *(row.service_id for row in rows)}
    rules = read_rules(project, first=day, last=day, service_ids=wanted)
    target = start or min(row.start for row in rows)
    kept = _from(target, _shifted(rules, rows, services))
    changed = [row.pk for row in rows if row.pk in kept and kept[row.pk] != _as_it_is(row)]
    is_put_off = start is not None and start != min(row.start for row in rows)
    agreed = min(row.start for row in rows) - timedelta(minutes=rules.min_notice_minutes)
    return Exchange(
        kept,
        _appended(rules, rows, kept, added, target),
        [row.pk for row in rows if row.pk not in services],
        changed,
        None if is_put_off else min(now, agreed),
    )


def check_exchange(*, project: Project, plan: Exchange, origin: Origin, now: datetime) -> list[Slot]:
    """Return what is pending as it would be: the rule of `change_services`, without locks or writes."""
    if not plan.pending:
        return []
    own = [*plan.kept, *plan.gone]
    with with_alternatives(project=project, items=plan.whole, now=now, ignore=own):
        found = make_plan(
            project=project,
            items=plan.pending,
            origin=origin,
            now=now,
            lock=False,
            ignore=plan.freed,
            as_of=plan.as_of,
        )
    return SlotWriter(found.rules).visit(found.placements)


def _as_it_is(row: Booking) -> Item:
    return Item(row.service_id, row.specialist_id, row.start)


def _shifted(rules: Rules, rows: Sequence[Booking], services: Mapping[int, int]) -> dict[int, Item]:
    """Return what stays, each moved by what the services before it take less or more than they did."""
    kept: dict[int, Item] = {}
    differences: list[tuple[datetime, timedelta]] = []
    for row in rows:
        begins = row.start + sum((by for end, by in differences if end <= row.start), timedelta(0))
        service = services.get(row.pk)
        if service == row.service_id:
            kept[row.pk] = Item(service, row.specialist_id, begins)
            continue
        takes = timedelta(0)
        if service is not None:
            who = row.specialist_id if rules.offers(row.specialist_id, service) else None
            kept[row.pk] = Item(service, who, begins)
            takes = _takes(rules, who, service)
        differences.append((row.end, takes - (row.busy_until - row.start)))
    return kept


def _from(target: datetime, kept: dict[int, Item]) -> dict[int, Item]:
    if not kept:
        return kept
    by = target - min(item.start for item in kept.values())
    return {pk: Item(item.service_id, item.specialist_id, item.start + by) for pk, item in kept.items()}


def _appended(
    rules: Rules, rows: Sequence[Booking], kept: Mapping[int, Item], added: Sequence[int], target: datetime
) -> list[Item]:
    known = {row.pk: row.busy_until - row.start for row in rows if kept.get(row.pk) == _as_it_is(row)}
    ends = [
        item.start + known.get(pk, _takes(rules, item.specialist_id, item.service_id))
        for pk, item in kept.items()
    ]
    last = [item.specialist_id for item in kept.values()] or [row.specialist_id for row in rows]
    items: list[Item] = []
    for service in added:
        who = next((one for one in reversed(last) if one is not None and rules.offers(one, service)), None)
        begins = max(ends) + _before(rules, who, service) if ends else target
        items.append(Item(service, who, begins))
        ends.append(begins + _takes(rules, who, service))
    return items


def _before(rules: Rules, who: int | None, service: int) -> timedelta:
    known = service in rules.services
    return timedelta(minutes=rules.shape(who or 0, service).before if known else 0)


def _takes(rules: Rules, who: int | None, service: int) -> timedelta:
    """Return how long the hands are busy from its start on; a service that is not there is refused later."""
    if service not in rules.services:
        return timedelta(0)
    shape = rules.shape(who or 0, service)
    return timedelta(minutes=shape.duration + shape.after)
