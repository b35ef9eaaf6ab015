"""The booked rows of a salon at one moment, and what changed between two moments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bookings.models import Booking
from projects.models import Project

Kind = Literal["book", "change", "cancel"]


@dataclass(frozen=True)
class Row:
    """A booked visit by its values."""

    pk: int
    client_id: int
    service: str
    specialist: str
    start: datetime
    end: datetime
    price: Decimal | None
    guest: str


@dataclass(frozen=True)
class Change:
    """One row that was made, moved or cancelled; `row` as it is after it, a cancelled one as it was."""

    kind: Kind
    row: Row


def booked_rows(project: Project) -> dict[int, Row]:
    """Return what is booked; held rows are no visits."""
    rows = Booking.objects.filter(project=project, status=Booking.Status.BOOKED)
    return {row.pk: row_of(row) for row in rows.select_related("service", "specialist")}


def row_of(booking: Booking) -> Row:
    """Return the values of a booking; service and specialist must be loaded."""
    return Row(
        booking.pk,
        booking.client_id,
        booking.service.name,
        booking.specialist.name,
        booking.start,
        booking.end,
        booking.price,
        booking.guest_name,
    )


def changes(before: Mapping[int, Row], after: Mapping[int, Row]) -> list[Change]:
    """Return what turned `before` into `after`."""
    found = [Change("book", row) for pk, row in after.items() if pk not in before]
    found += [Change("cancel", row) for pk, row in before.items() if pk not in after]
    found += [Change("change", row) for pk, row in after.items() if pk in before and before[pk] != row]
    return found
