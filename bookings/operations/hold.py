"""Keep time free while a client makes up their mind: rows under the same constraint, with an end."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest

from django.db import transaction
from django.utils import timezone

from bookings.engine.board import Placement
from bookings.errors import InvalidRequest, WrongStatus
from bookings.models import Booking
from bookings.operations import idempotency, locking, stored_visits, together
from bookings.operations.preconditions import check_deadline, check_not_blocked, expect_status
from bookings.operations.storing import store_new
from bookings.values import Origin, VisitRequest
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
    moves = () if moving is None else (moving,)
    return hold_visits(requests=[request], until=until, moving=moves, now=now)[0]


def hold_visits(
    *,
    requests: Sequence[VisitRequest],
    until: datetime,
    moving: Sequence[Booking] = (),
    leaving: Sequence[Booking] = (),
    now: datetime | None = None,
) -> list[list[Booking]]:
    """Hold several visits of one client, all or none, each as `hold_slots` does.

    Where they are moves, `moving` has the booking of each, and `leaving` those that are cancelled by the same
    yes: what any of them occupies counts as free for all. Earlier holds belong to the first. A refusal says
    of which visit it is (`items`).
    """
    moment = now or timezone.now()
    if until <= moment:
        raise InvalidRequest("A hold must end in the future.", fields={"until": ["This has passed."]})
    freed = [*moving, *leaving]
    ignore = [pk for request in requests for pk in request.hold_ids] + [one.pk for one in freed]
    with together.one_transaction(requests, now=moment, ignore=ignore):
        for one in leaving:
            _check_move(one, requests[0], moment)
        begun = together.begin(requests, mark=lambda one: _mark(one, freed), now=moment, counts=not moving)
        return [_hold(one, until, mover, freed, moment) for one, mover in zip_longest(begun, moving)]


def _hold(
    begun: together.Begun,
    until: datetime,
    moving: Booking | None,
    freed: Sequence[Booking],
    now: datetime,
) -> list[Booking]:
    request = begun.request
    if begun.is_done:
        return _made_before(request.project, begun.visit_id)
    with together.refusals_of(begun):
        if moving is not None:
            _check_move(moving, request, now)
        placements = _plan(request, freed, now)
        _release(request)
        return _write(request, placements, until, freed, begun.visit_id)


def _mark(request: VisitRequest, freed: Sequence[Booking]) -> str:
    if request.fingerprint or not request.idempotency_key:
        return request.fingerprint
    return idempotency.fingerprint(
        kind="hold",
        client=request.client.pk,
        items=idempotency.items_json(request.items),
        moving=[one.pk for one in freed],
    )


def _made_before(project: Project, visit_id: uuid.UUID) -> list[Booking]:
    """Return the holds of an earlier call. Raises WrongStatus once they have become bookings."""
    found = stored_visits.of_visit(project, visit_id)
    if not found:
        raise WrongStatus("These holds have become bookings.")
    return found


def _plan(request: VisitRequest, freed: Sequence[Booking], now: datetime) -> list[Placement]:
    return stored_visits.take_places(
        project=request.project,
        items=request.items,
        origin=request.origin,
        now=now,
        client=request.client,
        ignore=[*request.hold_ids, *(one.pk for one in freed)],
    )


def _check_move(moving: Booking, request: VisitRequest, now: datetime) -> None:
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
    freed: Sequence[Booking],
    visit_id: uuid.UUID,
) -> list[Booking]:
    made = [
        stored_visits.new_row(request, placed, visit_id=visit_id, status=Booking.Status.HELD)
        for placed in placements
    ]
    for item, row in zip(request.items, made, strict=True):
        stored_visits.fill_in(row, request, item)
        row.hold_until = until
        _leave_out(row, freed)
    store_new(project=request.project, action="held", origin=request.origin, bookings=made)
    return made


def _leave_out(row: Booking, freed: Sequence[Booking]) -> None:
    """Make the time that a visit on its way out occupies a gap of the hold: both must be able to stand.

    A hold that has a gap of its own, or meets several visits, cannot have two; it then stands outside the
    constraint, and the lock and the check, which see it, keep its time. Rooms have no gaps at all.
    """
    meets = [one for one in freed if max(row.busy_from, one.busy_from) < min(row.busy_until, one.busy_until)]
    if any(row.resource_id is not None and row.resource_id == one.resource_id for one in meets):
        row.is_overbooked = True
        return
    own = [one for one in meets if one.specialist_id == row.specialist_id]
    if len(own) > 1 or any(row.gap_from is not None or one.gap_from is not None for one in own):
        row.is_overbooked = True
    if len(own) == 1:
        row.gap_from = max(row.busy_from, own[0].busy_from)
        row.gap_until = min(row.busy_until, own[0].busy_until)


def release_holds(*, project: Project, hold_ids: Sequence[int]) -> int:
    """Let holds go; returns how many were still held. Bookings among the ids are left alone."""
    with locking.database_says_taken(), transaction.atomic():
        held = [
            row for row in stored_visits.lock_rows(project, hold_ids) if row.status == Booking.Status.HELD
        ]
        stored_visits.cancel(project, held, origin=Origin(source=Booking.Source.BOT), action="released")
        return len(held)
