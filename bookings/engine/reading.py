"""Reads rules and occupied time in one statement each, whatever the number of days and people."""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from bookings.engine.calendars import zone_named
from bookings.engine.minutes import Interval
from bookings.engine.rules import OfferingRule, Rules, ServiceRule, SpecialistRule
from bookings.limits import MAX_OCCUPIED_MINUTES
from bookings.models import Client, rules_of
from bookings.operations import locking
from botbackend.lib.cursors import plain_cursor
from projects.models import Project

# One JSON document instead of eight result sets: the rules of a salon are a few kilobytes.
_RULES = """
json_build_object(
  'specialists', (
    SELECT json_agg(json_build_array(id, name, is_active, has_own_hours, does_every_service)
                    ORDER BY position, name, id)
    FROM bookings_specialist
    WHERE project_id = %(project)s
      AND (%(specialists)s::bigint[] IS NULL OR id = ANY(%(specialists)s))),
  'services', (
    SELECT json_agg(json_build_array(id, name, is_active, slots, price::text, buffer_before, buffer_after,
                                     gap_start, gap_minutes, resource_kind)
                    ORDER BY position, name, id)
    FROM bookings_service
    WHERE project_id = %(project)s AND (%(services)s::bigint[] IS NULL OR id = ANY(%(services)s))),
  'offerings', (
    SELECT json_agg(json_build_array(specialist_id, service_id, duration_minutes, price::text,
                                     buffer_before, buffer_after))
    FROM bookings_offering WHERE project_id = %(project)s),
  'weekly', (
    SELECT json_agg(json_build_array(specialist_id, weekday, start_minute, end_minute)
                    ORDER BY start_minute)
    FROM bookings_weeklyrange WHERE project_id = %(project)s),
  'breaks', (
    SELECT json_agg(json_build_array(specialist_id, weekday, start_minute, end_minute))
    FROM bookings_weeklybreak WHERE project_id = %(project)s),
  'overrides', (
    SELECT json_agg(json_build_array(specialist_id, date - DATE '1970-01-01', ranges))
    FROM bookings_dateoverride
    WHERE project_id = %(project)s AND date BETWEEN %(first)s AND %(last)s),
  'days_off', (
    SELECT json_agg(json_build_array(specialist_id, date_from - DATE '1970-01-01',
                                     date_to - DATE '1970-01-01'))
    FROM bookings_dayoff
    WHERE project_id = %(project)s AND date_from <= %(last)s AND date_to >= %(first)s),
  'resources', (
    SELECT json_agg(json_build_array(id, kind) ORDER BY id)
    FROM bookings_resource WHERE project_id = %(project)s AND is_active)
)::text
"""
_IS_BLOCKED = "(SELECT is_blocked FROM bookings_client WHERE id = %(client)s)"

# Seconds in a row written around the engine widen its minute; they never make it look shorter.
_OCCUPIED = """
SELECT id, specialist_id, resource_id, status, is_overbooked,
       floor(extract(epoch FROM busy_from) / 60)::bigint, ceil(extract(epoch FROM busy_until) / 60)::bigint,
       ceil(extract(epoch FROM gap_from) / 60)::bigint, floor(extract(epoch FROM gap_until) / 60)::bigint,
       hold_until IS NOT NULL AND hold_until <= %(now)s
FROM bookings_booking
WHERE specialist_id = ANY(%(specialists)s)
  AND busy_from < %(until)s AND busy_from > %(reach)s AND busy_until > %(first)s
  AND status IN ('booked', 'held', 'completed')
"""
_OCCUPIED_ROOMS = (
    _OCCUPIED.replace("specialist_id = ANY(%(specialists)s)", "resource_id = ANY(%(resources)s)")
    + "  AND NOT specialist_id = ANY(%(specialists)s)"
)


def _grouped(rows: Iterable[list[Any]] | None, key: Callable[[list[Any]], Any]) -> dict[Any, list[Interval]]:
    grouped: dict[Any, list[Interval]] = {}
    for row in rows or ():
        grouped.setdefault(key(row), []).append((row[-2], row[-1]))
    return grouped


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def read_rules(
    project: Project,
    *,
    first: date,
    last: date,
    specialist_ids: Collection[int] | None = None,
    service_ids: Collection[int] | None = None,
) -> Rules:
    """Return the salon's rules for the local dates first..last: one statement."""
    asked = _asked(project, first, last, specialist_ids, service_ids)
    with plain_cursor() as cursor:
        cursor.execute(f"SELECT {_RULES}", asked)
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
    statement only: this one sees the rows as they were before it waited for the locks.
    """
    asked = _asked(project, first, last, specialist_ids, service_ids) | {"client": client and client.pk}
    with plain_cursor() as cursor:
        cursor.execute(_rules_for(locking.LOCK_SPECIALISTS if lock else ""), asked)
        found, is_blocked = cursor.fetchone()[:2]
    if client is not None and is_blocked is None:
        raise Client.DoesNotExist
    return _rules_from(project, json.loads(found)), bool(is_blocked)


@lru_cache(maxsize=4)
def _rules_for(lock: str) -> str:
    if not lock:
        return f"SELECT {_RULES}, {_IS_BLOCKED}"
    # The count makes PostgreSQL run the part: one that nobody reads is left out.
    return f"WITH locked AS ({lock}) SELECT {_RULES}, {_IS_BLOCKED}, (SELECT count(*) FROM locked)"  # noqa: S608


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
            row[0]: SpecialistRule(row[0], row[1], row[2], order, row[3], row[4])
            for order, row in enumerate(found["specialists"] or ())
        },
        services={
            row[0]: ServiceRule(row[0], row[1], row[2], row[3], _money(row[4]), *row[5:])
            for row in found["services"] or ()
        },
        offerings={
            (row[0], row[1]): OfferingRule(row[2], _money(row[3]), row[4], row[5])
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
    statement = f"{_OCCUPIED} UNION ALL {_OCCUPIED_ROOMS}" if resource_ids else _OCCUPIED
    with plain_cursor() as cursor:
        cursor.execute(statement, asked)
        return [Occupied._make(row) for row in cursor.fetchall()]


def _at(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
