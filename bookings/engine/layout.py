"""Where the services of a visit begin that is to start at a given moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bookings.engine.calendars import zone_named
from bookings.engine.minutes import minute_of, moment_of
from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.engine.slots import Wish, find_visits
from bookings.values import Item
from projects.models import Project


class Offered(Protocol):
    """Whoever knows who does what: the rules of the engine, and the catalogue."""

    def offers(self, specialist_id: int, service_id: int, /) -> bool:
        """Say whether the specialist does the service."""


def lay_out(
    *,
    project: Project,
    service_ids: Sequence[int],
    specialist_id: int | None,
    start: datetime,
    chosen: Mapping[int, int | None] | None = None,
    now: datetime | None = None,
) -> list[Item]:
    """Return the services one after another from `start`, with the specialist wherever they do the service.

    `chosen` names somebody else for some of them, by the number of the service; None is anyone.
    As the engine would place them where that is free; otherwise each begins when the one before it is over,
    so that the refusal is about what was asked for.
    """
    if len(service_ids) == 1:
        return [Item(service_ids[0], (chosen or {}).get(service_ids[0], specialist_id), start)]
    local = start.astimezone(zone_named(project.timezone))
    day, clock = local.date(), local.time()
    rules = read_rules(project, first=day, last=day, service_ids=service_ids)
    wishes = wishes_of(rules, service_ids, specialist_id, chosen)
    found = find_visits(
        project=project,
        wishes=wishes,
        date_from=day,
        date_to=day,
        time_from=clock,
        time_to=clock,
        limit=1,
        now=now,
    )
    if found and found[0][0].start == start:
        return [Item(slot.service_id, slot.specialist_id, slot.start) for slot in found[0]]
    return _in_a_row(rules, wishes, start)


def wishes_of(
    offered: Offered,
    service_ids: Sequence[int],
    specialist_id: int | None,
    chosen: Mapping[int, int | None] | None = None,
) -> list[Wish]:
    """Return who is wished for each; somebody who does none of it stays wished, and is refused."""
    does = {one for one in service_ids if specialist_id is not None and offered.offers(specialist_id, one)}
    same = {service: specialist_id if service in does or not does else None for service in service_ids}
    return list((same | dict(chosen or {})).items())


def _in_a_row(rules: Rules, wishes: Sequence[Wish], start: datetime) -> list[Item]:
    items: list[Item] = []
    minute, released, last = minute_of(start), 0, None
    for service, who in wishes:
        if service not in rules.services:
            items.append(Item(service, who, moment_of(minute, start.tzinfo or rules.zone)))
            continue
        shape = rules.shape(0 if who is None else who, service)
        if items and who is not None and who == last:  # the same hands need their buffers in between
            minute += released + shape.before
        items.append(Item(service, who, moment_of(minute, start.tzinfo or rules.zone)))
        minute, released, last = minute + shape.duration, shape.after, who
    return items
