"""What of the database belongs into the tabs."""

from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from bookings.models import Booking, Specialist
from projects.models import Project
from sheets.cells import Cells
from sheets.models import SheetLink, SheetRow
from sheets.moments import clean

SHOWN = (Booking.Status.BOOKED, Booking.Status.COMPLETED, Booking.Status.NO_SHOW)
PAST_DAYS = 60  # every cycle reads the whole tab, so old rows are left to the salon


def mirrored_projects() -> QuerySet[Project]:
    """Return the active salons that have a spreadsheet."""
    return Project.objects.filter(is_active=True, sheet_link__spreadsheet_id__gt="")


def shown_specialists(link: SheetLink) -> list[Specialist]:
    """Return who has a tab: the active ones, and those who left but still have visits ahead."""
    active = Specialist.objects.filter(project_id=link.project_id, is_active=True)
    with_visits = Specialist.objects.filter(
        project_id=link.project_id, is_active=False, bookings__status=Booking.Status.BOOKED,
        bookings__start__gte=datetime.now(UTC),
    )  # fmt: skip
    return list(active.union(with_visits).order_by("position", "name"))


def shown_bookings(link: SheetLink) -> list[Booking]:
    """Return the bookings that should stand in the tabs, by start."""
    return list(
        Booking.objects.filter(
            project_id=link.project_id,
            status__in=SHOWN,
            start__gte=datetime.now(UTC) - timedelta(days=PAST_DAYS),
        )
        .select_related("client", "service", "specialist")
        .order_by("start", "id")
    )


def stored_rows(link: SheetLink) -> dict[str, SheetRow]:
    """Return our rows in the spreadsheet of now by id."""
    found = link.own_rows().select_related("booking__client", "booking__service", "booking__specialist")
    found = found.defer("intended")  # for older code only, and as dear to decrypt as the rest
    return {row.row_uid: row for row in found}


def as_cells(stored: list[str]) -> Cells:
    """Return the six cells of a stored snapshot; an earlier version may have stored another form."""
    date, full, time, client, name, service = map(clean, stored)
    return (date, full, time, client, name, service)
