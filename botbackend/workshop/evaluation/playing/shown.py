"""What a card shows and what was booked, by values, so that it can be held against a file's rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from ai.models import Proposal
from bookings.models import Booking
from botbackend.lib.money import as_json_number
from botbackend.workshop.evaluation.playing.conversation import Row
from botbackend.workshop.evaluation.playing.salon import Salon


@dataclass(frozen=True)
class Shown:
    """One visit; `start` on the salon's wall clock, `price` as "450" or "from 1800"."""

    pk: int
    service: str
    specialist: str
    start: datetime
    price: str
    guest: str = ""
    phone: str = ""
    note: str | None = None  # None: this product keeps none
    status: str = "booked"
    knows_from: bool = True  # this product has prices that begin somewhere

    def __str__(self) -> str:
        guest = f" for {self.guest}" if self.guest else ""
        return f"{self.service}, {self.specialist}, {self.start:%Y-%m-%dT%H:%M}, {self.price or '-'}{guest}"


@dataclass(frozen=True)
class Card:
    """A proposal that was shown; `before` is the visit that is to be changed."""

    kind: str
    rows: list[Shown]
    before: list[Shown]


def shown_of(booking: Booking, salon: Salon) -> Shown:
    """Return the values of a row; service and specialist must be loaded."""
    begins = "from " if getattr(booking, "price_from", False) else ""
    return Shown(
        pk=booking.pk,
        service=booking.service.name,
        specialist=booking.specialist.name,
        start=booking.start.astimezone(salon.zone).replace(tzinfo=None),
        price="" if booking.price is None else f"{begins}{as_json_number(booking.price)}",
        guest=booking.guest_name,
        phone=booking.guest_phone,
        note=getattr(booking, "note", None),
        status=booking.status,
        knows_from=hasattr(booking, "price_from"),
    )


def visits_of(salon: Salon) -> list[Shown]:
    """Return the client's visits ahead of the first day, cancelled ones too; holds are no visits."""
    rows = Booking.objects.real(timezone.now()).filter(client=salon.client).with_names().order_by("pk")
    real = rows.filter(status__in=[Booking.Status.BOOKED, Booking.Status.CANCELLED])
    return [shown_of(row, salon) for row in real]


def others_of(salon: Salon) -> list[Shown]:
    """Return the visits of everybody else."""
    rows = Booking.objects.filter(project=salon.project, status=Booking.Status.BOOKED).with_names()
    return [shown_of(row, salon) for row in rows.exclude(client=salon.client).order_by("pk")]


def cards_of(salon: Salon, after: int) -> list[Card]:
    """Return the cards that were made after the proposal of this id."""
    made = Proposal.objects.filter(project=salon.project, pk__gt=after).order_by("pk")
    return [_card(proposal, salon) for proposal in made]


def _card(proposal: Proposal, salon: Salon) -> Card:
    details: dict[str, Any] = proposal.details
    rows = [_held(row, details, salon) for row in proposal.holds.with_names().order_by("start", "pk")]
    own = Booking.objects.filter(client=salon.client, pk__in=details.get("booking_ids") or []).with_names()
    visits = [shown_of(row, salon) for row in own.order_by("start", "pk")]
    return Card(proposal.kind, visits if proposal.kind == "cancel" else rows, visits)


def _held(row: Booking, details: dict[str, Any], salon: Salon) -> Shown:
    """A hold need not know yet for whom it is; then the card's details do."""
    found = shown_of(row, salon)
    guest = found.guest or str(details.get("guest_name") or "")
    note = found.note if found.note or "note" not in details else str(details["note"])
    return Shown(**{**vars(found), "guest": guest, "note": note})


def missing(wanted: Sequence[Row], rows: Iterable[Shown], *, standing: bool = False) -> Iterator[str]:
    """Tell which wanted rows are not there and which are there unwanted; `standing` ones have a status."""
    left = list(rows)
    for row in wanted:
        fitting = [one for one in left if fits(row, one) and (not standing or one.status == row.status)]
        if fitting:
            left.remove(fitting[0])
        else:
            yield f"no row {_told(row, standing)}"
    for one in left:
        yield f"an unwanted row {one}{f' ({one.status})' if standing else ''}"


def fits(wanted: Row, found: Shown) -> bool:
    """Say whether service, specialist, start, price and guest are as wanted."""
    prices = wanted.prices(found.specialist)
    if not found.knows_from:
        prices = [price.removeprefix("from ") for price in prices]
    return (
        found.service == wanted.service
        and found.specialist in wanted.specialist
        and found.start in wanted.start
        and (not prices or found.price in prices)
        and found.guest.casefold() == wanted.guest.casefold()
        and (not wanted.phone or found.phone == wanted.phone)
    )


def _told(row: Row, standing: bool) -> str:
    starts = " or ".join(f"{start:%Y-%m-%dT%H:%M}" for start in row.start)
    parts = [row.service, " or ".join(row.specialist), starts, str(row.price)]
    parts += [f"for {row.guest}"] if row.guest else []
    parts += [f"phone {row.phone}"] if row.phone else []
    return ", ".join(parts) + (f" ({row.status})" if standing else "")
