"""Our rows as stored: the base of the merge, and new ones with their ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bookings.models import Booking
from botbackend.outbox.claims import Claim, held
from sheets import selectors
from sheets.cycle.matching.match import Snapshot
from sheets.cycle.verifying.flights import Flight
from sheets.models import SheetLink, SheetRow
from sheets.rows.cells import CONTRACT_WIDTH, SheetRowRead
from sheets.rows.layout import Layout
from sheets.rows.moments import clean
from sheets.rows.writes import Kind, RowWrite


def snapshots(
    rows: Mapping[str, SheetRow],
    read: Sequence[SheetRowRead],
    flights: Sequence[Flight],
    layouts: Mapping[int, Layout],
) -> list[Snapshot]:
    """Return the base of the merge: what each row of these tabs held when it was last in line.

    A column that a tab has lost since says nothing there, or no row would be known by its content. A write
    whose answer was lost may have been applied: a cell that reads as it was to be counts as written, or our
    own write would be taken for an edit of staff.
    """
    shown: dict[str, list[SheetRowRead]] = {}
    for row in read:
        shown.setdefault(row.uid, []).append(row)
    written: dict[str, list[RowWrite]] = {}
    for write in (write for flight in flights for write in flight.writes):
        written.setdefault(write.uid, []).append(write)
    bases = []
    for uid, own in rows.items():
        base = _base(own, shown.get(uid, []), written.get(uid, []))
        layout = layouts.get(base.sheet_id) if base else None
        if base and layout:
            bases.append(replace(base, cells=layout.mask(base.cells)))
    return bases


def _base(row: SheetRow, shown: Sequence[SheetRowRead], written: Sequence[RowWrite]) -> Snapshot | None:
    cells = list(row.cells)
    sheet_id = row.sheet_id
    for write in written:
        there = next((r for r in shown if r.sheet_id == write.sheet_id), None)
        if there is None or write.kind in (Kind.BLANK, Kind.DROP):
            continue
        if write.kind == Kind.NEW:
            cells, sheet_id = [write.texts[column] for column in range(CONTRACT_WIDTH)], write.sheet_id
            continue
        for column in range(len(cells)):
            text = write.texts.get(column)
            if text is not None and there.cells[column] == clean(text):
                cells[column] = text
    if not cells and shown:  # put back by us and by staff at once: as it stands it counts for no edit
        cells, sheet_id = list(shown[0].cells), shown[0].sheet_id
    if not cells:
        return None
    return Snapshot(row.row_uid, sheet_id, selectors.as_cells(cells), row.place)


def rows_for(
    link: SheetLink,
    claim: Claim,
    bookings: Sequence[Booking],
    sheet_ids: Mapping[int, int],
    stored: Iterable[SheetRow],
) -> dict[int, SheetRow]:
    """Return {booking id: its row}; ids are stored before they are written, so a crash cannot make two."""
    rows = {row.booking_id: row for row in stored}
    new = [
        SheetRow(
            link=link,
            booking=booking,
            spreadsheet_id=link.spreadsheet_id,
            row_uid=SheetRow.new_uid(),
            sheet_id=sheet_ids[booking.specialist_id],
            cells=[],
        )
        for booking in bookings
        if booking.pk not in rows and booking.specialist_id in sheet_ids
    ]
    if new:
        with held(claim):
            SheetRow.objects.bulk_create(new)
    return rows | {row.booking_id: row for row in new}
