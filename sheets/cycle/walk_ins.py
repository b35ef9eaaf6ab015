"""Rows that staff typed by themselves: they become visits, or are told what they lack."""

from collections.abc import Collection
from datetime import datetime

from bookings.errors import BookingError
from bookings.models import Booking, Client
from bookings.models.clients import contact_id_in
from bookings.operations import Item, activate_booking, get_or_create_client
from bookings.values import VisitRequest
from botbackend.lib.text import comparable
from botbackend.outbox.claims import Claim, held
from sheets.adoption.rows import QUIET, judge
from sheets.cells import Cells, SheetRowRead
from sheets.cycle.merge import Salon
from sheets.cycle.outcome import TakenOver
from sheets.models import SheetLink, SheetRow
from sheets.moments import as_date
from sheets.notes import note, split, with_comment
from sheets.origin import ORIGIN


class WalkIns:
    """Those of one cycle; what comes of them goes into `taken_over`."""

    def __init__(
        self,
        link: SheetLink,
        claim: Claim,
        salon: Salon,
        now: datetime,
        taken_over: TakenOver,
        *,
        adopted: Collection[int] = (),
    ) -> None:
        self.link, self.project, self.claim, self.adopted = link, link.project, claim, adopted
        self.salon, self.now, self.taken_over = salon, now, taken_over

    def take(self, row: SheetRowRead) -> None:
        """Book a walk-in, or say beside its row what it lacks; it is tried again in every cycle."""
        judged = judge(row.cells, zone=self.salon.zone, now=self.now, services=self.salon.services)
        start, service, specialist_id = judged.start, judged.service, self.salon.specialists[row.sheet_id]
        if judged.kind in QUIET:
            return
        if judged.reason == "incomplete":
            self._explain(row, "incomplete", "other", counts=False)
        elif start is None or service is None:
            self._explain(row, "rejected", judged.reason)
        elif row.sheet_id in self.adopted and as_date(row.cells[1]) is None:
            # Such a tab held rows before us: without a year nobody knows whether one is of last winter.
            self._explain(row, "rejected", "bad_date")
        elif not self._continues(row, specialist_id, service, start):
            try:
                self._book(row, Item(service, specialist_id, start))
            except BookingError as error:
                self._explain(row, "rejected", error.code)

    def _continues(self, row: SheetRowRead, specialist_id: int, service_id: int, start: datetime) -> bool:
        """Tell the next half hour of a visit, as the salon's own grids repeat it, from a visit of its own."""
        if row.sheet_id not in self.adopted:
            return False
        around = Booking.objects.filter(
            project=self.project, specialist_id=specialist_id, service_id=service_id,
            status=Booking.Status.BOOKED, start__lt=start, end__gt=start,
        )  # fmt: skip
        names = {name for one in around.with_names() for name in (one.guest_name, one.client.name)}
        return comparable(row.cells[4]) in map(comparable, names)

    def _explain(self, row: SheetRowRead, key: str, code: str, *, counts: bool = True) -> None:
        text = with_comment(note(self.project.language, key, code=code), split(row.status)[1])
        is_new = row.status != text
        self.taken_over.rejected += counts and is_new
        self.taken_over.begun += not counts and is_new
        self.taken_over.loose_notes.append((row, text))

    def _book(self, row: SheetRowRead, item: Item) -> None:
        """Book it together with what makes its row known again, before anything is written there."""
        with held(self.claim):
            request = VisitRequest(
                project=self.project,
                client=self._client_of(row.cells),
                items=[item],
                origin=ORIGIN,
                guest_name=row.cells[4],
            )
            [booking] = activate_booking(request=request)
            stored = SheetRow.objects.create(
                link=self.link,
                booking=booking,
                spreadsheet_id=self.link.spreadsheet_id,
                row_uid=SheetRow.new_uid(),
                sheet_id=row.sheet_id,
                place=row.index,
                cells=list(row.cells),
                seen_at=self.now,
            )
        self.taken_over.accepted += 1
        self.taken_over.adopted.append((row, stored.row_uid))

    def _client_of(self, cells: Cells) -> Client:
        """Link by the id in D when this salon knows it; else a walk-in with the name only. Never merge."""
        contact_id = contact_id_in(cells[3])
        mine = Client.objects.filter(project=self.project).exclude(contact_id="")
        known = mine.filter(contact_id=contact_id).first()
        if known and (not cells[4] or comparable(known.name) == comparable(cells[4])):
            return known
        return get_or_create_client(project=self.project, name=cells[4] or cells[3] or "—")
