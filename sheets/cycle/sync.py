"""One cycle of one spreadsheet: one read, one write, whatever the number of changes.

A cycle runs under a claim on the task whose key is the project: the outbox lends it to one worker at a time,
and every transaction here ends with its token or not at all. Whoever moves rows between our reading and our
writing makes another round necessary, which reads first and puts right what was hit.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bookings.models import Booking
from botbackend.outbox.claims import Claim, held
from sheets import google, notes, selectors, tabs
from sheets.adoption import contact, wording
from sheets.adoption.dry_run import Rehearsal
from sheets.cells import STATUS_COLUMN, SheetRowRead, cells_of
from sheets.cycle import memory, plan, returns, verify
from sheets.cycle.listen import StaffEdits
from sheets.cycle.match import Matches, match
from sheets.cycle.merge import SPECIALIST
from sheets.cycle.outcome import CycleResult, TakenOver
from sheets.cycle.plan import Kind, Place, Wanted
from sheets.cycle.reading import Reading, read_tabs
from sheets.freshness import tell_read
from sheets.google.writing import Rows
from sheets.layout import Layout
from sheets.models import SheetLink, SheetRow, SheetTab

ROUNDS = 3
ROUND_SECONDS = 120.0


def preview(link: SheetLink) -> CycleResult:
    """Say row by row what a cycle would do; nothing is written anywhere. Raises AwaitsYes, GoogleError."""
    if (draft := contact.make_draft_if_new(link, selectors.shown_specialists(link))) is not None:
        return CycleResult(lines=tuple(wording.lines_of(draft.stored)))
    rehearsal = Rehearsal(link)
    return _Round(link, rehearsal.claim, refresh_tabs=True, rehearsal=rehearsal).run()


def run_cycle(link: SheetLink, claim: Claim, *, refresh_tabs: bool = False) -> CycleResult:
    """Read the tabs, take over staff edits, write the difference. Raises GoogleError, LeaseLost."""
    total = CycleResult()
    for _ in range(ROUNDS):
        claim.extend(ROUND_SECONDS)
        total += _Round(link, claim, refresh_tabs=refresh_tabs).run()
        if total.is_settled:
            break
    return total


def _with_uid(row: SheetRowRead, adopted: dict[Place, str]) -> SheetRowRead:
    """The row with the id that it gets; one from which an id was moved away has none."""
    uid = adopted.get((row.sheet_id, row.index), "" if row.uid in adopted.values() else row.uid)
    return row if uid == row.uid else replace(row, uid=uid)


class _Round:
    """One read, and one write where anything is to be written."""

    def __init__(
        self, link: SheetLink, claim: Claim, *, refresh_tabs: bool, rehearsal: Rehearsal | None = None
    ) -> None:
        self.link, self.claim, self.refresh_tabs, self.rehearsal = link, claim, refresh_tabs, rehearsal
        self.taken_over = TakenOver()
        self.tabs: dict[int, SheetTab] = {}  # by specialist; those that are believed
        self.bookings: list[Booking] = []

    def run(self) -> CycleResult:
        shown = selectors.shown_specialists(self.link)
        # A dry run has looked for a plan before.
        waiting = set() if self.rehearsal else contact.check(self.link, self.claim, shown)
        shown = [specialist for specialist in shown if specialist.pk not in waiting]
        found, setup = tabs.ensure_tabs(
            self.link, shown, refresh=self.refresh_tabs, dry_run=self.rehearsal is not None
        )
        made = {request["addSheet"]["properties"]["sheetId"] for request in setup if "addSheet" in request}
        self.tabs = {pk: tab for pk, tab in found.items() if tab.state != SheetTab.State.FROZEN}
        began = datetime.now(UTC)
        try:
            reading = read_tabs(self.link, [tab for tab in self.tabs.values() if tab.sheet_id not in made])
        except google.GoogleError as error:
            if error.status != 400 or self.refresh_tabs:
                raise
            # A tab was deleted by hand: ask for the worksheets and begin anew, once.
            return _Round(self.link, self.claim, refresh_tabs=True, rehearsal=self.rehearsal).run()
        with self._in_database():
            return self._decide([*setup, *reading.columns], reading, made, began)

    def _in_database(self) -> AbstractContextManager[None]:
        """Of a dry run all is taken back that stands in the database after its read."""
        return nullcontext() if self.rehearsal is None else self.rehearsal.taken_back()

    def _decide(
        self, setup: list[plan.Request], reading: Reading, made: set[int], began: datetime
    ) -> CycleResult:
        """Everything after the read."""
        self._leave(reading.damaged)
        stored = selectors.stored_rows(self.link)
        returns.store_moved(self.claim, reading, stored)
        seen = {(row.sheet_id, row.index): row for row in reading.rows}
        flights = memory.flights_of(self.link)
        # Rows of a tab that vanished as a whole are written again; nobody cancels visits by deleting a tab.
        living = {tab.sheet_id for tab in self.tabs.values()} - made
        bases = [b for b in memory.snapshots(stored, reading.rows, flights) if b.sheet_id in living]
        settled = verify.settle(read=reading.rows, flights=flights, known={b.uid: b for b in bases})
        matches = match(read=settled.rows, snapshots=bases)
        returns.wipe_left_behind(matches, settled, stored, self.tabs.values(), reading)
        self._listen(stored, matches, settled, began)
        rows = self._rows(stored)
        batch, wanted = self._plan(rows, matches, settled, seen)
        if self.rehearsal is not None:
            requests = [*setup, *batch.requests(self._layouts())]
            return replace(self._result(batch), lines=self.rehearsal.lines(self.tabs.values(), requests))
        return self._write(setup, batch, rows, wanted, list(seen.values()))

    def _leave(self, reasons: dict[int, str]) -> None:
        """Freeze these tabs and go on with the others."""
        for pk, tab in list(self.tabs.items()):
            if tab.sheet_id in reasons:
                memory.freeze(self.link, self.claim, tab, reasons[tab.sheet_id])
                del self.tabs[pk]

    def _listen(
        self, stored: dict[str, SheetRow], matches: Matches, settled: verify.Settled, read_at: datetime
    ) -> None:
        """Take over staff's edits; whoever waits to offer free time need not wait for our write too."""
        edits = StaffEdits(
            link=self.link,
            claim=self.claim,
            tabs=self.tabs,
            rows=stored,
            has_lost_rows=settled.has_lost_rows,
        )
        self.taken_over = edits.take_over(matches)
        self._leave(self.taken_over.implausible)
        self.link.last_read_at = read_at
        with held(self.claim):
            self.link.save(update_fields=["last_read_at"])
        tell_read(self.link.project_id)

    def _rows(self, stored: dict[str, SheetRow]) -> dict[int, SheetRow]:
        self.bookings = selectors.shown_bookings(self.link)
        sheet_ids = {pk: tab.sheet_id for pk, tab in self.tabs.items()}
        return memory.rows_for(self.link, self.claim, self.bookings, sheet_ids, stored.values())

    def _plan(
        self,
        rows: dict[int, SheetRow],
        matches: Matches,
        settled: verify.Settled,
        seen: dict[Place, SheetRowRead],
    ) -> tuple[plan.SheetPlan, dict[str, Wanted]]:
        believed = {tab.sheet_id for tab in self.tabs.values()}
        bookings = self.bookings
        adopted = {(row.sheet_id, row.index): uid for row, uid in self.taken_over.adopted}
        read = [_with_uid(row, adopted) for row in matches.rows if row.sheet_id in believed]
        wanted = self._wanted(bookings, rows, read)
        gone = (
            {row.row_uid for row in rows.values()}
            - self._outside_window(bookings)
            - set(wanted)
            - self.taken_over.waiting
        )
        batch = plan.build(
            wanted=wanted,
            gone=gone,
            read=read,
            seen={place: row for place, row in seen.items() if row.sheet_id in believed},
            loose=self._loose(settled),
            layouts=self._layouts(),
            drops=memory.rows_to_take_out(self.tabs.values(), list(seen.values())),
        )
        return batch, wanted

    def _layouts(self) -> dict[int, Layout]:
        return {tab.sheet_id: tab.columns for tab in self.tabs.values()}

    def _wanted(
        self, bookings: list[Booking], rows: dict[int, SheetRow], read: list[SheetRowRead]
    ) -> dict[str, Wanted]:
        """What should stand there; a row that staff may just have deleted is watched, not put back."""
        zone = ZoneInfo(self.link.project.timezone)
        standing = {row.uid: row for row in read if row.uid}
        wanted: dict[str, Wanted] = {}
        for booking in bookings:
            row, tab = rows.get(booking.pk), self.tabs.get(booking.specialist_id)
            if row is None or tab is None or row.row_uid in self.taken_over.waiting:
                continue
            cells = tab.columns.mask(cells_of(booking, zone))
            refusal = self.taken_over.refusals.get(row.row_uid)
            left = refusal.left if refusal else frozenset[int]()
            there = standing.get(row.row_uid)
            sheet_id = there.sheet_id if there and SPECIALIST in left else tab.sheet_id
            is_same = list(cells) == list(row.cells) and row.row_uid not in self.taken_over.accepted_rows
            kept = row.note if is_same and not row.refused else ""
            comment = notes.split(there.status)[1] if there else ""
            status = notes.with_comment(refusal.text if refusal else kept, comment)
            wanted[row.row_uid] = Wanted(row.row_uid, sheet_id, cells, booking.start, status, left)
        return wanted

    def _outside_window(self, bookings: list[Booking]) -> set[str]:
        """Rows of visits older than the window stay where they are, and so do those of tabs left alone."""
        shown = [booking.pk for booking in bookings if booking.specialist_id in self.tabs]
        others = self.link.own_rows().filter(booking__status__in=selectors.SHOWN)
        return set(others.exclude(booking_id__in=shown).values_list("row_uid", flat=True))

    def _loose(self, settled: verify.Settled) -> dict[Place, dict[int, str]]:
        """Notes beside rows that were not taken over, and cells of theirs that we had hit."""
        loose = {place: dict(texts) for place, texts in settled.repairs.items()}
        for row, text in self.taken_over.loose_notes:
            if row.status != text:
                loose.setdefault((row.sheet_id, row.index), {})[STATUS_COLUMN] = text
        return loose

    def _write(
        self,
        setup: list[plan.Request],
        batch: plan.SheetPlan,
        rows: dict[int, SheetRow],
        wanted: dict[str, Wanted],
        read: list[SheetRowRead],
    ) -> CycleResult:
        requests = [*setup, *batch.requests(self._layouts())]
        is_settled = True
        if batch.writes:
            loose = [plan.texts_of(row) for row in read if not row.uid]
            memory.take_off(self.link, self.claim, batch.writes, loose)
            is_settled = verify.came_out(batch, self._send(requests, batch), self._layouts())
        elif requests:
            google.write(self.link.spreadsheet_id, requests)
        if is_settled:
            believed = [tab.sheet_id for tab in self.tabs.values()]
            memory.land(
                self.link,
                self.claim,
                rows=rows.values(),
                wanted=wanted,
                taken_over=self.taken_over,
                plan=batch,
                believed=believed,
            )
            memory.note_tabs(self.link, self.claim, self.tabs.values(), read, batch)
        else:
            memory.mark_answered(self.link, self.claim)
        return replace(self._result(batch), is_settled=is_settled and not batch.cut)

    def _result(self, batch: plan.SheetPlan) -> CycleResult:
        return CycleResult(
            batch.count(Kind.CELLS),
            batch.count(Kind.NEW),
            batch.count(Kind.BLANK, Kind.DROP),
            self.taken_over.accepted,
            self.taken_over.rejected,
        )

    def _send(self, requests: list[plan.Request], batch: plan.SheetPlan) -> Rows:
        """Write, and return what then stands there. Raises GoogleError."""
        try:
            return google.write(self.link.spreadsheet_id, requests, show=self._shown(batch))
        except google.GoogleError as error:
            if error.status != 400:
                raise
            # Refused as a whole: a tab may have been renamed, and rows are shown by title.
            tabs.learn_titles(self.link, self.claim, self.tabs.values())
            try:
                return google.write(self.link.spreadsheet_id, requests, show=self._shown(batch))
            except google.GoogleError as again:
                if again.status == 400:
                    memory.not_sent(self.link, self.claim)
                raise

    def _shown(self, batch: plan.SheetPlan) -> list[tuple[int, str, int, int, int]]:
        tabs = {tab.sheet_id: tab for tab in self.tabs.values()}
        return [
            (sheet_id, tabs[sheet_id].title, first, last, tabs[sheet_id].columns.width)
            for sheet_id, spans in verify.rows_to_show(batch).items()
            for first, last in spans
        ]
