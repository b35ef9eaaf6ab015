"""Salons full of visits, made at random."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from bookings.models import Booking, BookingEvent, Client
from bookings.tests.factories import make_client, make_project, make_service, make_specialist
from projects.models import Project

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
Status = Booking.Status


def fill(salon: Project, *, count: int, seed: int, around: datetime = NOW, days: int = 45) -> list[Booking]:
    """Give the salon visits of every kind around a moment, overlapping as they like."""
    chance = Random(seed)
    people = [make_specialist(salon) for _ in range(3)]
    services = [make_service(salon) for _ in range(4)]
    clients: list[Client] = [make_client(salon) for _ in range(6)]
    rows = []
    for _ in range(count):
        start = around + timedelta(minutes=15 * chance.randrange(-days * 96, days * 96))
        end = start + timedelta(minutes=chance.choice([30, 45, 60, 150]))
        price = chance.choice([None, Decimal("700.00"), Decimal("350.50")])
        status = chance.choice(list(Status))
        is_hold = status == Status.HELD or (status == Status.CANCELLED and chance.random() < 0.3)
        rows.append(
            Booking(
                project=salon, client=chance.choice(clients), specialist=chance.choice(people),
                service=chance.choice(services), status=status, start=start, end=end, busy_from=start,
                busy_until=end, hold_until=start if is_hold else None, is_overbooked=True, price=price,
                price_from=price is not None and chance.random() < 0.2,
                source=chance.choice(list(Booking.Source)),
            )
        )  # fmt: skip
    return Booking.objects.bulk_create(rows)


def note(booking: Booking, action: str, at: datetime, source: str = "bot") -> None:
    """Leave a line of the audit of that moment."""
    line = BookingEvent.objects.create(project=booking.project, booking=booking, action=action, source=source)
    BookingEvent.objects.filter(pk=line.pk).update(at=at)


__all__ = ["NOW", "fill", "make_project", "note"]
