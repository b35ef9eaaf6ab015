"""What staff do with a visit, of one service or several: with all of its rows or none.

`shown` is the edition of the rows (`edition_of`) that somebody looked at; of another one nothing is done and
WrongStatus says so.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bookings.engine.alternatives import with_alternatives
from bookings.errors import BookingNotFound, WrongStatus
from bookings.models import Booking
from bookings.operations import audit, locking, stored_visits
from bookings.operations.change import item_of
from bookings.operations.change_several import change_bookings
from bookings.operations.preconditions import expect_edition, expect_status
from bookings.values import Origin, VisitChange
from projects.models import Project

Status = Booking.Status
_ENDED = (Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW)


def move_visit(
    *,
    project: Project,
    changes: Mapping[int, VisitChange],
    origin: Origin,
    shown: str = "",
    now: datetime | None = None,
) -> list[Booking]:
    """Move a visit as one; `changes` is by booking id. Raises BookingError with alternatives."""
    moment = now or timezone.now()
    rows = Booking.objects.real(moment).filter(project=project, pk__in=changes).order_by("start", "pk")
    items = [item_of(changes[row.pk], row) for row in rows]
    with with_alternatives(project=project, items=items, now=moment, ignore=list(changes)):
        return change_bookings(project=project, changes=changes, origin=origin, shown=shown, now=moment)


def cancel_visit(
    *,
    project: Project,
    booking_ids: Collection[int],
    origin: Origin,
    reason: str = "",
    told: bool = False,
    shown: str = "",
) -> list[Booking]:
    """Cancel a booked visit; `told`: the client hears of it. Raises BookingNotFound, WrongStatus."""
    with locking.database_says_taken(), transaction.atomic():
        rows = _locked(project, booking_ids, shown)
        for row in rows:
            expect_status(row, Status.BOOKED)
        stored_visits.cancel(project, rows, origin=origin, action="cancelled", reason=reason, told=told)
        return rows


def finish_visit(
    *,
    project: Project,
    booking_ids: Collection[int],
    status: Booking.Status,
    origin: Origin,
    shown: str = "",
) -> list[Booking]:
    """Say how a visit ended: completed, or nobody came. Raises BookingNotFound, WrongStatus."""
    with locking.database_says_taken(), transaction.atomic():
        rows = _locked(project, booking_ids, shown)
        before = [audit.snapshot(row) for row in rows]
        for row in rows:
            expect_status(row, Status.BOOKED, Status.COMPLETED, Status.NO_SHOW)
            row.status = status
        return _save(project, rows, before, ["status"], status.value, origin)


def mark_arrived(
    *,
    project: Project,
    booking_ids: Collection[int],
    origin: Origin,
    arrived: bool = True,
    shown: str = "",
    now: datetime | None = None,
) -> list[Booking]:
    """Note that the client has come in, or has not after all. Raises BookingNotFound, WrongStatus."""
    moment = now or timezone.now()
    with locking.database_says_taken(), transaction.atomic():
        rows = _locked(project, booking_ids, shown)
        before = [audit.snapshot(row) for row in rows]
        for row in rows:
            expect_status(row, Status.BOOKED)
            row.arrived_at = moment if arrived else None
        return _save(project, rows, before, ["arrived_at"], "arrived" if arrived else "not_arrived", origin)


def restore_visit(
    *,
    project: Project,
    booking_ids: Collection[int],
    origin: Origin,
    shown: str = "",
    now: datetime | None = None,
) -> list[Booking]:
    """Take back that a visit was cancelled, took place or was missed, as long as its time is free.

    It was agreed on once, so that only other visits are asked, not the rules of today. Raises SlotTaken,
    WrongStatus, BookingNotFound.
    """
    moment = now or timezone.now()
    with locking.database_says_taken(), transaction.atomic():
        known = Booking.objects.filter(project=project, pk__in=booking_ids)
        locking.lock_specialists(project.pk, set(known.values_list("specialist_id", flat=True)))
        rows = _locked(project, booking_ids, shown)
        if any(row.hold_until is not None for row in rows if row.status == Status.CANCELLED):
            raise WrongStatus("A hold that ended is no visit.")
        before = [audit.snapshot(row) for row in rows]
        for row in rows:
            expect_status(row, *_ENDED)
            stored_visits.cancel_expired_holds(project, _holds_over(row), moment)
            row.status = Status.BOOKED
        return _save(project, rows, before, ["status"], "restored", origin)


def _locked(project: Project, booking_ids: Collection[int], shown: str) -> list[Booking]:
    rows = stored_visits.lock_rows(project, booking_ids)
    if not rows or len(rows) != len(set(booking_ids)):
        raise BookingNotFound("There is no such booking.")
    expect_edition(rows, shown)
    return rows


def _holds_over(row: Booking) -> list[int]:
    """Return the holds on the time of a row or in its room; those that ended still stand in its way."""
    held = Booking.objects.filter(project=row.project_id, status=Status.HELD)
    there = held.filter(busy_from__lt=row.busy_until, busy_until__gt=row.busy_from)
    return [
        pk
        for pk, specialist, resource in there.values_list("pk", "specialist_id", "resource_id")
        if specialist == row.specialist_id or (resource is not None and resource == row.resource_id)
    ]


def _save(
    project: Project,
    rows: Sequence[Booking],
    before: Sequence[audit.Snapshot],
    columns: Sequence[str],
    action: str,
    origin: Origin,
) -> list[Booking]:
    """Store what differs, in the order of the day; what was so already leaves no trace."""
    changed = [
        (row, earlier) for row, earlier in zip(rows, before, strict=True) if audit.snapshot(row) != earlier
    ]
    for row, _ in changed:
        row.save(update_fields=[*columns, "updated_at"])
    audit.record(
        project=project,
        action=action,
        origin=origin,
        bookings=[row for row, _ in changed],
        before=[earlier for _, earlier in changed],
    )
    return sorted(rows, key=lambda row: (row.start, row.pk))
