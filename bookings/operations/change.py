"""Move a visit or give it another service, specialist or guest. The row keeps its id and its history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bookings.engine.alternatives import with_alternatives
from bookings.engine.board import Placement
from bookings.engine.minutes import moment_of
from bookings.errors import SlotTaken
from bookings.models import Booking, Client
from bookings.operations import audit, idempotency, locking, stored_visits
from bookings.operations.preconditions import (
    check_deadline,
    check_not_blocked,
    check_overbooking,
    expect_status,
    own_booking,
)
from bookings.values import Item, Origin, VisitChange
from botbackend.lib.phones import e164
from projects.models import Project

_ATTEMPTS = 3
_ANOTHER_VISIT = timedelta(hours=6)


class Outrun(Exception):
    """The booking was changed between our reading it and locking it."""


def item_of(change: VisitChange, booking: Booking) -> Item:
    """Return what the booking would be after the change."""
    return Item(
        service_id=booking.service_id if change.service_id is None else change.service_id,
        specialist_id=booking.specialist_id if change.specialist_id is None else change.specialist_id,
        start=booking.start if change.start is None else change.start,
    )


def _place(booking: Booking) -> tuple[int, int, datetime]:
    return booking.specialist_id, booking.service_id, booking.start


def moves(change: VisitChange, booking: Booking) -> bool:
    """Say whether the change gives the booking another place: specialist, service or start."""
    item = item_of(change, booking)
    return _place(booking) != (item.specialist_id, item.service_id, item.start)


def change_booking(
    *,
    project: Project,
    booking_id: int,
    origin: Origin,
    change: VisitChange,
    idempotency_key: str = "",
    client: Client | None = None,
    now: datetime | None = None,
) -> Booking:
    """Change what is given of a booked visit.

    A refused change leaves the old slot as it was; a granted one frees it in the same commit. The price
    stays unless the service or the specialist becomes another. With `client` the booking must be theirs,
    else BookingNotFound. Raises BookingError with alternatives.
    """
    moment = now or timezone.now()
    check_overbooking(origin, change.overbook_reason)
    if change.guest_phone is not None:
        phone = e164(change.guest_phone, country=project.home_country, field="guest_phone")
        change = replace(change, guest_phone=phone)
    current = own_booking(project, booking_id, client, now=moment)
    ignore = [booking_id, *change.hold_ids]
    with (
        with_alternatives(project=project, items=[item_of(change, current)], now=moment, ignore=ignore),
        locking.database_says_taken(),
        transaction.atomic(),
    ):
        mark, visit_id = fingerprint_of(change, booking_id), current.visit_id
        done = idempotency.claim(project=project, key=idempotency_key, mark=mark, visit_id=visit_id)
        if done is not None:
            return own_booking(project, booking_id, client)
        return _change(project, current, change, origin, client, moment)


def note_on_booking(
    *,
    project: Project,
    booking_id: int,
    note: str,
    origin: Origin,
    client: Client | None = None,
    now: datetime | None = None,
) -> Booking:
    """Add a client's remark to a booked visit, however soon it is; what stands there already is not repeated.

    Raises BookingNotFound, WrongStatus.
    """
    change = VisitChange(note=note)
    return change_booking(
        project=project, booking_id=booking_id, origin=origin, change=change, client=client, now=now
    )


def fingerprint_of(change: VisitChange, booking_id: int) -> str:
    """Return what a repeat of the change is known by."""
    return idempotency.fingerprint(
        kind="change",
        booking=booking_id,
        start=None if change.start is None else change.start.timestamp(),
        wish=[
            change.service_id,
            change.specialist_id,
            change.guest_name,
            change.guest_phone,
            change.overbook_reason,
            *([change.note] if change.note else []),  # without one a key of before stays what it was
        ],
    )


def _change(
    project: Project,
    current: Booking,
    change: VisitChange,
    origin: Origin,
    client: Client | None,
    now: datetime,
) -> Booking:
    """Plan under the specialists' locks, then lock the booking: in this order everywhere.

    Another change may come first; then its locks are given back with the savepoint and we look again.
    """
    for _ in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return attempt(project, current, change, origin, now)
        except Outrun:
            current = own_booking(project, current.pk, client)
    raise SlotTaken("The visit is being changed by somebody else.")


def attempt(
    project: Project,
    seen: Booking,
    change: VisitChange,
    origin: Origin,
    now: datetime,
    ignore: Sequence[int] = (),
) -> Booking:
    """Change one booking in the caller's transaction. The time of what is in `ignore` counts as free.

    Raises Outrun when the row is not what was seen any more.
    """
    expect_status(seen, Booking.Status.BOOKED)
    placed = _plan(project, seen, change, origin, now, ignore) if moves(change, seen) else None
    booking, holds = _locked(project, seen, change.hold_ids)
    before = audit.snapshot(booking)
    stored_visits.cancel(project, holds, origin=origin, action="released")
    if placed is not None:
        if (placed.specialist_id, placed.service_id) != (booking.specialist_id, booking.service_id):
            booking.full_price = placed.price
        _forget_arrival(booking, placed)
        stored_visits.apply(placed, booking)
    booking.guest_name = booking.guest_name if change.guest_name is None else change.guest_name
    booking.guest_phone = booking.guest_phone if change.guest_phone is None else change.guest_phone
    booking.add_remarks(change.note)
    if audit.snapshot(booking) != before:
        booking.save()
        _record(project, booking, before, origin, change.overbook_reason if placed else "")
    return booking


def _forget_arrival(booking: Booking, placed: Placement) -> None:
    """Who came today has not come yet to a visit that is put off to another time of day, or another day."""
    if booking.arrived_at is not None and moment_of(placed.start) - booking.start >= _ANOTHER_VISIT:
        booking.arrived_at = None


def _record(
    project: Project, booking: Booking, before: audit.Snapshot, origin: Origin, overbook_reason: str
) -> None:
    audit.record(
        project=project,
        action="overbooked" if overbook_reason and booking.is_overbooked else "changed",
        origin=origin,
        bookings=[booking],
        before=[before],
        reason=overbook_reason,
    )


def _plan(
    project: Project,
    seen: Booking,
    change: VisitChange,
    origin: Origin,
    now: datetime,
    ignore: Sequence[int],
) -> Placement:
    check_not_blocked(seen)
    check_deadline(project, seen, origin, now)
    [placed] = stored_visits.take_places(
        project=project,
        items=[item_of(change, seen)],
        origin=origin,
        now=now,
        ignore=[seen.pk, *change.hold_ids, *ignore],
        overbook=bool(change.overbook_reason),
    )
    return placed


def _locked(project: Project, seen: Booking, hold_ids: Sequence[int]) -> tuple[Booking, list[Booking]]:
    locked = stored_visits.lock_rows(project, [seen.pk, *hold_ids])
    booking = next(row for row in locked if row.pk == seen.pk)
    if (booking.status, booking.client_id, *_place(booking)) != (seen.status, seen.client_id, *_place(seen)):
        raise Outrun
    booking.client, booking.specialist, booking.service = seen.client, seen.specialist, seen.service
    booking.is_overbooked = seen.is_overbooked  # it may be lifted for the moment
    holds = [
        row
        for row in locked
        if row.pk != seen.pk and row.client_id == seen.client_id and row.status == Booking.Status.HELD
    ]
    return booking, holds
