"""One round of a cycle: one read, and one write where anything is to be written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bookings.models import Booking
from botbackend.outbox.claims import Claim, held
from sheets import google, selectors
from sheets.adoption.dry_run import Rehearsal
from sheets.cycle.edits.listen import StaffEdits
from sheets.cycle.matching import quiet
from sheets.cycle.matching.match import Matches, match
from sheets.cycle.matching.quiet import Hashes, Sorted
from sheets.cycle.memory import blanks, flights, returns
from sheets.cycle.memory.bases import rows_for, snapshots
from sheets.cycle.memory.landing import Landing, land
from sheets.cycle.opening import open_tabs
from sheets.cycle.outcome import CycleResult, TakenOver
from sheets.cycle.reading import Reading, read_tabs
from sheets.cycle.verifying.answer import stubborn_tabs, tabs_astray
from sheets.cycle.verifying.flights import blanked_by
from sheets.cycle.verifying.settle import Settled, settle
from sheets.cycle.writing import archive, plan
from sheets.cycle.writing.sending import Outgoing
from sheets.cycle.writing.wanted import grids_in, loose_texts, slots_left, wanted_rows
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.rhythm.freshness import tell_read
from sheets.rows.batch import Request
from sheets.rows.cells import SheetRowRead
from sheets.rows.layout import Layout
from sheets.rows.writes import Kind, SheetPlan, Wanted, texts_of
from sheets.selectors import RowHead
from sheets.tabs import worksheets

STUBBORN = "rows do not stay as they are written; are cells merged?"


class Round:
    """One read, and one write where anything is to be written."""

    def __init__(
        self, link: SheetLink, claim: Claim, *, refresh_tabs: bool, rehearsal: Rehearsal | None = None
    ) -> None:
        self.link, self.claim, self.refresh_tabs, self.rehearsal = link, claim, refresh_tabs, rehearsal
        self.taken_over = TakenOver()
        self.tabs: dict[int, SheetTab] = {}  # by specialist; those that are believed
        self.bookings: list[Booking] = []

    def run(self) -> CycleResult:
        opened = open_tabs(
            self.link, self.claim, refresh=self.refresh_tabs, is_dry_run=self.rehearsal is not None
        )
        self.tabs, self.changes, self.has_unread_tabs = opened.tabs, opened.changes, opened.has_unread_tabs
        began = datetime.now(UTC)
        try:
            standing = [tab for tab in self.tabs.values() if tab.sheet_id not in opened.made]
            reading = read_tabs(self.link, standing)
        except google.GoogleError as error:
            if error.status != 400 or self.refresh_tabs:
                raise
            # A tab was deleted by hand: ask for the worksheets and begin anew, once.
            return Round(self.link, self.claim, refresh_tabs=True, rehearsal=self.rehearsal).run()
        self.changes.look_for_locks()
        with self._in_database():
            return self._decide([*opened.setup, *reading.columns], reading, opened.made, began)

    def _in_database(self) -> AbstractContextManager[None]:
        """Of a dry run all is taken back that stands in the database after its read."""
        return nullcontext() if self.rehearsal is None else self.rehearsal.taken_back()

    def _decide(self, setup: list[Request], reading: Reading, made: set[int], began: datetime) -> CycleResult:
        """Everything after the read."""
        self._leave(reading.damaged)
        self.has_unread_tabs |= bool(reading.damaged)
        self.changes.learn(self.claim, reading.titles)
        self.reading, self.hashes = reading, Hashes(self.tabs.values(), timezone=self.link.project.timezone)
        self.repeats = {tab.sheet_id: set(tab.repeats) for tab in self.tabs.values() if tab.repeats}
        self.flights = flights.flights_of(self.link)
        heads = selectors.row_heads(self.link)
        self.sorted = self._sort(heads)
        rows = [row.parsed() for row in self.sorted.rows]
        stored = selectors.stored_rows(self.link, (heads[uid].pk for uid in self.sorted.restless))
        returns.store_moved(self.claim, reading, stored)
        # Rows of a tab that vanished as a whole are written again; nobody cancels visits by deleting a tab.
        living = {tab.sheet_id: tab.columns for tab in self.tabs.values() if tab.sheet_id not in made}
        returns.store_rehomed(self.link, self.claim, rows, stored, living)
        bases = snapshots(stored, rows, self.flights, living)
        settled = settle(read=rows, flights=self.flights, known={b.uid: b for b in bases})
        today = datetime.now(ZoneInfo(self.link.project.timezone)).date()
        matches = match(read=settled.rows, snapshots=bases, today=today, is_repeat=self._is_repeat)
        returns.wipe_left_behind(matches, settled, stored, self.tabs.values(), reading)
        self._listen(stored, matches, settled, self._standing(heads), began)
        mine = self._rows(stored, max((head.pk for head in heads.values()), default=0))
        batch, wanted = self._plan(mine, matches, settled, rows)
        setup = [*setup, *self._archived(batch)]
        if self.rehearsal is not None:
            requests = self._outgoing(setup, batch).requests()
            return replace(self._result(batch), lines=self.rehearsal.lines(self.tabs.values(), requests))
        return self._write(setup, batch, mine, wanted, rows)

    def _sort(self, heads: Mapping[str, RowHead]) -> Sorted:
        read, oldest = self.reading.rows, selectors.oldest_shown()
        if self.flights:
            return quiet.all_restless(
                read=read,
                heads=heads,
                blanked=blanked_by(self.flights),
                appended=self._appended(),
                oldest=oldest,
            )
        sheet_of = {pk: tab.sheet_id for pk, tab in self.tabs.items()}
        return quiet.sort(read=read, heads=heads, sheet_of=sheet_of, hashes=self.hashes, oldest=oldest)

    def _standing(self, heads: Mapping[str, RowHead]) -> Counter[int]:
        """How many rows of visits ahead stand in each tab without having to be compared."""
        now = datetime.now(UTC)
        ahead = (row for row in self.sorted.quiet if row.order > now)
        return Counter(row.sheet_id for row in ahead if heads[row.uid].status == Booking.Status.BOOKED)

    def _archived(self, batch: SheetPlan) -> list[Request]:
        """Put what is about to be blanked because it is old into the archive, once."""
        rows = archive.rows_to_append(self.sorted.old, batch, self._appended())
        titles = {tab.sheet_id: tab.title for tab in self.tabs.values()}
        return archive.append(self.link, self.claim, rows, titles)

    def _appended(self) -> set[str]:
        """Ids of rows that a batch blanked of which we know that it was applied."""
        return blanked_by(flight for flight in self.flights if flight.is_answered)

    def _leave(self, reasons: dict[int, str]) -> None:
        """Freeze these tabs and go on with the others."""
        for pk, tab in list(self.tabs.items()):
            if tab.sheet_id in reasons:
                worksheets.freeze(self.claim, tab, reasons[tab.sheet_id])
                del self.tabs[pk]

    def _is_repeat(self, row: SheetRowRead) -> bool:
        """Whether it was known as the next half hour of a visit, though that may be elsewhere by now."""
        known = self.repeats.get(row.sheet_id)
        return known is not None and self.hashes.seen(row.cells) in known

    def _listen(
        self,
        stored: dict[str, SheetRow],
        matches: Matches,
        settled: Settled,
        standing: Counter[int],
        read_at: datetime,
    ) -> None:
        """Take over staff's edits; whoever waits to offer free time need not wait for our write too."""
        edits = StaffEdits(
            link=self.link,
            claim=self.claim,
            tabs=self.tabs,
            rows=stored,
            standing=standing,
            lost=settled.lost,
            has_unread_tabs=self.has_unread_tabs,
            hashed=self.hashes.seen,
        )
        self.taken_over = edits.take_over(matches)
        self._leave(self.taken_over.implausible)
        self.link.last_read_at = read_at
        changed = [tab for tab in self.tabs.values() if tab.repeats != self._repeats_in(tab)]
        for tab in changed:
            tab.repeats = self._repeats_in(tab)
        with held(self.claim):
            self.link.save(update_fields=["last_read_at"])
            SheetTab.objects.bulk_update(changed, ["repeats"])
        tell_read(self.link.project_id)

    def _repeats_in(self, tab: SheetTab) -> list[str]:
        return sorted(self.taken_over.repeats.get(tab.sheet_id, ()))

    def _rows(self, stored: Mapping[str, SheetRow], last: int) -> dict[int, SheetRow]:
        """The rows that were compared, those of walk-ins taken over since, and new ones, by booking."""
        rows = [*stored.values()]
        if self.taken_over.adopted:
            rows += self.link.own_rows().filter(pk__gt=last)
        found = selectors.bookings_to_show(self.link, {row.booking_id for row in rows})
        self.bookings = [booking for booking, _ in found]
        self.made_from = {booking.pk: made_from for booking, made_from in found}
        sheet_ids = {pk: tab.sheet_id for pk, tab in self.tabs.items()}
        return rows_for(self.link, self.claim, self.bookings, sheet_ids, rows)

    def _plan(
        self,
        rows: dict[int, SheetRow],
        matches: Matches,
        settled: Settled,
        seen: Sequence[SheetRowRead],
    ) -> tuple[SheetPlan, dict[str, Wanted]]:
        believed = {tab.sheet_id for tab in self.tabs.values()}
        read = self.taken_over.with_ids(row for row in matches.rows if row.sheet_id in believed)
        wanted = wanted_rows(
            bookings=self.bookings,
            rows=rows,
            tabs=self.tabs,
            read=read,
            taken_over=self.taken_over,
            zone=ZoneInfo(self.link.project.timezone),
        )
        old = [row for row in self.sorted.old if row.sheet_id in believed]
        gone = self._gone(rows)
        self.gone = gone | {row.uid for row in old}
        left = slots_left(
            rows=rows.values(),
            wanted=wanted,
            read=read,
            gone=gone,
            grids=grids_in(self.tabs.values(), seen),
        )
        standing = {(row.sheet_id, row.index): row for row in [*seen, *old] if row.sheet_id in believed}
        batch = plan.build(
            wanted=wanted,
            gone=self.gone,
            read=[*read, *old],
            quiet=[row for row in self.sorted.quiet if row.sheet_id in believed],
            seen=standing,
            loose=loose_texts(settled, self.taken_over),
            layouts=self._layouts(),
            left=left,
            slots={tab.sheet_id for tab in self.tabs.values() if tab.headers},
            drops=set(blanks.rows_to_take_out(self.tabs.values(), self.reading.ids)) - self.reading.theirs,
        )
        return batch, wanted

    def _gone(self, rows: Mapping[int, SheetRow]) -> set[str]:
        """Ids of rows whose visit is no more."""
        others = [row.pk for booking, row in rows.items() if booking not in self.made_from]
        return selectors.ids_of_rows_over(self.link, others) - self.taken_over.waiting

    def _outgoing(self, setup: list[Request], batch: SheetPlan) -> Outgoing:
        return Outgoing(self.link, list(self.tabs.values()), self.changes, setup, batch)

    def _layouts(self) -> dict[int, Layout]:
        return {tab.sheet_id: tab.columns for tab in self.tabs.values()}

    def _write(
        self,
        setup: list[Request],
        batch: SheetPlan,
        rows: dict[int, SheetRow],
        wanted: dict[str, Wanted],
        read: Sequence[SheetRowRead],
    ) -> CycleResult:
        astray, outgoing = set[int](), self._outgoing(setup, batch)
        if requests := outgoing.requests():
            self.changes.begin(self.claim)
            if batch.writes:
                loose = [texts_of(row) for row in read if not row.uid]
                flights.take_off(self.link, self.claim, batch.writes, loose)
            try:
                shown = outgoing.send(self.claim, requests)
                astray = tabs_astray(batch, shown, self._layouts())
            except archive.ArchiveGone:
                flights.not_sent(self.link, self.claim)
                return CycleResult(is_settled=False)
        self.changes.keep(self.claim)
        if not astray:
            land(self.link, self.claim, self._landing(batch, rows, wanted), self.hashes)
            blanks.note_tabs(self.claim, self.tabs.values(), self.reading.ids, batch)
        else:
            flights.mark_answered(self.link, self.claim)
            stubborn = stubborn_tabs(flights.flights_of(self.link), astray)
            self._leave(dict.fromkeys(stubborn, STUBBORN))
        return replace(self._result(batch), is_settled=not astray and not batch.cut)

    def _landing(self, batch: SheetPlan, rows: dict[int, SheetRow], wanted: dict[str, Wanted]) -> Landing:
        texts: dict[str, Sequence[str]] = {row.uid: row.texts for row in self.sorted.rows}
        texts.update(batch.texts_after())
        return Landing(
            rows=rows.values(),
            wanted=wanted,
            taken_over=self.taken_over,
            plan=batch,
            texts=texts,
            made_of={
                row.row_uid: self.hashes.made_of(self.made_from[pk], wanted[row.row_uid].sheet_id)
                for pk, row in rows.items()
                if row.row_uid in wanted
            },
            gone=self.gone,
            forgotten=self.sorted.forgotten,
            read=[tab.sheet_id for tab in self.tabs.values()],
        )

    def _result(self, batch: SheetPlan) -> CycleResult:
        return CycleResult(
            batch.count(Kind.CELLS),
            batch.count(Kind.NEW),
            batch.count(Kind.BLANK, Kind.DROP),
            self.taken_over.accepted,
            self.taken_over.rejected,
            self.taken_over.begun,
        )
