"""Book a visit: all of its services or none."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bookings.engine.alternatives import with_alternatives
from bookings.engine.board import Placement
from bookings.engine.planning import make_plan
from bookings.errors import WrongStatus
from bookings.models import Booking, Client
from bookings.operations import audit, idempotency, locking, stored_visits
from bookings.operations.clients import check_cap
from bookings.operations.preconditions import check_overbooking
from bookings.operations.storing import store_new
from bookings.values import Item, Origin
from botbackend.lib.phones import e164
from botbackend.lib.text import canonical
from botbackend.lib.worded import update_row
from projects.models import Project

_ALL = tuple(field.name for field in Booking._meta.concrete_fields if not field.primary_key)


@dataclass(frozen=True, slots=True)
class Activation:
    """The rows of the visit in order; `is_new` is false when a repeat found them made already."""

    bookings: list[Booking]
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Details:
    guest_name: str
    guest_phone: str
    photo_url: str
    overbook_reason: str

    def write(self, row: Booking) -> None:
        row.guest_name, row.guest_phone = self.guest_name, self.guest_phone
        row.photo_url, row.is_overbooked = self.photo_url, bool(self.overbook_reason)


def activate_booking(
    *,
    project: Project,
    client: Client,
    items: Sequence[Item],
    origin: Origin,
    idempotency_key: str = "",
    guest_name: str = "",
    guest_phone: str = "",
    hold_ids: Sequence[int] = (),
    overbook_reason: str = "",
    photo_url: str = "",
    now: datetime | None = None,
) -> list[Booking]:
    """Book every item in one transaction and return the rows in the order of the items.

    `hold_ids` are the client's own holds: they turn into these bookings, those not needed are let go.
    `overbook_reason` lets staff put the visit on top of others; the rows then leave the constraint.
    Raises BookingError with alternatives; nothing is written then.
    """
    return activate(
        project=project,
        client=client,
        items=items,
        origin=origin,
        idempotency_key=idempotency_key,
        guest_name=guest_name,
        guest_phone=guest_phone,
        hold_ids=hold_ids,
        overbook_reason=overbook_reason,
        photo_url=photo_url,
        now=now,
    ).bookings


def activate(
    *,
    project: Project,
    client: Client,
    items: Sequence[Item],
    origin: Origin,
    idempotency_key: str = "",
    fingerprint: str = "",
    guest_name: str = "",
    guest_phone: str = "",
    hold_ids: Sequence[int] = (),
    overbook_reason: str = "",
    photo_url: str = "",
    now: datetime | None = None,
) -> Activation:
    """Like `activate_booking`, and say whether anything was new.

    `fingerprint` stands for the request where the caller knows it better than its parsed arguments.
    """
    moment, overbook_reason = now or timezone.now(), overbook_reason.strip()
    check_overbooking(origin, overbook_reason)
    phone = e164(guest_phone, country=project.home_country, field="guest_phone")
    details = _Details(canonical(guest_name), phone, photo_url, overbook_reason)
    mark = fingerprint or (_fingerprint(client, items, details) if idempotency_key else "")
    visit_id = uuid.uuid4()
    with (
        with_alternatives(project=project, items=items, now=moment),
        locking.database_says_taken(),
        transaction.atomic(),
    ):
        done = idempotency.claim(project=project, key=idempotency_key, mark=mark, visit_id=visit_id)
        if done is not None:
            return Activation(stored_visits.of_visit(project, done), is_new=False)
        check_cap(project=project, client=client, origin=origin, now=moment, lock=True)
        placements = _plan(project, client, items, origin, moment, hold_ids, details)
        made = _write(project, client, placements, origin, visit_id, hold_ids, details)
        return Activation(made, is_new=True)


def _fingerprint(client: Client, items: Sequence[Item], details: _Details) -> str:
    return idempotency.fingerprint(
        kind="activate",
        client=client.pk,
        items=[(item.service_id, item.specialist_id, item.start.timestamp()) for item in items],
        guest=[details.guest_name, details.guest_phone],
        photo=details.photo_url,
        overbook=details.overbook_reason,
    )


def _plan(
    project: Project,
    client: Client,
    items: Sequence[Item],
    origin: Origin,
    now: datetime,
    hold_ids: Sequence[int],
    details: _Details,
) -> list[Placement]:
    plan = make_plan(
        project=project,
        items=items,
        origin=origin,
        now=now,
        lock=True,
        client=client,
        ignore=hold_ids,
        overbook=bool(details.overbook_reason),
    )
    stored_visits.cancel_expired_holds(project, plan.expired_ids, now)
    return plan.placements


def _write(
    project: Project,
    client: Client,
    placements: Sequence[Placement],
    origin: Origin,
    visit_id: uuid.UUID,
    hold_ids: Sequence[int],
    details: _Details,
) -> list[Booking]:
    held = _own_holds(project, client, hold_ids, origin, placements)
    made = []
    for placed in placements:
        row = held.pop(_place(placed), None)
        if row is None:
            row = stored_visits.new_row(
                placed,
                project=project,
                client_id=client.pk,
                visit_id=visit_id,
                status=Booking.Status.BOOKED,
                origin=origin,
            )
        else:
            stored_visits.apply(
                placed, row
            )  # the hold of a move leaves the old visit's time out; a booking may not
        details.write(row)
        made.append(row)
    return _store(project, made, visit_id, origin, details)


def _place(placed: Placement) -> tuple[int, int, int]:
    return placed.specialist_id, placed.service_id, placed.start * 60


def _own_holds(
    project: Project,
    client: Client,
    hold_ids: Sequence[int],
    origin: Origin,
    placements: Sequence[Placement],
) -> dict[tuple[int, int, int], Booking]:
    """Return the holds that fit by place; let the others go. Raises WrongStatus for another client's."""
    if not hold_ids:
        return {}
    locked = stored_visits.lock_rows(project, hold_ids)
    if any(row.client_id != client.pk for row in locked):
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
    stored_visits.cancel(project, useless, origin=origin, action="released")
    return fitting


def _store(
    project: Project, made: list[Booking], visit_id: uuid.UUID, origin: Origin, details: _Details
) -> list[Booking]:
    action, reason = "overbooked" if details.overbook_reason else "booked", details.overbook_reason
    held = [row for row in made if row.pk]
    new = [row for row in made if not row.pk]
    before = [audit.snapshot(row) for row in held]
    for row in held:
        row.status, row.hold_until, row.visit_id = Booking.Status.BOOKED, None, visit_id
        update_row(row, *_ALL)
    store_new(project=project, action=action, origin=origin, bookings=new, reason=reason)
    audit.record(project=project, action=action, origin=origin, bookings=held, before=before, reason=reason)
    return made
