"""A salon at work, as tests of the calendar want to speak of it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from bookings.models import Booking, Client
from bookings.operations import activate_booking
from bookings.tests.factories import STAFF, at, make_client, make_project, make_service, make_specialist
from bookings.values import Item, VisitRequest
from botbackend.office.tests.people import Role, make_colleague, signed_in
from dialogues.models import Dialogue

KYIV = ZoneInfo("Europe/Kyiv")


class Salon:
    """Anna and Maria, a haircut and a manicure; Iryna owns it. Days count from today."""

    def __init__(self, **over: Any) -> None:
        self.project = make_project(**over)
        self.anna = make_specialist(self.project, "Anna")
        self.maria = make_specialist(self.project, "Maria")
        self.haircut = make_service(self.project, "Haircut")
        self.manicure = make_service(self.project, "Manicure", duration_minutes=30)
        self.owner = make_colleague(self.project)
        self.browser = signed_in(self.owner)

    @staticmethod
    def day(ahead: int = 3) -> date:
        """A local date."""
        return datetime.now(KYIV).date() + timedelta(days=ahead)

    def at(self, clock: str, ahead: int = 3) -> datetime:
        """A local moment."""
        return at(clock, self.day(ahead))

    def book(self, clock: str = "10:00", *, ahead: int = 3, **over: Any) -> Booking:
        """A haircut with Anna, unless said otherwise."""
        who, service = over.pop("specialist", self.anna), over.pop("service", self.haircut)
        return self.book_several([(service, who, clock)], ahead=ahead, **over)[0]

    def book_several(self, wishes: list[Any], *, ahead: int = 3, **over: Any) -> list[Booking]:
        """A visit of several services: (service, specialist, clock) of each."""
        items = [Item(service.pk, who.pk, self.at(clock, ahead)) for service, who, clock in wishes]
        values: dict[str, Any] = {"client": over.pop("client", None) or make_client(self.project)}
        request = VisitRequest(project=self.project, items=items, origin=STAFF, **values | over)
        return activate_booking(request=request, now=items[0].start - timedelta(days=1))

    def client_with_chat(self, **over: Any) -> tuple[Client, Dialogue]:
        """Somebody whom the bot may write to."""
        client = make_client(self.project, **over)
        return client, Dialogue.objects.create(project=self.project, client=client)

    def colleague(self, role: Role, **over: Any) -> User:
        """Somebody else who works here."""
        return make_colleague(self.project, role, **over)

    def url(self, name: str, *args: Any) -> str:
        """An address of the room."""
        return reverse(f"office:{name}", args=[self.project.slug, *args])

    def get(self, name: str, /, *args: Any, browser: Any = None, **query: Any) -> Any:
        """Ask for a page or a part."""
        return (browser or self.browser).get(self.url(name, *args), query)

    def post(self, name: str, /, *args: Any, browser: Any = None, **typed: Any) -> Any:
        """Send a form."""
        return (browser or self.browser).post(self.url(name, *args), typed)

    def edition(self, booking: Booking, *, browser: Browser | None = None) -> str:
        """What the panel of a visit carries now."""
        page: str = self.get("visit", booking.pk, browser=browser).content.decode()
        return page.split('name="edition" value="')[1].split('"')[0]

    def cancelled(self, booking: Booking) -> str:
        """What the form that puts a cancelled visit back carries now."""
        page: str = self.get("visit-restore", booking.pk).content.decode()
        return page.split('name="edition" value="')[1].split('"')[0]

    def typed(self, clock: Any = "10:00", *, ahead: Any = 3, **over: Any) -> dict[str, Any]:
        """The form of a new visit, filled in."""
        values: dict[str, Any] = {
            "key": "0" * 32,
            "name": "Olena",
            "phone": "+380671234567",
            "services": [self.haircut.pk],
            "specialist": self.anna.pk,
            "day": self.day(ahead).isoformat(),
            "time": clock,
        }
        return values | over

    def moved_to(self, booking: Booking, clock: str, *, ahead: int = 3, **over: Any) -> dict[str, Any]:
        """The form of a move, filled in."""
        values = {"edition": self.edition(booking), "day": self.day(ahead).isoformat(), "time": clock}
        return {**values, "specialist": booking.specialist_id} | over
