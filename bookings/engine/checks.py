"""Dry runs: exactly the rule of the operations, without locks or writes."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from bookings.engine.alternatives import with_alternatives
from bookings.engine.openings import SlotWriter
from bookings.engine.planning import make_plan
from bookings.models import Booking, Client
from bookings.operations.clients import check_cap
from bookings.values import Item, Origin, Slot
from projects.models import Project

_AS_A_CLIENT = Origin(source=Booking.Source.BOT)


def check_item(
    *,
    project: Project,
    item: Item,
    client: Client | None = None,
    ignore_booking_ids: Sequence[int] = (),
    beside: Sequence[Item] = (),
    is_move: bool = False,
    origin: Origin = _AS_A_CLIENT,
    now: datetime | None = None,
) -> Slot:
    """Say whether an operation would accept the item now: the same rule, without locks or writes.

    `beside` are places that other visits of the same act will take. A visit that moves, `is_move`, is no more
    that counts against the client's cap. Raises the BookingError of the operation, with alternatives.
    """
    return check_items(
        project=project,
        items=[item],
        client=client,
        ignore_booking_ids=ignore_booking_ids,
        beside=beside,
        is_move=is_move,
        origin=origin,
        now=now,
    )[0]


def check_items(
    *,
    project: Project,
    items: Sequence[Item],
    client: Client | None = None,
    ignore_booking_ids: Sequence[int] = (),
    beside: Sequence[Item] = (),
    is_move: bool = False,
    origin: Origin = _AS_A_CLIENT,
    now: datetime | None = None,
) -> list[Slot]:
    """Like `check_item` for a visit of several services, which are judged together."""
    moment = now or timezone.now()
    with with_alternatives(project=project, items=items, now=moment, ignore=ignore_booking_ids):
        if client is not None and not is_move:
            check_cap(project=project, client=client, origin=origin, now=moment, lock=False)
        plan = make_plan(
            project=project,
            items=items,
            origin=origin,
            now=moment,
            lock=False,
            client=client,
            ignore=ignore_booking_ids,
            beside=beside,
        )
    return SlotWriter(plan.rules).visit(plan.placements)
