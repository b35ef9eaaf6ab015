"""Book a visit: all of its services or none."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from bookings.engine.board import Placement
from bookings.errors import WrongStatus
from bookings.models import Booking
from bookings.operations import audit, idempotency, stored_visits, together
from bookings.operations.preconditions import check_overbooking
from bookings.operations.storing import store_new
from bookings.values import VisitRequest


@dataclass(frozen=True, slots=True)
class Activation:
    """The rows of the visit in order; `is_new` is false when a repeat found them made already."""

    bookings: list[Booking]
    is_new: bool


def activate_booking(*, request: VisitRequest, now: datetime | None = None) -> list[Booking]:
    """Book every item in one transaction and return the rows in the order of the items.

    The client's holds turn into these bookings, those not needed are let go. Raises BookingError with
    alternatives; nothing is written then.
    """
    return activate(request=request, now=now).bookings


def activate(*, request: VisitRequest, now: datetime | None = None) -> Activation:
    """Like `activate_booking`, and say whether anything was new."""
    return activate_visits(requests=[request], now=now)[0]


def activate_visits(*, requests: Sequence[VisitRequest], now: datetime | None = None) -> list[Activation]:
    """Book several visits of one client, all or none; each has its own key and its own holds.

    A refusal says of which visit it is (`items`), and its alternatives are to that one.
    """
    moment = now or timezone.now()
    for request in requests:
        check_overbooking(request.origin, request.overbook_reason)
    with together.one_transaction(requests, now=moment):
        return [_activate(one, moment) for one in together.begin(requests, mark=_mark, now=moment)]


def _activate(begun: together.Begun, now: datetime) -> Activation:
    request, visit_id = begun.request, begun.visit_id
    if begun.is_done:
        return Activation(stored_visits.of_visit(request.project, visit_id), is_new=False)
    with together.refusals_of(begun):
        return Activation(_write(request, _plan(request, now), visit_id), is_new=True)


def _mark(request: VisitRequest) -> str:
    if request.fingerprint or not request.idempotency_key:
        return request.fingerprint
    return idempotency.fingerprint(
        kind="activate",
        client=request.client.pk,
        items=idempotency.items_json(request.items),
        guest=[request.guest_name, request.guest_phone],
        photo=request.photo_url,
        overbook=request.overbook_reason,
        **({"note": request.note} if request.note else {}),  # without one a key of before stays what it was
    )


def _plan(request: VisitRequest, now: datetime) -> list[Placement]:
    return stored_visits.take_places(
        project=request.project,
        items=request.items,
        origin=request.origin,
        now=now,
        client=request.client,
        ignore=request.hold_ids,
        overbook=bool(request.overbook_reason),
    )


def _write(request: VisitRequest, placements: Sequence[Placement], visit_id: uuid.UUID) -> list[Booking]:
    held = _own_holds(request, placements)
    made = []
    for item, placed in zip(request.items, placements, strict=True):
        row = held.pop(_place(placed), None)
        if row is None:
            row = stored_visits.new_row(request, placed, visit_id=visit_id, status=Booking.Status.BOOKED)
        else:  # the hold of a move leaves the old visit's time out; a booking may not
            stored_visits.apply(placed, row)
        stored_visits.fill_in(row, request, item)
        made.append(row)
    return _store(request, made, visit_id)


def _place(placed: Placement) -> tuple[int, int, int]:
    return placed.specialist_id, placed.service_id, placed.start * 60


def _own_holds(request: VisitRequest, placements: Sequence[Placement]) -> dict[tuple[int, int, int], Booking]:
    """Return the holds that fit by place; let the others go. Raises WrongStatus for another client's."""
    if not request.hold_ids:
        return {}
    locked = stored_visits.lock_rows(request.project, request.hold_ids)
    if any(row.client_id != request.client.pk for row in locked):
        raise WrongStatus("This hold belongs to another client.")
    wanted = {_place(placed) for placed in placements}
    fitting: dict[tuple[int, int, int], Booking] = {}
    useless = []
    for row in locked:
        if row.status != Booking.Status.HELD:
            continue
        place = (row.specialist_id, row.service_id, int(row.start.timestamp()))
        if place in wanted and place not in fitting:
            fitting[place] = row
        else:
            useless.append(row)
    stored_visits.cancel(request.project, useless, origin=request.origin, action="released")
    return fitting


def _store(request: VisitRequest, made: list[Booking], visit_id: uuid.UUID) -> list[Booking]:
    reason = request.overbook_reason
    action = "overbooked" if any(row.is_overbooked for row in made) else "booked"
    held = [row for row in made if row.pk]
    before = [audit.snapshot(row) for row in held]
    for row in held:
        row.status, row.hold_until, row.visit_id = Booking.Status.BOOKED, None, visit_id
        row.save(force_update=True)
    new = [row for row in made if not row.pk]
    store_new(project=request.project, action=action, origin=request.origin, bookings=new, reason=reason)
    audit.record(
        project=request.project,
        action=action,
        origin=request.origin,
        bookings=held,
        before=before,
        reason=reason,
    )
    return made
