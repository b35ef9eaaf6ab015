"""One cycle of one spreadsheet: one read, one write, whatever the number of changes."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from bookings.models import Booking
from projects.models import Project
from sheets import google, selectors, tabs
from sheets.adoption import contact, upkeep
from sheets.adoption.dry_run import rehearse
from sheets.cells import STATUS_COLUMN, UID_COLUMN, SheetRowRead, read_row
from sheets.cycle import plan
from sheets.cycle.listen import ImplausibleSheet, StaffEdits, TakenOver
from sheets.cycle.match import Matches, match
from sheets.freshness import tell_read
from sheets.layout import Layout
from sheets.models import SheetLink, SheetRow, SheetTab, new_uid


class BusySheet(Exception):
    """Another process runs a cycle of this spreadsheet right now."""


class FrozenSheet(Exception):
    """The tabs look damaged; nothing is read or written until a person resumes the mirror."""


@dataclass(frozen=True)
class CycleResult:
    """Rows touched in the tabs, and staff edits taken over or refused."""

    updated: int
    added: int
    removed: int
    accepted: int
    rejected: int
    lines: tuple[str, ...] = ()  # of a dry run: what would be done, row by row

    @property
    def changes(self) -> int:
        """Rows written in any way."""
        return self.updated + self.added + self.removed


def link_of(project: Project) -> SheetLink | None:
    """Return the project's link, turned to the spreadsheet that it names; None = no spreadsheet."""
    link = (
        SheetLink.objects.select_related("project").filter(project=project).exclude(spreadsheet_id="").first()
    )
    if link is not None and link.mirrored_id != link.spreadsheet_id:
        _turn_to(link)
    return link


@transaction.atomic
def _turn_to(link: SheetLink) -> None:
    """Begin with another spreadsheet, or go on with a former one: what was seen in each stays its own."""
    for seen in (link.tabs, link.rows):
        seen.filter(spreadsheet_id="").update(spreadsheet_id=link.mirrored_id)
    link.mirrored_id, link.last_read_at = link.spreadsheet_id, None
    link.state, link.reason = SheetLink.State.NEW, ""
    link.save(update_fields=["mirrored_id", "last_read_at", "state", "reason"])


def run_locked(link: SheetLink, *, dry_run: bool = False, refresh_tabs: bool = False) -> CycleResult:
    """Run one cycle under the spreadsheet's lock. Raises BusySheet, GoogleError, FrozenSheet."""
    with _lock(link.spreadsheet_id):
        return run_cycle(link, dry_run=dry_run, refresh_tabs=refresh_tabs)


@contextmanager
def _lock(spreadsheet_id: str) -> Iterator[None]:
    """Keep others off the spreadsheet. Raises BusySheet.

    The lock belongs to a database session of its own: the thread gives its connection away, and would give
    the lock with it, whenever it waits for Google.
    """
    number = int.from_bytes(hashlib.sha256(spreadsheet_id.encode()).digest()[:8], "big", signed=True)
    session = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
            if not cursor.fetchone()[0]:
                raise BusySheet("a cycle of this spreadsheet is running")
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
    finally:
        session.close()


def run_cycle(link: SheetLink, *, dry_run: bool = False, refresh_tabs: bool = False) -> CycleResult:
    """Read the tabs, take over staff edits, write the difference. Raises GoogleError, FrozenSheet.

    Two cycles of one spreadsheet at a time would undo each other: see run_locked.
    """
    shown = selectors.shown_specialists(link)
    waiting = contact.check(link, shown, dry_run=dry_run)
    known = [specialist for specialist in shown if specialist.pk not in waiting]
    found, setup = tabs.ensure_tabs(link, known, refresh=refresh_tabs, dry_run=dry_run)
    made = {request["addSheet"]["properties"]["sheetId"] for request in setup if "addSheet" in request}
    began = datetime.now(UTC)
    try:
        existing = [tab for tab in found.values() if tab.sheet_id not in made]
        read, columns = _read(link, existing, dry_run=dry_run)
    except google.GoogleError as error:
        if error.status != 400 or refresh_tabs:
            raise
        # A tab was deleted by hand: ask for the worksheets and begin anew, once.
        return run_cycle(link, dry_run=dry_run, refresh_tabs=True)
    if dry_run:
        with rehearse(link) as rehearsal:
            batch, _, taken_over = _take_and_plan(link, found, made, read, began)
            lines = rehearsal.lines(list(found.values()), [*setup, *columns, *batch.requests])
        return _result(batch, taken_over, lines)
    batch, wanted, taken_over = _take_and_plan(link, found, made, read, began)
    _intend(link, wanted)
    google.write(link.spreadsheet_id, [*setup, *columns, *batch.requests])
    _remember(link, wanted)
    return _result(batch, taken_over)


def _take_and_plan(
    link: SheetLink, found: dict[int, SheetTab], made: set[int], read: list[SheetRowRead], began: datetime
) -> tuple[plan.SheetPlan, dict[str, plan.Wanted], TakenOver]:
    """All of a cycle that happens in the database, between its read and its write."""
    stored = selectors.stored_rows(link)
    # Rows of a tab that vanished as a whole are written again; nobody cancels visits by deleting a tab.
    living = {tab.sheet_id for tab in found.values()} - made
    bases = [base for base in selectors.snapshots(stored, read) if base.sheet_id in living]
    matches = match(read=read, snapshots=bases)
    taken_over = _listen(link, found, stored, matches, began)
    return *_plan(link, found, matches, taken_over), taken_over


def _result(batch: plan.SheetPlan, taken_over: TakenOver, lines: Sequence[str] = ()) -> CycleResult:
    return CycleResult(
        batch.updated, batch.added, batch.removed, taken_over.accepted, taken_over.rejected, tuple(lines)
    )


def _read(
    link: SheetLink, existing: list[SheetTab], *, dry_run: bool
) -> tuple[list[SheetRowRead], list[dict[str, Any]]]:
    """Return the rows, and what brings back columns of ours that somebody deleted."""
    if not existing:
        return [], []
    raw = google.read_tabs(
        link.spreadsheet_id,
        [tab.sheet_id for tab in existing],
        max(tab.columns.width for tab in existing) + upkeep.SPARE,
    )
    try:
        columns = upkeep.settle_all(link, existing, raw, dry_run=dry_run)
    except upkeep.LostColumns as error:
        raise FrozenSheet(str(error)) from error
    return [row for tab in existing for row in _rows_of(tab, raw[tab.sheet_id])], columns


def _rows_of(tab: SheetTab, raw: list[list[object]]) -> Iterator[SheetRowRead]:
    layout = tab.columns
    for index, values in enumerate(raw):
        ours = layout.pick(values)
        if index >= layout.first_row and any(str(value).strip() for value in ours):
            yield read_row(sheet_id=tab.sheet_id, index=index, values=ours)


def _listen(
    link: SheetLink,
    found: dict[int, SheetTab],
    stored: dict[str, SheetRow],
    matches: Matches,
    read_at: datetime,
) -> TakenOver:
    """Take over staff's edits; whoever waits to offer free time need not wait for our write too."""
    try:
        taken_over = StaffEdits(link=link, tabs=found, rows=stored).take_over(matches)
    except ImplausibleSheet as error:
        raise FrozenSheet(str(error)) from error
    link.last_read_at = read_at
    link.save(update_fields=["last_read_at"])
    tell_read(link.project_id)
    return taken_over


def _plan(
    link: SheetLink, found: dict[int, SheetTab], matches: Matches, taken_over: TakenOver
) -> tuple[plan.SheetPlan, dict[str, plan.Wanted]]:
    sheet_ids = {specialist_id: tab.sheet_id for specialist_id, tab in found.items()}
    layouts = {tab.sheet_id: tab.columns for tab in found.values()}
    bookings = selectors.shown_bookings(link)
    rows = _rows_for(link, bookings, sheet_ids)
    adopted = {(row.sheet_id, row.index): rows[booking.pk].row_uid for row, booking in taken_over.adopted}
    read = [_with_uid(row, adopted) for row in matches.rows]
    wanted = selectors.wanted_rows(
        bookings=bookings,
        rows=rows,
        sheet_ids=sheet_ids,
        zone=ZoneInfo(link.project.timezone),
        statuses=taken_over.notes,
        layouts=layouts,
    )
    # A row that staff may just have deleted is not put back while it is watched: the second look decides.
    wanted = {uid: row for uid, row in wanted.items() if uid not in taken_over.waiting}
    orders = {uid: row.order for uid, row in wanted.items()}
    gone = (
        set(link.own_rows().values_list("row_uid", flat=True))
        - _outside_window(link)
        - set(wanted)
        - taken_over.waiting
    )
    batch = plan.build(wanted=wanted, gone=gone, read=read, orders=orders, layouts=layouts)
    batch.requests = [*_repairs(matches, adopted, taken_over, layouts), *batch.requests]
    return batch, wanted


def _with_uid(row: SheetRowRead, adopted: dict[tuple[int, int], str]) -> SheetRowRead:
    uid = adopted.get((row.sheet_id, row.index))
    return row if uid is None else replace(row, uid=uid)


def _repairs(
    matches: Matches,
    adopted: dict[tuple[int, int], str],
    taken_over: TakenOver,
    layouts: dict[int, Layout],
) -> list[dict[str, Any]]:
    """Ids for rows that lost theirs or never had one, and notes beside rows that were not taken over."""
    ids = {(row.sheet_id, row.index): row.uid for row in matches.dislodged} | adopted
    notes = {(row.sheet_id, row.index): text for row, text in taken_over.loose_notes if row.status != text}
    texts = [(place, {UID_COLUMN: uid}) for place, uid in ids.items()]
    texts += [(place, {STATUS_COLUMN: text}) for place, text in notes.items()]
    return [
        request
        for (sheet_id, index), cells in texts
        for request in plan.write_cells(sheet_id, index, layouts[sheet_id], cells)
    ]


def _outside_window(link: SheetLink) -> set[str]:
    """Rows of visits older than the window stay where they are."""
    shown = [row.pk for row in selectors.shown_bookings(link)]
    old = link.own_rows().filter(booking__status__in=selectors.SHOWN).exclude(booking_id__in=shown)
    return set(old.values_list("row_uid", flat=True))


def _rows_for(link: SheetLink, bookings: list[Booking], sheet_ids: dict[int, int]) -> dict[int, SheetRow]:
    """Return {booking id: its row}; ids are stored before they are written, so a crash cannot make two."""
    rows = {row.booking_id: row for row in link.own_rows()}
    new = [
        SheetRow(
            link=link,
            booking=booking,
            spreadsheet_id=link.spreadsheet_id,
            row_uid=new_uid(),
            sheet_id=sheet_ids[booking.specialist_id],
            cells=[],
        )
        for booking in bookings
        if booking.pk not in rows and booking.specialist_id in sheet_ids
    ]
    SheetRow.objects.bulk_create(new)
    return rows | {row.booking_id: row for row in new}


def _intend(link: SheetLink, wanted: dict[str, plan.Wanted]) -> None:
    """Store what is about to be written, for the case that the answer gets lost."""
    changed = []
    for row in link.own_rows().filter(row_uid__in=list(wanted)):
        target = wanted[row.row_uid]
        if row.cells != list(target.cells) or row.sheet_id != target.sheet_id:
            row.intended = list(target.cells)
            row.sheet_id = row.sheet_id if row.cells else target.sheet_id
            changed.append(row)
    SheetRow.objects.bulk_update(changed, ["intended", "sheet_id"])


def _remember(link: SheetLink, wanted: dict[str, plan.Wanted]) -> None:
    """Store what was written as the base of the next merge."""
    now, changed = datetime.now(UTC), []
    for row in link.own_rows().filter(row_uid__in=list(wanted)):
        target = wanted[row.row_uid]
        if row.cells != list(target.cells) or row.sheet_id != target.sheet_id or row.missing_since:
            row.cells, row.sheet_id, row.seen_at = list(target.cells), target.sheet_id, now
            row.intended, row.missing_since = [], None
            changed.append(row)
    with transaction.atomic():
        SheetRow.objects.bulk_update(changed, ["cells", "intended", "sheet_id", "missing_since", "seen_at"])
        link.own_rows().exclude(row_uid__in=list(wanted)).exclude(
            booking__status__in=selectors.SHOWN
        ).delete()
        link.state, link.reason, link.failures = SheetLink.State.OK, "", 0
        link.last_ok_at = now
        link.save(update_fields=["state", "reason", "failures", "last_ok_at"])
