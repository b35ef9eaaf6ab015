"""A salon with a spreadsheet, as tests want to speak of it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from bookings.models import Booking
from bookings.operations import reject_booking
from bookings.tests.factories import STAFF, at, make_client, make_project, make_service, make_specialist
from bookings.tests.factories import make_booking as book
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from sheets import operations
from sheets.cycle import sync
from sheets.cycle.outcome import CycleResult
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.rhythm.lane import own_lane

KYIV = ZoneInfo("Europe/Kyiv")


class SheetSalon:
    """Rows count from 1 as people see them; row 1 is the header."""

    def __init__(self, google: GoogleStandIn, book: str = "book") -> None:
        self.google, self.book_id = google, book
        google.create(book)
        self.project = make_project(spreadsheet_id=book)
        self.anna = make_specialist(self.project, "Анна")
        self.maria = make_specialist(self.project, "Марія")
        self.manicure = make_service(self.project, "Манікюр")
        self.haircut = make_service(self.project, "Стрижка")

    def day(self, ahead: int = 7) -> date:
        """A local date in the future."""
        return datetime.now(KYIV).date() + timedelta(days=ahead)

    def book(self, clock: str = "10:00", *, ahead: int = 7, name: str = "Олена", **over: Any) -> Booking:
        """A visit of Anna's, a manicure unless said otherwise."""
        specialist, service = over.pop("specialist", self.anna), over.pop("service", self.manicure)
        client = make_client(self.project, name=name)
        return book(specialist, service, at(clock, self.day(ahead)), client=client, **over)

    def cancel(self, booking: Booking) -> None:
        """Cancel on our side."""
        reject_booking(project=self.project, booking_id=booking.pk, origin=STAFF)

    def link(self) -> SheetLink:
        """The link as it stands in the database."""
        link = operations.link_of(self.project)
        assert link is not None
        return link

    def sync(self, **options: Any) -> CycleResult:
        """One cycle."""
        with own_lane(self.project, patience=0) as claim:
            return sync.run_cycle(self.link(), claim, **options)

    def preview(self) -> CycleResult:
        """What a cycle would do."""
        return sync.preview(self.link())

    def let_minutes_pass(self, minutes: int) -> None:
        """What was seen or refused, was so long ago."""
        ago = timedelta(minutes=minutes)
        SheetRow.objects.update(missing_since=F("missing_since") - ago, refused_at=F("refused_at") - ago)
        SheetTab.objects.update(quiet_since=F("quiet_since") - ago)

    def forget_open_batches(self) -> None:
        """What Google has not answered by now it will not do any more."""
        SheetLink.objects.update(flights=None)

    def meanwhile(self, *edits: dict[str, Any]) -> None:
        """What a person does between our next reading and our writing."""
        self.google.staff.plan(
            "before_write", [{"spreadsheet": self.book_id, "sheet": "Анна"} | e for e in edits]
        )

    def rows(self, tab: str = "Анна") -> list[list[str]]:
        """A-F of the rows below the header that hold anything."""
        sheet = self.google.books[self.book_id].by_title(tab)
        assert sheet is not None
        found = [[str(cell) for cell in row[:6]] for row in self._values(tab)[1:]]
        return [row for row in found if any(row)]

    def notes(self, tab: str = "Анна") -> list[str]:
        """The status column below the header."""
        return [str(row[7]) if len(row) > 7 else "" for row in self._values(tab)[1:] if any(row)]

    def _values(self, tab: str) -> list[list[Any]]:
        found: list[list[Any]] = self.google.staff.rows(self.book_id, tab)["values"]
        return found

    def edit(self, action: str, tab: str = "Анна", **wish: Any) -> None:
        """What a person does in the browser."""
        self.google.staff.edit({"spreadsheet": self.book_id, "sheet": tab, "action": action} | wish)

    def cells(self, booking: Booking) -> list[str]:
        """What A-F should say of a booking, worked out here from the row alone."""
        local = booking.start.astimezone(KYIV)
        name = booking.guest_name or booking.client.name
        clock = f"{local.hour:02d}:{local.minute:02d}"
        short = f"{local.day:02d}.{local.month:02d}"
        contact = booking.client.contact_id or f"#{booking.client_id}"
        return [short, f"{short}.{local.year}", clock, contact, name, booking.service.name]
