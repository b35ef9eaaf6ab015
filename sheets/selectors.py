"""What of the database belongs into the tabs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from bookings.models import Booking, Specialist
from projects.models import Project
from sheets.cells import Cells, SheetRowRead, cells_of, clean
from sheets.cycle.match import Snapshot
from sheets.cycle.plan import Wanted
from sheets.layout import Layout
from sheets.models import SheetLink, SheetRow

SHOWN = (Booking.Status.BOOKED, Booking.Status.COMPLETED, Booking.Status.NO_SHOW)
PAST_DAYS = 60  # every cycle reads the whole tab, so old rows are left to the salon


def mirrored_projects() -> QuerySet[Project]:
    """Return the active salons that have a spreadsheet."""
    return Project.objects.filter(is_active=True, sheet_link__spreadsheet_id__gt="")


def links_to_look_at(now: datetime) -> QuerySet[SheetLink]:
    """Return the spreadsheets of active salons whose time has come; frozen ones wait for a person."""
    living = SheetLink.objects.filter(project__is_active=True, spreadsheet_id__gt="").exclude(
        state=SheetLink.State.FROZEN
    )
    return living.filter(Q(look_at__lte=now) | Q(read_due_at__lte=now)).select_related(
        "project__booking_rules"
    )


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
    return {row.row_uid: row for row in found}


def snapshots(rows: Mapping[str, SheetRow], read: Sequence[SheetRowRead]) -> list[Snapshot]:
    """Return the base of the merge: what each row held when it was last in line.

    A write whose answer was lost may have been applied: a row that reads exactly as then intended counts
    as written, or our own write would be taken for an edit of staff.
    """
    shown = {(row.uid, row.cells) for row in read}
    bases = []
    for row in rows.values():
        applied = row.intended and (row.row_uid, as_cells(row.intended)) in shown
        base = row.intended if applied else row.cells
        if base:
            bases.append(Snapshot(uid=row.row_uid, sheet_id=row.sheet_id, cells=as_cells(base)))
    return bases


def as_cells(stored: list[str]) -> Cells:
    """Return the six cells of a stored snapshot; an earlier version may have stored another form."""
    date, full, time, client, name, service = map(clean, stored)
    return (date, full, time, client, name, service)


def wanted_rows(
    *,
    bookings: list[Booking],
    rows: Mapping[int, SheetRow],
    sheet_ids: Mapping[int, int],
    zone: ZoneInfo,
    statuses: Mapping[str, str],
    layouts: Mapping[int, Layout],
) -> dict[str, Wanted]:
    """Return {row id: what should stand there} for bookings whose specialist has a tab."""
    return {
        rows[booking.pk].row_uid: Wanted(
            uid=rows[booking.pk].row_uid,
            sheet_id=sheet_ids[booking.specialist_id],
            cells=layouts[sheet_ids[booking.specialist_id]].mask(cells_of(booking, zone)),
            order=booking.start,
            status=statuses.get(rows[booking.pk].row_uid, ""),
        )
        for booking in bookings
        if booking.specialist_id in sheet_ids
    }
