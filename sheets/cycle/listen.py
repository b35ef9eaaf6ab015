"""Takes over what staff did in the tabs, under the same rules as any other booking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bookings.errors import BookingError
from bookings.models import Booking, Client, Service
from bookings.models.catalogue import key_of
from bookings.operations import (
    Item,
    Origin,
    activate_booking,
    change_booking,
    get_or_create_client,
    reject_booking,
)
from bookings.values import VisitChange, VisitRequest
from botbackend.lib.text import comparable
from projects.models import Project
from sheets.adoption.rows import QUIET, judge
from sheets.cells import Cells, SheetRowRead, cells_of, is_error_value, start_of
from sheets.cycle.match import Matches, Snapshot
from sheets.models import SheetConflict, SheetLink, SheetRow, SheetTab
from sheets.notes import note
from sheets.vanished import note_vanished

ORIGIN = Origin(source=Booking.Source.SHEET, actor="spreadsheet", for_staff=True)
MISSING_SECONDS = 60
ALWAYS_PLAUSIBLE = 3
PLAUSIBLE_SHARE = 0.2


class ImplausibleSheet(Exception):
    """So much vanished at once that an accident is likelier than intent; nothing was taken over."""


@dataclass
class TakenOver:
    """What came of the staff's edits: notes per row id, notes beside rows without id, new ids."""

    notes: dict[str, str] = field(default_factory=dict)
    loose_notes: list[tuple[SheetRowRead, str]] = field(default_factory=list)
    adopted: list[tuple[SheetRowRead, Booking]] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    accepted: int = 0
    rejected: int = 0


class StaffEdits:
    """One pass over the matches of one spreadsheet."""

    def __init__(
        self, *, link: SheetLink, tabs: Mapping[int, SheetTab], rows: Mapping[str, SheetRow]
    ) -> None:
        self.link = link
        self.project: Project = link.project
        self.zone = ZoneInfo(self.project.timezone)
        self.rows = rows
        self.specialist_of = {tab.sheet_id: specialist_id for specialist_id, tab in tabs.items()}
        self.layouts = {tab.sheet_id: tab.columns for tab in tabs.values()}
        self.services = {
            service.key: service
            # From the last to the first, so that of namesakes the one with the key is kept.
            for service in Service.objects.filter(project=self.project, is_active=True).order_by("-name_key")
        }
        self.now = datetime.now(UTC)
        self.taken_over = TakenOver()

    def take_over(self, matches: Matches) -> TakenOver:
        """Apply all edits; refusals become notes and SheetConflict rows. Raises ImplausibleSheet."""
        due = self._due_deletions(matches)
        for snapshot, row in matches.edited:
            self._take_edit(snapshot, row)
        moved = self._moves_by_clearing(matches)
        for snapshot, _ in matches.cleared:
            if snapshot.uid not in moved:
                self._cancel(snapshot, "cleared in the spreadsheet")
        for row in matches.fresh:
            if (row.sheet_id, row.index) not in moved.values():
                self._take_new(row)
        for snapshot in due:
            self._cancel(snapshot, "deleted from the spreadsheet")
        return self.taken_over

    def _due_deletions(self, matches: Matches) -> list[Snapshot]:
        """Return rows missing in two reads at least a minute apart; mark those missing for the first time."""
        ahead = [row for row in self.rows.values() if row.cells and row.booking.start > self.now]
        live = [s for s in matches.missing if self._is_ahead(s)]
        vanished = len(live) + sum(self._is_ahead(snapshot) for snapshot, _ in matches.cleared)
        if vanished > max(ALWAYS_PLAUSIBLE, PLAUSIBLE_SHARE * len(ahead)):
            gone = [*live, *(snapshot for snapshot, _ in matches.cleared if self._is_ahead(snapshot))]
            note_vanished(self.link, [snapshot.uid for snapshot in gone])
            raise ImplausibleSheet(f"{vanished} of {len(ahead)} rows vanished at once")
        if matches.has_duplicate_ids:
            return []
        broken = {row.sheet_id for row in matches.fresh if row.has_error}
        due = []
        for snapshot in live:
            row = self.rows[snapshot.uid]
            if row.missing_since is None:
                row.missing_since = self.now
                row.save(update_fields=["missing_since"])
            elif snapshot.sheet_id in broken:
                pass  # an unreadable row of this tab may be the missing one
            elif self.now - row.missing_since >= timedelta(seconds=MISSING_SECONDS):
                due.append(snapshot)
                continue
            self.taken_over.waiting.add(snapshot.uid)
        return due

    def _is_ahead(self, snapshot: Snapshot) -> bool:
        booking = self.rows[snapshot.uid].booking
        return booking.status == Booking.Status.BOOKED and booking.start > self.now

    def _cancel(self, snapshot: Snapshot, reason: str) -> None:
        booking = self.rows[snapshot.uid].booking
        if not self._is_ahead(snapshot):
            return
        if self._shown(booking, snapshot) != snapshot.cells:
            self._refuse(snapshot, "conflict", "other", None)
            return
        reject_booking(project=self.project, booking_id=booking.pk, origin=ORIGIN, reason=reason)
        self.taken_over.accepted += 1

    def _shown(self, booking: Booking, snapshot: Snapshot) -> Cells:
        return self.layouts[snapshot.sheet_id].mask(cells_of(booking, self.zone))

    def _refuse(self, snapshot: Snapshot, key: str, code: str, row: SheetRowRead | None) -> None:
        text = note(self.project.language, key, code=code)
        self.taken_over.notes[snapshot.uid] = text
        self.taken_over.rejected += 1
        SheetConflict.objects.create(
            link=self.link, booking=self.rows[snapshot.uid].booking, reason=text,
            rejected=list(row.cells) if row else None,
        )  # fmt: skip

    def _take_edit(self, snapshot: Snapshot, row: SheetRowRead) -> None:
        booking = self.rows[snapshot.uid].booking
        if not self._is_ahead(snapshot):
            self._refuse(snapshot, "rejected", "past_row", row)
            return
        pairs = zip(row.cells, snapshot.cells, strict=True)
        if any(is_error_value(new) and new != old for new, old in pairs):
            self._refuse(snapshot, "rejected", "error_value", row)
            return
        change, problem = self._change_of(snapshot, row, self._shown(booking, snapshot), booking)
        if problem:
            self._refuse(snapshot, *problem, row)
        if change != VisitChange():
            self._apply(booking, change, snapshot, row)

    def _apply(self, booking: Booking, change: VisitChange, snapshot: Snapshot, row: SheetRowRead) -> None:
        try:
            change_booking(project=self.project, booking_id=booking.pk, origin=ORIGIN, change=change)
            self.taken_over.accepted += 1
        except BookingError as error:
            self._refuse(snapshot, "rejected", error.code, row)

    def _change_of(
        self, base: Snapshot, row: SheetRowRead, now: Cells, booking: Booking
    ) -> tuple[VisitChange, tuple[str, str] | None]:
        """Merge by field: what only staff changed is taken; what both changed stays ours, names theirs."""
        found: dict[str, Any] = {}
        problem = None
        when = self._merged_when(base.cells, row.cells)
        if when != base.cells[:3]:
            start = start_of((*when, "", "", ""), self.zone)
            if now[:3] != base.cells[:3]:
                problem = ("conflict", "other")
            elif start is None:
                problem = ("rejected", "unreadable")
            else:
                found["start"] = start
        if row.sheet_id != base.sheet_id:
            found["specialist_id"] = self.specialist_of.get(row.sheet_id)
        if row.cells[5] != base.cells[5]:
            service = self.services.get(key_of(row.cells[5]))
            found["service_id"] = service.pk if service else None
            problem = problem or (None if service else ("rejected", "unknown_service"))
        if row.cells[4] != base.cells[4] and row.cells[4]:
            found["guest_name"] = row.cells[4]
        return VisitChange(**found), problem

    @staticmethod
    def _merged_when(base: Cells, row: Cells) -> tuple[str, str, str]:
        """B is the date; when staff changed only A, its day and month with the nearest year count."""
        if row[1] == base[1] and row[0] != base[0] and len(row[0]) == 5:
            year = int(base[1][6:])
            jump = int(row[0][3:]) - int(base[1][3:5]) if row[0][3:].isdigit() else 0
            year += -1 if jump > 6 else 1 if jump < -6 else 0
            return (row[0], f"{row[0]}.{year}", row[2])
        return (base[0] if row[1] == base[1] else row[1][:5], row[1], row[2])

    def _moves_by_clearing(self, matches: Matches) -> dict[str, tuple[int, int]]:
        """A cleared row and a new one of the same client and service are one move, not two acts."""
        moved: dict[str, tuple[int, int]] = {}
        for snapshot, _ in matches.cleared:
            for row in matches.fresh:
                place = (row.sheet_id, row.index)
                same_visit = row.cells[4:] == snapshot.cells[4:] and row.cells[3] in ("", snapshot.cells[3])
                if same_visit and place not in moved.values() and self._is_ahead(snapshot):
                    moved[snapshot.uid] = place
                    self._take_edit(snapshot, row)
                    self.taken_over.adopted.append((row, self.rows[snapshot.uid].booking))
                    break
        return moved

    def _take_new(self, row: SheetRowRead) -> None:
        judged = judge(row.cells, zone=self.zone, now=self.now, services=self.services)
        specialist_id, start, service = self.specialist_of.get(row.sheet_id), judged.start, judged.service
        if judged.kind in QUIET:
            return
        if start is None or service is None or specialist_id is None:
            key = "incomplete" if judged.reason == "incomplete" else "rejected"
            text = note(self.project.language, key, code=judged.reason)
            self.taken_over.loose_notes.append((row, text))
            return
        if self._continues(row, specialist_id, service, start):
            return
        try:
            request = VisitRequest(
                project=self.project,
                client=self._client_of(row.cells),
                items=[Item(service.pk, specialist_id, start)],
                origin=ORIGIN,
                guest_name=row.cells[4],
            )
            booked = activate_booking(request=request)
        except BookingError as error:
            self.taken_over.rejected += 1
            text = note(self.project.language, "rejected", code=error.code)
            self.taken_over.loose_notes.append((row, text))
            return
        self.taken_over.accepted += 1
        self.taken_over.adopted.append((row, booked[0]))

    def _continues(self, row: SheetRowRead, specialist_id: int, service: Service, start: datetime) -> bool:
        """Tell the next half hour of a visit, as grids repeat it, from a visit of its own."""
        around = Booking.objects.filter(
            project=self.project, specialist_id=specialist_id, service=service, status=Booking.Status.BOOKED,
            start__lt=start, end__gt=start,
        )  # fmt: skip
        names = {name for one in around.with_names() for name in (one.guest_name, one.client.name)}
        return comparable(row.cells[4]) in map(comparable, names)

    def _client_of(self, cells: Cells) -> Client:
        """Link by the id in D when this salon knows it; else a walk-in with the name only. Never merge."""
        known = Client.objects.filter(project=self.project, contact_id=cells[3]).first() if cells[3] else None
        if known and (not cells[4] or comparable(known.name) == comparable(cells[4])):
            return known
        return get_or_create_client(project=self.project, name=cells[4] or cells[3] or "—")
