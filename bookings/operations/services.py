"""Other services in a booked visit, as the desk agrees on them: the rows that stay keep their history."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bookings.engine.alternatives import with_alternatives
from bookings.engine.board import Placement
from bookings.engine.exchange import Exchange, exchange
from bookings.errors import BookingNotFound, WrongStatus
from bookings.models import Booking, Specialist
from bookings.operations import audit, locking, stored_visits
from bookings.operations.preconditions import (
    check_not_blocked,
    check_overbooking,
    edition_of,
    expect_edition,
    expect_status,
)
from bookings.operations.storing import store_new
from bookings.values import Origin, VisitRequest
from projects.models import Project

ADDED, REMOVED = "added", "removed"


def change_services(
    *,
    project: Project,
    booking_ids: Sequence[int],
    services: Mapping[int, int],
    added: Sequence[int],
    origin: Origin,
    start: datetime | None = None,
    overbook_reason: str = "",
    shown: str = "",
    now: datetime | None = None,
) -> list[Booking]:
    """Give a booked visit other services, all or none: `services` is by booking id, as `exchange` takes it.

    Only what becomes different is asked for its time, and gets today's price. `shown` is the edition that
    somebody looked at. Returns the rows of the visit in order. Raises BookingError with alternatives.
    """
    moment = now or timezone.now()
    check_overbooking(origin, overbook_reason)
    rows = list(Booking.objects.filter(project=project, pk__in=booking_ids).with_names())
    if not rows or len(rows) != len(set(booking_ids)) or not services.keys() <= set(booking_ids):
        raise BookingNotFound("There is no such booking.")
    plan = exchange(project=project, rows=rows, services=services, added=added, now=moment, start=start)
    with (
        with_alternatives(project=project, items=plan.whole, now=moment, ignore=list(booking_ids)),
        locking.database_says_taken(),
        transaction.atomic(),
    ):
        return _write(project, rows, plan, origin, overbook_reason, shown, moment)


def _write(
    project: Project,
    seen: Sequence[Booking],
    plan: Exchange,
    origin: Origin,
    reason: str,
    shown: str,
    now: datetime,
) -> list[Booking]:
    check_not_blocked(seen[0])
    _lock_people(project, seen, plan)
    placements = _places(project, plan, origin, reason, now)
    rows = {row.pk: row for row in stored_visits.lock_rows(project, [row.pk for row in seen])}
    expect_edition(rows.values(), shown)
    if edition_of(rows.values()) != edition_of(seen):
        raise WrongStatus("The visit was changed meanwhile.")
    for row in rows.values():
        expect_status(row, Booking.Status.BOOKED)
    gone = [rows.pop(pk) for pk in plan.gone]
    stored_visits.cancel(project, gone, origin=origin, action=REMOVED)
    _change(project, [rows[pk] for pk in plan.changed], placements, origin, reason)
    added = _add(project, seen[0], plan, placements[len(plan.changed) :], origin, reason)
    names = [*rows.values(), *added]
    return sorted(names, key=lambda row: (row.start, row.pk))


def _lock_people(project: Project, seen: Sequence[Booking], plan: Exchange) -> None:
    """Lock at once all whose time it may take or free: where that is open, all of the salon."""
    people = {row.specialist_id for row in seen}
    people |= {item.specialist_id for item in plan.pending if item.specialist_id is not None}
    if any(item.specialist_id is None for item in plan.pending):
        people |= set(Specialist.objects.filter(project=project).values_list("pk", flat=True))
    locking.lock_specialists(project.pk, people)


def _places(project: Project, plan: Exchange, origin: Origin, reason: str, now: datetime) -> list[Placement]:
    if not plan.pending:
        return []
    return stored_visits.take_places(
        project=project,
        items=plan.pending,
        origin=origin,
        now=now,
        ignore=plan.freed,
        overbook=bool(reason),
        as_of=plan.as_of,
    )


def _change(
    project: Project, rows: Sequence[Booking], placements: Sequence[Placement], origin: Origin, reason: str
) -> None:
    if not rows:
        return
    before = [audit.snapshot(row) for row in rows]
    # Lifted out of the constraint's sight: one may take the place that another has not left yet.
    Booking.objects.filter(pk__in=[row.pk for row in rows]).update(is_overbooked=True)
    for row, placed in zip(rows, placements, strict=False):
        if (placed.specialist_id, placed.service_id) != (row.specialist_id, row.service_id):
            row.full_price = placed.price
        stored_visits.apply(placed, row)
        row.save()
    audit.record(
        project=project,
        action="overbooked" if any(row.is_overbooked for row in rows) else "changed",
        origin=origin,
        bookings=rows,
        before=before,
        reason=reason,
    )


def _add(
    project: Project,
    first: Booking,
    plan: Exchange,
    placements: Sequence[Placement],
    origin: Origin,
    reason: str,
) -> list[Booking]:
    request = VisitRequest(project=project, client=first.client, items=plan.added, origin=origin)
    made = []
    for placed in placements:
        row = stored_visits.new_row(request, placed, visit_id=first.visit_id, status=Booking.Status.BOOKED)
        row.guest_name, row.guest_phone = first.guest_name, first.guest_phone
        made.append(row)
    store_new(project=project, action=ADDED, origin=origin, bookings=made, reason=reason)
    if not made:
        return []
    return list(Booking.objects.filter(pk__in=[row.pk for row in made]).with_names())
