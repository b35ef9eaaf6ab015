"""A salon with people, services and clients for the tests of wording, guard and menus."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from bookings.models import Booking, Client, Service, Specialist
from bookings.tests import factories as bookings
from projects.models import Project


@dataclass
class VoiceSalon:
    project: Project
    anna: Specialist
    olga: Specialist
    manicure: Service
    haircut: Service
    brows: Service
    client: Client
    extra: dict[str, Any] = field(default_factory=dict)

    def booking(self, start: datetime, **over: Any) -> Booking:
        """A visit of the client, committed."""
        return bookings.make_booking(self.anna, self.manicure, start, client=self.client, **over)


def make_salon(**over: Any) -> VoiceSalon:
    """Anna does manicure and brows, Olga the haircut; hours 09:00-21:00, grid of 30 minutes."""
    project = bookings.make_project(name="Салон Краса", **over)
    anna = bookings.make_specialist(project, "Анна", position=1, does_every_service=False)
    olga = bookings.make_specialist(project, "Ольга", position=2, does_every_service=False)
    manicure = bookings.make_service(project, "Манікюр", price=Decimal(600), position=1)
    haircut = bookings.make_service(project, "Стрижка", price=Decimal("700.50"), position=2)
    brows = bookings.make_service(project, "Брови", duration_minutes=30, price=None, position=3)
    bookings.make_offering(anna, manicure)
    bookings.make_offering(anna, brows)
    bookings.make_offering(olga, haircut)
    client = bookings.make_client(project, name="Олена", language="uk")
    return VoiceSalon(project, anna, olga, manicure, haircut, brows, client)
