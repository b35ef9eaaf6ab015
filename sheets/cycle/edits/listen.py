"""Takes over what staff did in the tabs, under the same rules as any other booking."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.models import Booking
from bookings.operations import reject_booking
from bookings.values import VisitChange
from botbackend.outbox.claims import Claim, held
from projects.models import Project
from sheets.adoption.rows import QUIET, is_free, judge
from sheets.adoption.words import says_nothing
from sheets.cycle.edits.merge import Merge, Problem, merge, taken
from sheets.cycle.edits.refused import REFUSED_STAYS
from sheets.cycle.edits.salon import read_salon
from sheets.cycle.edits.solve import Edit, solve
from sheets.cycle.edits.walk_ins import WalkIns
from sheets.cycle.matching.match import Matches, Snapshot
from sheets.cycle.outcome import Refusal, TakenOver
from sheets.models import SheetConflict, SheetLink, SheetRow, SheetTab
from sheets.operations import ORIGIN
from sheets.rows.cells import NAME, SPECIALIST, WHEN, Cells, SheetRowRead, cells_of
from sheets.rows.notes import note
from sheets.trouble.vanished import note_vanished

MISSING_SECONDS = 60
ALWAYS_PLAUSIBLE = 3
PLAUSIBLE_SHARE = 0.2


class StaffEdits:
    """One pass over the matches of one spreadsheet."""

    def __init__(
        self,
        *,
        link: SheetLink,
        claim: Claim,
        tabs: Mapping[int, SheetTab],
        rows: Mapping[str, SheetRow],
        standing: Mapping[int, int],
        lost: int = 0,
        has_unread_tabs: bool = False,
        hashed: Callable[[Cells], str],
    ) -> None:
        """`rows` are those to be compared; `standing` counts by tab the others of visits ahead.

        `lost`: so many missing rows our own writes may have emptied at most; `hashed` as tabs keep them.
        """
        self.link, self.claim, self.rows = link, claim, rows
        self.project: Project = link.project
        self.zone = ZoneInfo(self.project.timezone)
        self.standing, self.lost, self.has_unread_tabs = standing, lost, has_unread_tabs
        self.hashed = hashed
        self.sheet_of = {specialist_id: tab.sheet_id for specialist_id, tab in tabs.items()}
        self.layouts = {tab.sheet_id: tab.columns for tab in tabs.values()}
        self.adopted = {tab.sheet_id for tab in tabs.values() if tab.headers}
        self.salon = read_salon(self.project, self.sheet_of)
        self.now = datetime.now(UTC)
        self.taken_over = TakenOver()

    def take_over(self, matches: Matches) -> TakenOver:
        """Apply all edits; refusals become notes and SheetConflict rows."""
        matches = self._with_freed(matches)
        self._doubt(matches)
        doubted = self.taken_over.implausible
        matches = replace(
            matches,
            edited=[pair for pair in matches.edited if pair[1].sheet_id not in doubted],
            cleared=[pair for pair in matches.cleared if pair[1].sheet_id not in doubted],
            fresh=[row for row in matches.fresh if row.sheet_id not in doubted],
            repeats=[row for row in matches.repeats if row.sheet_id not in doubted],
            missing=[snapshot for snapshot in matches.missing if snapshot.sheet_id not in doubted],
        )
        due = self._due_deletions(matches)
        moved = self._moves_by_clearing(matches)
        for snapshot, _ in matches.cleared:
            if snapshot.uid not in moved and self.has_unread_tabs:
                self.taken_over.waiting.add(snapshot.uid)  # cut, perhaps, and pasted where nothing is read
            elif snapshot.uid not in moved:
                self._cancel(snapshot, "cleared in the spreadsheet")
        self._take_edits([*matches.edited, *moved.values()])
        places = {(row.sheet_id, row.index) for _, row in moved.values()}
        self._take_walk_ins(
            [row for row in matches.fresh if (row.sheet_id, row.index) not in places], matches
        )
        for snapshot in due:
            self._cancel(snapshot, "deleted from the spreadsheet")
        return self.taken_over

    def _take_walk_ins(self, rows: Iterable[SheetRowRead], matches: Matches) -> None:
        walk_ins = WalkIns(
            self.link,
            self.claim,
            self.salon,
            self.now,
            self.taken_over,
            adopted=self.adopted,
            hashed=self.hashed,
            layouts=self.layouts,
        )
        for row in rows:
            walk_ins.take(row)
        for row in matches.repeats:
            walk_ins.look_again(row)

    def _with_freed(self, matches: Matches) -> Matches:
        """Count as cleared where staff put dashes in the place of the client, as grids have in free slots."""
        freed = [
            (base, row)
            for base, row in matches.edited
            if row.sheet_id in self.adopted and is_free(row.cells) and not says_nothing(base.cells[NAME])
        ]
        edited = [pair for pair in matches.edited if pair not in freed]
        return replace(matches, edited=edited, cleared=[*matches.cleared, *freed])

    def _doubt(self, matches: Matches) -> None:
        """So much vanished from a tab at once that an accident is likelier than intent.

        What was doubted once stays so until a person answers or the rows are back, however few are left.
        """
        emptied = [snapshot for snapshot, _ in matches.cleared]
        missing = [] if self.lost else matches.missing
        vanished = [snapshot for snapshot in [*missing, *emptied] if self._is_ahead(snapshot)]
        ahead = [row for row in self.rows.values() if row.cells and self._is_live(row.booking)]
        for sheet_id in {snapshot.sheet_id for snapshot in vanished}:
            gone = sum(snapshot.sheet_id == sheet_id for snapshot in vanished)
            stood = self.standing.get(sheet_id, 0) + sum(row.sheet_id == sheet_id for row in ahead)
            lost = [snapshot.uid for snapshot in vanished if snapshot.sheet_id == sheet_id]
            is_doubted = any(self.rows[uid].awaits_answer for uid in lost)
            if is_doubted or gone > max(ALWAYS_PLAUSIBLE, PLAUSIBLE_SHARE * stood):
                with held(self.claim):
                    note_vanished(self.link, lost)
                self.taken_over.implausible[sheet_id] = f"{gone} of {stood} rows vanished at once"

    def _due_deletions(self, matches: Matches) -> list[Snapshot]:
        """Return rows missing in two reads at least a minute apart; mark those missing for the first time.

        Rows that we may have emptied ourselves are put back instead; more than we wrote over were perhaps but
        not read, and wait for the next reading.
        """
        missing = [*filter(self._is_ahead, matches.missing)]
        first = [self.rows[one.uid].pk for one in missing if self.rows[one.uid].missing_since is None]
        if self.lost and (len(missing) <= self.lost or not first):
            return []
        self.taken_over.is_in_doubt = bool(self.lost)
        broken = {row.sheet_id for row in matches.fresh if row.has_error}
        due = []
        for snapshot in missing:
            since = self.rows[snapshot.uid].missing_since
            self.taken_over.waiting.add(snapshot.uid)
            if self.lost or matches.has_duplicate_ids or snapshot.sheet_id in broken or self.has_unread_tabs:
                pass  # a copy, an unreadable row of this tab, or one in a frozen tab may be the missing one
            elif since and self.now - since >= timedelta(seconds=MISSING_SECONDS):
                self.taken_over.waiting.discard(snapshot.uid)
                due.append(snapshot)
        if first:
            with held(self.claim):
                SheetRow.objects.filter(pk__in=first).update(missing_since=self.now)
        return due

    def _is_live(self, booking: Booking) -> bool:
        return booking.status == Booking.Status.BOOKED and booking.start > self.now

    def _is_ahead(self, snapshot: Snapshot) -> bool:
        return self._is_live(self.rows[snapshot.uid].booking)

    def _now(self, snapshot: Snapshot) -> Snapshot:
        """The row as it should read by now, in the columns of the tab it stood in."""
        booking = self.rows[snapshot.uid].booking
        cells = self.layouts[snapshot.sheet_id].mask(cells_of(booking, self.zone))
        return Snapshot(snapshot.uid, self.sheet_of.get(booking.specialist_id, 0), cells)

    def _cancel(self, snapshot: Snapshot, reason: str) -> None:
        booking = self.rows[snapshot.uid].booking
        if not self._is_ahead(snapshot):
            return
        now = self._now(snapshot)
        if (now.cells, now.sheet_id) != (snapshot.cells, snapshot.sheet_id):
            self._refuse(snapshot, None, [Problem("conflict", "other", frozenset())])
            return
        with held(self.claim):
            reject_booking(project=self.project, booking_id=booking.pk, origin=ORIGIN, reason=reason)
        self.taken_over.accepted += 1

    def _refuse(self, snapshot: Snapshot, row: SheetRowRead | None, problems: list[Problem]) -> None:
        """Note it once, however often it is tried; leave the cells for a while, that staff may go on."""
        first, stored = problems[0], self.rows[snapshot.uid]
        text = note(self.project.language, first.key, code=first.code)
        cells = (*row.cells, str(row.sheet_id)) if row else ()
        is_old = bool(row) and list(cells) == (stored.refused or []) and text == stored.note
        since = stored.refused_at if is_old and stored.refused_at else self.now
        left = frozenset[int]().union(*(p.columns for p in problems if not p.is_conflict))
        if row is None or self.now - since >= REFUSED_STAYS or self._was_refused(stored, row, left):
            left = frozenset()
        self.taken_over.refusals[snapshot.uid] = Refusal(text, cells if left else (), since, left)
        if is_old:
            return
        self.taken_over.rejected += 1
        with held(self.claim):
            SheetConflict.objects.create(
                link=self.link,
                booking=stored.booking,
                reason=text,
                rejected=list(row.cells) if row else None,
                columns=sorted(frozenset[int]().union(*(problem.columns for problem in problems))),
                sheet_id=row.sheet_id if row else None,
            )

    @staticmethod
    def _was_refused(stored: SheetRow, row: SheetRowRead, left: frozenset[int]) -> bool:
        """Staff edited something else in the row since; they are done with what was refused."""
        before = stored.refused or []
        if not before or before[: len(row.cells)] == list(row.cells):
            return False
        return all(before[column] == row.cells[column] for column in left if column != SPECIALIST)

    def _take_edits(self, edited: list[tuple[Snapshot, SheetRowRead]]) -> None:
        edits: list[Edit] = []
        merges: dict[str, tuple[Snapshot, SheetRowRead, Merge]] = {}
        for snapshot, row in edited:
            if not self._is_ahead(snapshot):
                self._refuse_past(snapshot, row)
                continue
            found = merge(base=snapshot, row=row, now=self._now(snapshot), salon=self.salon)
            merges[snapshot.uid] = (snapshot, row, found)
            if found.change != VisitChange():
                booking, base = self.rows[snapshot.uid].booking, taken(snapshot, row, found.change)
                edits.append(Edit(snapshot.uid, booking, found.change, base))
        refused = solve(project=self.project, claim=self.claim, origin=ORIGIN, edits=edits)
        self.taken_over.accepted += len(edits) - len(refused)
        for uid, (snapshot, row, found) in merges.items():
            problems = list(found.problems)
            if uid in refused:
                touched = self._touched(snapshot, row) - self._take_name(snapshot, row, found)
                problems.insert(0, Problem("rejected", refused[uid], touched))
            if problems:
                self._refuse(snapshot, row, problems)
            else:
                self.taken_over.accepted_rows.add(uid)

    def _take_name(self, snapshot: Snapshot, row: SheetRowRead, found: Merge) -> frozenset[int]:
        """Of a refused change a new name is taken all the same; return its column if there is one."""
        if found.change.guest_name is None:
            return frozenset()
        booking = self.rows[snapshot.uid].booking
        change = VisitChange(guest_name=found.change.guest_name)
        refused = solve(
            project=self.project,
            claim=self.claim,
            origin=ORIGIN,
            edits=[Edit(snapshot.uid, booking, change, taken(snapshot, row, change))],
        )
        self.taken_over.accepted += not refused
        return frozenset() if refused else frozenset({NAME})

    def _refuse_past(self, snapshot: Snapshot, row: SheetRowRead) -> None:
        if self._now(snapshot).cells != row.cells:
            self._refuse(snapshot, row, [Problem("rejected", "past_row", self._touched(snapshot, row))])

    @staticmethod
    def _touched(snapshot: Snapshot, row: SheetRowRead) -> frozenset[int]:
        changed = {c for c in range(len(row.cells)) if row.cells[c] != snapshot.cells[c]}
        if changed & WHEN:
            changed |= WHEN
        if row.sheet_id != snapshot.sheet_id:
            changed.add(SPECIALIST)
        return frozenset(changed)

    def _is_work(self, row: SheetRowRead) -> bool:
        """Whether it is to be a visit; of the past the same client may have many."""
        judged = judge(row.cells, zone=self.zone, now=self.now, services=self.salon.services)
        return judged.kind not in QUIET

    def _moves_by_clearing(self, matches: Matches) -> dict[str, tuple[Snapshot, SheetRowRead]]:
        """A cleared row and a new one of the same client and service are one move, not two acts."""
        moved: dict[str, tuple[Snapshot, SheetRowRead]] = {}
        used: set[tuple[int, int]] = set()
        fresh = [row for row in matches.fresh if matches.cleared and self._is_work(row)]
        for snapshot, _ in matches.cleared:
            for row in fresh:
                place = (row.sheet_id, row.index)
                same_id = says_nothing(row.cells[3]) or row.cells[3] == snapshot.cells[3]
                same_visit = same_id and row.cells[4:] == snapshot.cells[4:]
                if same_visit and place not in used and self._is_ahead(snapshot) and row.cells[4]:
                    # An id that was not typed again is no edit of it.
                    cells = (*row.cells[:3], snapshot.cells[3], *row.cells[4:])
                    moved[snapshot.uid] = (snapshot, SheetRowRead(*place, cells, row.uid, row.status))
                    used.add(place)
                    self.taken_over.adopted.append((row, snapshot.uid))
                    break
        return moved
