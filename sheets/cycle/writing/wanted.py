"""What should stand in the tabs, of the rows that were compared."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from bookings.models import Booking
from sheets.adoption.rows import is_free
from sheets.cycle.outcome import TakenOver
from sheets.cycle.verifying.settle import Settled
from sheets.models import SheetRow, SheetTab
from sheets.rows import notes
from sheets.rows.cells import SPECIALIST, STATUS_COLUMN, SheetRowRead, cells_of
from sheets.rows.writes import Place, Wanted


def wanted_rows(
    *,
    bookings: Sequence[Booking],
    rows: Mapping[int, SheetRow],
    tabs: Mapping[int, SheetTab],
    read: Collection[SheetRowRead],
    taken_over: TakenOver,
    zone: ZoneInfo,
) -> dict[str, Wanted]:
    """Return the rows by id; one that staff may just have deleted is watched, not put back.

    `rows` are by booking, `tabs` by specialist.
    """
    standing = {row.uid: row for row in read if row.uid}
    wanted: dict[str, Wanted] = {}
    for booking in bookings:
        row, tab = rows.get(booking.pk), tabs.get(booking.specialist_id)
        if row is None or tab is None or row.row_uid in taken_over.waiting:
            continue
        cells = tab.columns.mask(cells_of(booking, zone))
        refusal = taken_over.refusals.get(row.row_uid)
        left = refusal.left if refusal else frozenset[int]()
        there = standing.get(row.row_uid)
        sheet_id = there.sheet_id if there and SPECIALIST in left else tab.sheet_id
        is_same = list(cells) == list(row.cells) and row.row_uid not in taken_over.accepted_rows
        kept = row.note if is_same and not row.refused else ""
        comment = notes.split(there.status)[1] if there else ""
        status = notes.with_comment(refusal.text if refusal else kept, comment)
        wanted[row.row_uid] = Wanted(row.row_uid, sheet_id, cells, booking.start, status, left)
    return wanted


def grids_in(tabs: Iterable[SheetTab], read: Iterable[SheetRowRead]) -> set[int]:
    """Return the sheet ids of the tabs that staff laid out with a line for each slot, taken or not."""
    with_slots = {row.sheet_id for row in read if not row.uid and is_free(row.cells)}
    return {tab.sheet_id for tab in tabs if tab.headers and (tab.repeats or tab.sheet_id in with_slots)}


def slots_left(
    *,
    rows: Iterable[SheetRow],
    wanted: Mapping[str, Wanted],
    read: Iterable[SheetRowRead],
    gone: Collection[str],
    grids: Collection[int],
) -> set[str]:
    """Return the ids of rows whose visit goes from a slot that staff laid out; its line stays, free.

    A time that staff typed themselves and we refuse is put right in its line: the visit has not moved.
    """
    theirs = {row.row_uid: row for row in rows if row.is_theirs and row.cells}
    left = set()
    for there in read:
        own, target = theirs.get(there.uid), wanted.get(there.uid)
        if own is None or there.sheet_id not in grids:
            continue
        if target is None:
            is_left = there.uid in gone
        elif target.sheet_id != there.sheet_id:
            is_left = True
        else:
            is_left = target.cells[1:3] not in (there.cells[1:3], tuple(own.cells[1:3]))
        if is_left:
            left.add(there.uid)
    return left


def loose_texts(settled: Settled, taken_over: TakenOver) -> dict[Place, dict[int, str]]:
    """Return notes beside rows that were not taken over, and cells of theirs that we had hit."""
    loose = {place: dict(texts) for place, texts in settled.repairs.items()}
    for row, text in taken_over.loose_notes:
        if row.status != text:
            loose.setdefault((row.sheet_id, row.index), {})[STATUS_COLUMN] = text
    return loose
