"""One salon with one spreadsheet, its clock, its workers, and everything that goes wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils import timezone

from bookings.models import Booking, Service, Specialist
from bookings.tests.factories import make_project, make_service, make_specialist
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.google.spreadsheet.grid import Sheet, Spreadsheet
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from projects.models import Project
from sheets.models import SheetLink
from sheets.rhythm.hints import mark_dirty
from sheets.tests.machine.clock import Clock
from sheets.tests.machine.reading import FIELDS, Row
from sheets.tests.machine.tap import Killed, Tap

KYIV = ZoneInfo("Europe/Kyiv")
# A year ends soon: DD.MM says less then. And the database's own clock never is ahead of ours.
NOW = datetime(datetime.now(UTC).year + 1, 12, 22, 9, 0, tzinfo=UTC)
BOOK = "book"


def open_salon(google: GoogleStandIn) -> Project:
    """Anna and Maria, a manicure and a haircut of an hour each, open 9-21, an empty spreadsheet."""
    google.create(BOOK)
    project = make_project(spreadsheet_id=BOOK)
    for name in ("Анна", "Марія"):
        make_specialist(project, name)
    for name in ("Манікюр", "Стрижка"):
        make_service(project, name)
    return project


class World:
    """The salon, whatever stands in its spreadsheet and in the database."""

    def __init__(self, google: GoogleStandIn, clock: Clock, tap: Tap, project: Project) -> None:
        self.google, self.clock, self.tap, self.project = google, clock, tap, project
        self.story: list[str] = []
        self.book_id = BOOK
        self.specialists = list(Specialist.objects.filter(project=project).order_by("pk"))
        self.services = list(Service.objects.filter(project=project).order_by("pk"))
        self.headers: dict[str, str] = {}
        self._places: dict[int, int] | None = None  # specialist -> tab, as of the last cycle

    # Time and workers
    @property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def today(self) -> date:
        return self.now.astimezone(KYIV).date()

    def day(self, ahead: int) -> date:
        return self.today + timedelta(days=ahead)

    def tell(self, text: str) -> None:
        """One more sentence of the story."""
        self.story.append(f"{self.now.astimezone(KYIV):%H:%M:%S} {text}")

    def cycle(self, *, seconds: float = 61) -> tuple[int, int]:
        """Let time pass and the worker work; returns its reads and writes of the spreadsheet."""
        before = self.tap.spent.copy()
        with self.tap.unseen():
            self.clock.shift(seconds)
            self.tap.let_rests_pass(seconds)
            mark_dirty(self.project, seconds=0)
        self.work()
        spent = self.tap.spent - before
        return spent["read"], spent["write"]

    def work(self) -> None:
        """Run what is due, as a worker does; one that was killed leaves its lease to lapse."""
        try:
            run_due()
        except (Killed, DatabaseError):
            if not self.tap.is_dead:  # what unwinds a dead worker's transaction may fail as well
                raise
        finally:
            self.look_again()
        if self.tap.bury():
            self.tell("the worker was killed")
            self.tap.hang_up()
            self.let_leases_lapse()

    def let_leases_lapse(self) -> None:
        """Nobody has renewed them for long."""
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        Task.objects.filter(state=Task.State.RUNNING).update(lease_until=long_ago)

    def resync(self) -> None:
        """What the documentation tells people to do with a mirror that stopped."""
        self.tell("a person runs resync_sheets")
        Task.objects.filter(state=Task.State.DEAD).delete()
        try:
            call_command("resync_sheets", project=self.project.slug)
        except CommandError as error:
            self.tell(f"resync_sheets: {error}")

    # The spreadsheet
    @property
    def book(self) -> Spreadsheet:
        return self.google.books[self.book_id]

    @property
    def link(self) -> SheetLink:
        return SheetLink.objects.get(project=self.project)

    def look_again(self) -> None:
        """The mirror may have other tabs than before."""
        self._places = None

    def sheet_of(self, specialist: Specialist) -> Sheet | None:
        """The tab that the mirror says is this specialist's."""
        if self._places is None:
            self._places = {tab.specialist_id: tab.sheet_id for tab in self.link.own_tabs()}
        place = self._places.get(specialist.pk)
        return next((sheet for sheet in self.book.sheets if sheet.id == place), None)

    def tabs(self) -> list[tuple[Specialist, Sheet]]:
        """The specialists whose tabs are there, in order."""
        found = [(person, self.sheet_of(person)) for person in self.specialists]
        return [(person, sheet) for person, sheet in found if sheet is not None]

    def stopped(self) -> str:
        """Why the mirror waits for a person; "" while it works."""
        link = self.link
        if link.state not in (SheetLink.State.NEW, SheetLink.State.OK):
            return link.reason or f"{link.state} without a reason"
        for tab in link.own_tabs():
            if getattr(tab, "state", "ok") not in ("", "new", "ok"):
                return str(getattr(tab, "reason", "")) or "a tab stands still without a reason"
        return ""

    def learn_headers(self) -> None:
        """Remember what stands above the columns when all is well."""
        for _, sheet in self.tabs():
            for column, name in enumerate(FIELDS):
                self.headers[str(sheet.get(0, column).value())] = name

    def columns(self, sheet: Sheet) -> tuple[int, dict[str, int]]:
        """The row of the header and the column of each field, found by the words above them."""
        best: tuple[int, dict[str, int]] = (0, {})
        for index, line in enumerate(sheet.rows[:5]):
            found = {
                self.headers[str(cell.value())]: n
                for n, cell in enumerate(line)
                if str(cell.value()) in self.headers
            }
            if len(found) > len(best[1]):
                best = index, found
        return best

    def rows(self, sheet: Sheet) -> list[Row]:
        """Everything below the header, blank rows too."""
        header, columns = self.columns(sheet)
        return [
            Row(sheet.id, sheet.title, index, {n: sheet.get(index, c).value() for n, c in columns.items()})
            for index in range(header + 1, sheet.last_row())
        ]

    def all_rows(self) -> list[Row]:
        """The rows of all specialists' tabs."""
        return [row for _, sheet in self.tabs() for row in self.rows(sheet)]

    # The database
    def bookings(self) -> list[Booking]:
        """Every booking of the salon, oldest first."""
        found: Iterable[Any] = Booking.objects.filter(project=self.project).with_names().order_by("pk")
        return list(found)

    def picture(self) -> str:
        """The story, what the sheet shows, what the database holds."""
        lines = ["", "STORY", *self.story, "", "SHEET"]
        for sheet in self.book.sheets:
            lines += [f"[{sheet.title}] {[cell.shown() for cell in sheet.rows[0]] if sheet.rows else ''}"]
            lines += [f"  {row}" for row in self.rows(sheet)]
        link = self.link
        lines += ["", f"DATABASE (mirror: {link.state} {link.reason!r})"]
        lines += [f"  {say(booking)}" for booking in self.bookings()]
        lines += [f"  task {task.handler} {task.state}: {task.last_error}" for task in Task.objects.all()]
        return "\n".join(lines)


def name_of(booking: Booking) -> str:
    """What a visit is called by."""
    return booking.guest_name or booking.client.name


def say(booking: Booking) -> str:
    """A booking in words."""
    local = booking.start.astimezone(KYIV)
    return (
        f"{booking.pk} {booking.status}: {booking.specialist.name} {local:%d.%m.%Y %H:%M} "
        f"{booking.client.contact_id or '-'} {name_of(booking)}, {booking.service.name} ({booking.source})"
    )
