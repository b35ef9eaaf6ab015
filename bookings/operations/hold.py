"""Keep time free while a client makes up their mind: rows under the same constraint, with an end."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bookings.engine.alternatives import with_alternatives
from bookings.engine.board import Placement
from bookings.engine.planning import make_plan
from bookings.errors import InvalidRequest, WrongStatus
from bookings.models import Booking, Client
from bookings.operations import idempotency, locking, stored_visits
from bookings.operations.clients import check_cap
from bookings.operations.preconditions import check_deadline, check_not_blocked, expect_status
from bookings.operations.storing import store_new
from bookings.values import Item, Origin
from projects.models import Project


def hold_slots(
    *,
    project: Project,
    client: Client,
    items: Sequence[Item],
    until: datetime,
    origin: Origin,
    replaces: Sequence[int] = (),
    moving: Booking | None = None,
    idempotency_key: str = "",
    now: datetime | None = None,
) -> list[Booking]:
    """Hold the items until the aware moment `until`; all or none, in the order of the items.

    `replaces` are the client's own holds that are let go in the same transaction. `moving` is the booking
    that the client wants moved: its own time counts as free. A repeat with the same key returns the holds
    as they are now. Raises BookingError with alternatives.
    """
    moment = now or timezone.now()
    if until <= moment:
        raise InvalidRequest("A hold must end in the future.", fields={"until": ["This has passed."]})
    ignore = [*replaces, *([moving.pk] if moving else [])]
    mark, visit_id = _fingerprint(client, items, moving), uuid.uuid4()
    with (
        with_alternatives(project=project, items=items, now=moment, ignore=ignore),
        locking.database_says_taken(),
        transaction.atomic(),
    ):
        done = idempotency.claim(project=project, key=idempotency_key, mark=mark, visit_id=visit_id)
        if done is not None:
            return _made_before(project, done)
        if moving is None:
            check_cap(project=project, client=client, origin=origin, now=moment, lock=True)
        else:
            _check_move(project, moving, origin, moment)
        plan = make_plan(
            project=project,
            items=items,
            origin=origin,
            now=moment,
            lock=True,
            client=client if moving is None else None,
            ignore=ignore,
        )
        stored_visits.cancel_expired_holds(project, plan.expired_ids, moment)
        _release(project, client, replaces, origin)
        return _write(project, client, plan.placements, origin, until, moving, visit_id)


def _fingerprint(client: Client, items: Sequence[Item], moving: Booking | None) -> str:
    return idempotency.fingerprint(
        kind="hold",
        client=client.pk,
        items=[(item.service_id, item.specialist_id, item.start.timestamp()) for item in items],
        moving=moving.pk if moving else None,
    )


def _made_before(project: Project, visit_id: uuid.UUID) -> list[Booking]:
    """Return the holds of an earlier call. Raises WrongStatus once they have become bookings."""
    found = stored_visits.of_visit(project, visit_id)
    if not found:
        raise WrongStatus("These holds have become bookings.")
    return found


def _check_move(project: Project, moving: Booking, origin: Origin, now: datetime) -> None:
    expect_status(moving, Booking.Status.BOOKED)
    check_not_blocked(moving)
    check_deadline(project, moving, origin, now)


def _release(project: Project, client: Client, hold_ids: Sequence[int], origin: Origin) -> None:
    if hold_ids:
        own = [
            row
            for row in stored_visits.lock_rows(project, hold_ids)
            if row.client_id == client.pk and row.status == Booking.Status.HELD
        ]
        stored_visits.cancel(project, own, origin=origin, action="released")


def _write(
    project: Project,
    client: Client,
    placements: Sequence[Placement],
    origin: Origin,
    until: datetime,
    moving: Booking | None,
    visit_id: uuid.UUID,
) -> list[Booking]:
    made = [
        stored_visits.new_row(
            placed,
            project=project,
            client_id=client.pk,
            visit_id=visit_id,
            status=Booking.Status.HELD,
            origin=origin,
        )
        for placed in placements
    ]
    for row in made:
        row.hold_until = until
        if moving is not None:
            _leave_out(row, moving)
    store_new(project=project, action="held", origin=origin, bookings=made)
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
