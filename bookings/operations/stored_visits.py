"""Placements written as rows."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from bookings.engine.board import Placement
from bookings.engine.minutes import moment_of
from bookings.engine.planning import make_plan
from bookings.models import Booking, Client
from bookings.operations import audit
from bookings.values import Item, Origin, VisitRequest
from projects.models import Project


def apply(placed: Placement, booking: Booking) -> None:
    """Set the columns that a placement decides; the price is not among them."""
    for column, value in _columns(placed).items():
        setattr(booking, column, value)


def _columns(placed: Placement) -> dict[str, Any]:
    shape, gap_from = placed.shape, placed.start + placed.shape.gap_start
    return {
        "specialist_id": placed.specialist_id,
        "service_id": placed.service_id,
        "resource_id": placed.resource_id,
        "start": moment_of(placed.start),
        "end": moment_of(placed.end),
        "busy_from": moment_of(placed.start - shape.before),
        "busy_until": moment_of(placed.end + shape.after),
        "gap_from": moment_of(gap_from) if shape.gap_minutes else None,
        "gap_until": moment_of(gap_from + shape.gap_minutes) if shape.gap_minutes else None,
        "is_overbooked": placed.is_on_top,
    }


def new_row(
    request: VisitRequest, placed: Placement, *, visit_id: uuid.UUID, status: Booking.Status
) -> Booking:
    """Return an unsaved booking with the catalogue's price of today."""
    row = Booking(
        project=request.project,
        client=request.client,
        visit_id=visit_id,
        status=status,
        source=request.origin.source,
        **_columns(placed),
    )
    row.full_price = placed.price
    return row


def fill_in(booking: Booking, request: VisitRequest, item: Item) -> None:
    """Write down who comes for the item, and what the request says beside it."""
    has_guests = any(one.guest_name for one in request.items)
    booking.guest_name = item.guest_name or request.guest_name
    booking.guest_phone = request.guest_phone if booking.guest_name or not has_guests else ""
    booking.photo_url, booking.note = request.photo_url, ""
    booking.add_remarks(request.note)


def of_visit(project: Project, visit_id: uuid.UUID) -> list[Booking]:
    """Return the rows of a visit in order, with their names loaded."""
    found = Booking.objects.filter(project=project, visit_id=visit_id)
    return list(found.with_names())


def lock_rows(project: Project, booking_ids: Collection[int]) -> list[Booking]:
    """Lock these bookings of the project in id order and return them as they are now, with their names."""
    if not booking_ids:
        return []
    rows = Booking.objects.filter(project=project, pk__in=booking_ids).order_by("id")
    locked = rows.select_for_update(no_key=True, of=("self",))
    return list(locked.select_related("specialist", "service"))


def take_places(
    *,
    project: Project,
    items: Sequence[Item],
    origin: Origin,
    now: datetime,
    ignore: Collection[int],
    client: Client | None = None,
    overbook: bool = False,
    as_of: datetime | None = None,
) -> list[Placement]:
    """Find the places of the items under their locks, and let holds that ended make room there.

    Parameters and refusals are those of `make_plan`.
    """
    plan = make_plan(
        project=project,
        items=items,
        origin=origin,
        now=now,
        lock=True,
        client=client,
        ignore=ignore,
        overbook=overbook,
        as_of=as_of,
    )
    cancel_expired_holds(project, plan.expired_ids, now)
    return plan.placements


def cancel_expired_holds(project: Project, hold_ids: Sequence[int], now: datetime) -> None:
    """Take expired holds out of the constraint's sight."""
    if not hold_ids:
        return
    rows = [
        row
        for row in lock_rows(project, hold_ids)
        if row.status == Booking.Status.HELD and row.hold_until is not None and row.hold_until <= now
    ]
    cancel(project, rows, origin=Origin(source=Booking.Source.BOT), action="expired")


def cancel(
    project: Project,
    rows: Sequence[Booking],
    *,
    origin: Origin,
    action: str,
    reason: str = "",
    told: bool = False,
) -> None:
    """Cancel locked rows and leave their traces; `told`: the client hears of it."""
    before = [audit.snapshot(row) for row in rows]
    for row in rows:
        row.status = Booking.Status.CANCELLED
        row.save(update_fields=["status", "updated_at"])
    audit.record(
        project=project,
        action=action,
        origin=origin,
        bookings=rows,
        before=before,
        reason=reason,
        more={"told": True} if told else None,
    )
