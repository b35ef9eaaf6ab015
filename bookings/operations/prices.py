"""What a booked visit costs alone, as the desk agrees on it: the list of prices stays as it is."""

from collections.abc import Mapping

from django.db import transaction

from bookings.errors import BookingNotFound, InvalidRequest
from bookings.models import Booking
from bookings.models.prices import Price
from bookings.operations import audit, stored_visits
from bookings.operations.preconditions import expect_edition, expect_status
from bookings.values import Origin
from projects.models import Project

ACTION = "priced"
_LONGEST_REASON = 500
_HAS_A_PRICE = (Booking.Status.BOOKED, Booking.Status.COMPLETED, Booking.Status.NO_SHOW)


@transaction.atomic
def set_prices(
    *, project: Project, prices: Mapping[int, Price | None], origin: Origin, reason: str, shown: str = ""
) -> list[Booking]:
    """Let rows of a visit cost what was agreed on, by booking id; None tells no price. All or none.

    A move keeps it, another service or specialist brings the price of the list. The history has both prices
    and the reason, which nobody else is told. `shown` is the edition of these rows. Raises BookingNotFound,
    InvalidRequest without a reason or by anybody but staff, and WrongStatus for what is held or cancelled.
    """
    reason = reason.strip()
    if not origin.for_staff:
        raise InvalidRequest("Only staff may set the price of a visit.")
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise InvalidRequest("no reason", fields={"reason": [f"1 to {_LONGEST_REASON} characters."]})
    rows = stored_visits.lock_rows(project, prices)
    if not rows or len(rows) != len(prices):
        raise BookingNotFound("There is no such booking.")
    expect_edition(rows, shown)
    for row in rows:
        expect_status(row, *_HAS_A_PRICE)
    changed = [row for row in rows if row.full_price != prices[row.pk]]
    before = [audit.snapshot(row) for row in changed]
    for row in changed:
        row.full_price = prices[row.pk]
        row.save(update_fields=["price", "price_from", "price_to", "updated_at"])
    audit.record(
        project=project, action=ACTION, origin=origin, bookings=changed, before=before, reason=reason
    )
    return sorted(rows, key=lambda row: (row.start, row.pk))
