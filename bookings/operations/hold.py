"""Keep time free while a client makes up their mind: rows under the same constraint, with an end."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bookings.engine.board import Placement
from bookings.errors import InvalidRequest, WrongStatus
from bookings.models import Booking
from bookings.operations import idempotency, locking, stored_visits, together
from bookings.operations.preconditions import check_deadline, check_not_blocked, expect_status
from bookings.operations.storing import store_new
from bookings.values import Origin, VisitRequest
from botbackend.lib.stopped_clock import current_time
from projects.models import Project


def hold_slots(
    *,
    request: VisitRequest,
    until: datetime,
    moving: Booking | None = None,
    now: datetime | None = None,
) -> list[Booking]:
    """Hold the items until the aware moment `until`; all or none, in the order of the items.

    The client's earlier holds are let go in the same transaction. `moving` is the booking that the client
    wants moved: its own time counts as free. A repeat with the same key returns the holds as they are now.
    Raises BookingError with alternatives.
    """
    return hold_visits(requests=[request], until=until, moving=moving, now=now)[0]


def hold_visits(
    *,
    requests: Sequence[VisitRequest],
    until: datetime,
    moving: Booking | None = None,
    now: datetime | None = None,
) -> list[list[Booking]]:
    """Hold several visits of one client, all or none, each as `hold_slots` does.

    Earlier holds belong to the first. A refusal says of which visit it is (`items`).
    """
    moment = now or current_time()
    if until <= moment:
        raise InvalidRequest("A hold must end in the future.", fields={"until": ["This has passed."]})
    ignore = [pk for request in requests for pk in request.hold_ids] + ([moving.pk] if moving else [])
    with together.one_transaction(requests, now=moment, ignore=ignore):
        begun = together.begin(
            requests, mark=lambda one: _mark(one, moving), now=moment, counts=moving is None
        )
        return [_hold(one, until, moving, moment) for one in begun]


def _hold(begun: together.Begun, until: datetime, moving: Booking | None, now: datetime) -> list[Booking]:
    request = begun.request
    if begun.is_done:
        return _made_before(request.project, begun.visit_id)
    with together.refusals_of(begun):
        placements = _plan(request, moving, now)
        _release(request)
        return _write(request, placements, until, moving, begun.visit_id)


def _mark(request: VisitRequest, moving: Booking | None) -> str:
    if request.fingerprint or not request.idempotency_key:
        return request.fingerprint
    return idempotency.fingerprint(
        kind="hold",
        client=request.client.pk,
        items=idempotency.items_json(request.items),
        moving=moving.pk if moving else None,
    )


def _made_before(project: Project, visit_id: uuid.UUID) -> list[Booking]:
    """Return the holds of an earlier call. Raises WrongStatus once they have become bookings."""
    found = stored_visits.of_visit(project, visit_id)
    if not found:
        raise WrongStatus("These holds have become bookings.")
    return found


def _plan(request: VisitRequest, moving: Booking | None, now: datetime) -> list[Placement]:
    if moving is not None:
        _check_move(request, moving, now)
    return stored_visits.take_places(
        project=request.project,
        items=request.items,
        origin=request.origin,
        now=now,
        client=request.client,
        ignore=[*request.hold_ids, *([moving.pk] if moving else [])],
    )


def _check_move(request: VisitRequest, moving: Booking, now: datetime) -> None:
    expect_status(moving, Booking.Status.BOOKED)
    check_not_blocked(moving)
    check_deadline(request.project, moving, request.origin, now)


def _release(request: VisitRequest) -> None:
    own = [
        row
        for row in stored_visits.lock_rows(request.project, request.hold_ids)
        if row.client_id == request.client.pk and row.status == Booking.Status.HELD
    ]
    stored_visits.cancel(request.project, own, origin=request.origin, action="released")


def _write(
    request: VisitRequest,
    placements: Sequence[Placement],
    until: datetime,
    moving: Booking | None,
    visit_id: uuid.UUID,
) -> list[Booking]:
    made = [
        stored_visits.new_row(request, placed, visit_id=visit_id, status=Booking.Status.HELD)
        for placed in placements
    ]
    for item, row in zip(request.items, made, strict=True):
        stored_visits.fill_in(row, request, item)
        row.hold_until = until
        if moving is not None:
            _leave_out(row, moving)
    store_new(project=request.project, action="held", origin=request.origin, bookings=made)
    return made


def _leave_out(row: Booking, moving: Booking) -> None:
    """Make the time that the moving visit itself occupies a gap of the hold: both must be able to stand.

    A hold that has a gap of its own cannot have two; it then stands outside the constraint, and the
    lock and the check, which see it, keep its time. Rooms have no gaps at all.
    """
    common_from = max(row.busy_from, moving.busy_from)
    common_until = min(row.busy_until, moving.busy_until)
    if common_from >= common_until:
        return
    if row.resource_id is not None and row.resource_id == moving.resource_id:
        row.is_overbooked = True
    elif row.specialist_id == moving.specialist_id:
        if row.gap_from is not None or moving.gap_from is not None:
            row.is_overbooked = True
        row.gap_from, row.gap_until = common_from, common_until


def release_holds(*, project: Project, hold_ids: Sequence[int]) -> int:
    """Let holds go; returns how many were still held. Bookings among the ids are left alone."""
    with locking.database_says_taken(), transaction.atomic():
        held = [
            row for row in stored_visits.lock_rows(project, hold_ids) if row.status == Booking.Status.HELD
        ]
        stored_visits.cancel(project, held, origin=Origin(source=Booking.Source.BOT), action="released")
        return len(held)
