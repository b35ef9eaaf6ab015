"""Reads rules and occupied time in one statement each, whatever the number of days and people."""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, connections

from bookings import queries
from bookings.engine.calendars import zone_named
from bookings.engine.minutes import Interval
from bookings.engine.rules import OfferingRule, Rules, ServiceRule, SpecialistRule
from bookings.limits import MAX_OCCUPIED_MINUTES
from bookings.models import Client, rules_of
from bookings.models.prices import Price
from projects.models import Project


def _grouped(rows: Iterable[list[Any]] | None, key: Callable[[list[Any]], Any]) -> dict[Any, list[Interval]]:
    grouped: dict[Any, list[Interval]] = {}
    for row in rows or ():
        grouped.setdefault(key(row), []).append((row[-2], row[-1]))
    return grouped


def _price(columns: list[Any]) -> Price | None:
    amount, is_from, to = columns
    return None if amount is None else Price(Decimal(amount), is_from, Decimal(to) if to else None)


def read_rules(
    project: Project,
    *,
    first: date,
    last: date,
    specialist_ids: Collection[int] | None = None,
    service_ids: Collection[int] | None = None,
    using: str = "default",
) -> Rules:
    """Return the salon's rules for the local dates first..last: one statement."""
    asked = _asked(project, first, last, specialist_ids, service_ids)
    with connections[using].cursor() as cursor:
        cursor.execute(queries.RULES, asked)
        return _rules_from(project, json.loads(cursor.fetchone()[0]))


def read_rules_for(
    project: Project,
    client: Client | None,
    *,
    first: date,
    last: date,
    specialist_ids: Collection[int] | None,
    service_ids: Collection[int],
    lock: bool,
) -> tuple[Rules, bool]:
    """Like `read_rules`, and say whether the client is blocked; still one statement.

    With `lock` it also locks the specialists, who must be named. What is occupied may be read by a later
    statement only: this one sees the rows as they were before it waited for the locks. If it waited for
    somebody who changed hours or leave, the rules are read again.
    """
    asked = _asked(project, first, last, specialist_ids, service_ids) | {"client": client and client.pk}
    with connection.cursor() as cursor:
        cursor.execute(queries.LOCK_AND_RULES if lock else queries.RULES_AND_CLIENT, asked)
        found, is_blocked, *locked = cursor.fetchone()
        rules = _rules_from(project, json.loads(found))
        if not rules.are_of(_versions(locked)):
            cursor.execute(queries.RULES_AND_CLIENT, asked)
            found, is_blocked = cursor.fetchone()
            rules = _rules_from(project, json.loads(found))
    if client is not None and is_blocked is None:
        raise Client.DoesNotExist
    return rules, bool(is_blocked)


def _versions(locked: list[str | None]) -> dict[int, str]:
    found: dict[str, str] = json.loads(locked[0]) if locked and locked[0] else {}
    return {int(number): version for number, version in found.items()}


def _asked(
    project: Project,
    first: date,
    last: date,
    specialist_ids: Collection[int] | None,
    service_ids: Collection[int] | None,
) -> dict[str, Any]:
    return {
        "project": project.pk,
        "first": first,
        "last": last,
        "specialists": None if specialist_ids is None else list(specialist_ids),
        "services": None if service_ids is None else list(service_ids),
    }


def _rules_from(project: Project, found: dict[str, Any]) -> Rules:
    resources: dict[str, list[int]] = {}
    for number, kind in found["resources"] or ():
        resources.setdefault(kind, []).append(number)
    own = rules_of(project)
    return Rules(
        zone=zone_named(project.timezone),
        slot_minutes=own.slot_minutes,
        salon_hours=(own.work_start_minute, own.work_end_minute),
        min_notice_minutes=own.min_notice_minutes,
        horizon_days=own.horizon_days,
        allow_nesting=own.allow_nesting,
        specialists={
            row[0]: SpecialistRule(row[0], row[1], row[2], order, *row[3:])
            for order, row in enumerate(found["specialists"] or ())
        },
        services={
            row[0]: ServiceRule(row[0], row[1], row[2], row[3], _price(row[4]), *row[5:])
            for row in found["services"] or ()
        },
        offerings={
            (row[0], row[1]): OfferingRule(row[2], _price(row[3]), row[4], row[5])
            for row in found["offerings"] or ()
        },
        weekly=_grouped(found["weekly"], lambda row: (row[0], row[1])),
        breaks=_grouped(found["breaks"], lambda row: (row[0], row[1])),
        overrides={
            (row[0], row[1]): [(start, end) for start, end in row[2]] for row in found["overrides"] or ()
        },
        days_off=_grouped(found["days_off"], lambda row: row[0]),
        resources=resources,
    )


class Occupied(NamedTuple):
    """A row that takes time: epoch minutes [busy_from, busy_until), without the gap if it has one."""

    id: int
    specialist_id: int
    resource_id: int | None
    status: str
    is_overbooked: bool
    busy_from: int
    busy_until: int
    gap_from: int | None
    gap_until: int | None
    is_expired: bool

    def parts(self, *, nesting: bool) -> list[Interval]:
        """Return the stretches in which the specialist has no hand free."""
        if self.gap_from is None or self.gap_until is None or not nesting:
            return [(self.busy_from, self.busy_until)]
        return [(self.busy_from, self.gap_from), (self.gap_until, self.busy_until)]


def read_occupied(
    *,
    specialist_ids: Collection[int],
    resource_ids: Collection[int],
    window: Interval,
    now: datetime,
    using: str = "default",
) -> list[Occupied]:
    """Return every row of these people and rooms that meets the window: one statement.

    Rows are bounded in length, so an index on the beginning serves however long the history is.
    """
    first, until = window
    asked: dict[str, Any] = {
        "specialists": list(specialist_ids),
        "resources": list(resource_ids),
        "first": _at(first),
        "reach": _at(first - MAX_OCCUPIED_MINUTES - 1),
        "until": _at(until),
        "now": now,
    }
    statement = queries.OCCUPIED_WITH_ROOMS if resource_ids else queries.OCCUPIED
    with connections[using].cursor() as cursor:
        cursor.execute(statement, asked)
        return [Occupied._make(row) for row in cursor.fetchall()]


def _at(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
