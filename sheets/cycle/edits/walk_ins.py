"""Rows that staff typed by themselves: they become visits, or are told what they lack."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from bookings.errors import BookingError
from bookings.models import Booking, Client
from bookings.models.clients import contact_id_in
from bookings.operations import Item, activate_booking, get_or_create_client
from bookings.values import VisitRequest
from botbackend.lib.text import comparable
from botbackend.outbox.claims import Claim, held
from sheets.adoption.clients import looks_like_phone, person_of
from sheets.adoption.rows import QUIET, judge
from sheets.adoption.words import says_nothing
from sheets.cycle.edits.merge import Salon
from sheets.cycle.outcome import Refusal, TakenOver
from sheets.models import SheetConflict, SheetLink, SheetRow
from sheets.operations import ORIGIN
from sheets.rows.cells import CLIENT_ID, Cells, SheetRowRead, cells_of
from sheets.rows.layout import Layout
from sheets.rows.moments import as_date
from sheets.rows.notes import note, split, with_comment

_LONGEST_NUMBER = 18


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
        hashed: Callable[[Cells], str],
        layouts: Mapping[int, Layout],
        adopted: Collection[int] = (),
    ) -> None:
        self.link, self.project, self.claim, self.adopted = link, link.project, claim, adopted
        self.salon, self.now, self.taken_over, self.hashed = salon, now, taken_over, hashed
        self.layouts = layouts

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
        elif self._continues(row, specialist_id, service, start):
            self._keep(row)
        else:
            try:
                self._book(row, Item(service, specialist_id, start))
            except BookingError as error:
                self._explain(row, "rejected", error.code)

    def look_again(self, row: SheetRowRead) -> None:
        """Explain a row that repeats a visit which moved or is no more; it is none before staff change it."""
        judged = judge(row.cells, zone=self.salon.zone, now=self.now, services=self.salon.services)
        if judged.kind in QUIET or judged.start is None or judged.service is None:
            return
        self._keep(row)
        specialist_id = self.salon.specialists[row.sheet_id]
        if not self._continues(row, specialist_id, judged.service, judged.start):
            self._explain(row, "rejected", "rest_of_visit")
        elif split(row.status)[0]:
            self.taken_over.loose_notes.append((row, split(row.status)[1]))

    def _keep(self, row: SheetRowRead) -> None:
        self.taken_over.repeats.setdefault(row.sheet_id, set()).add(self.hashed(row.cells))

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
            client, is_known = self._client_of(row.cells)
            request = VisitRequest(
                project=self.project,
                client=client,
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
                is_theirs=True,
                cells=[*row.cells[:3], row.cells[3] if is_known else "", *row.cells[4:]],
                seen_at=self.now,
            )
            if not is_known:
                self._leave_client_id(row, stored)
        self.taken_over.accepted += 1
        self.taken_over.adopted.append((row, stored.row_uid))

    def _leave_client_id(self, row: SheetRowRead, stored: SheetRow) -> None:
        """What D says is nobody: it stays for a while with the reason, as any cell that is not taken."""
        text = note(self.project.language, "rejected", code="client_id_kept")
        shown = self.layouts[row.sheet_id].mask(cells_of(stored.booking, self.salon.zone))
        cells = (*shown[:CLIENT_ID], row.cells[CLIENT_ID], *shown[CLIENT_ID + 1 :], str(row.sheet_id))
        self.taken_over.refusals[stored.row_uid] = Refusal(text, cells, self.now, frozenset({CLIENT_ID}))
        self.taken_over.rejected += 1
        SheetConflict.objects.create(
            link=self.link, booking=stored.booking, reason=text, rejected=list(row.cells)
        )

    def _client_of(self, cells: Cells) -> tuple[Client, bool]:
        """Return the client, and whether D was understood as an id of theirs or a phone. Never merge."""
        ident, name = cells[3], cells[4]
        known = self._known(ident)
        if known and (not name or comparable(known.name) == comparable(name)):
            return known, True
        person = person_of(
            ident="" if known else ident, phone="", name=name, contacts=(), country=self.project.home_country
        )
        is_understood = says_nothing(ident) or looks_like_phone(ident, country=self.project.home_country)
        called = person.name or ("" if person.phone else ident) or "—"
        client = get_or_create_client(project=self.project, phone=person.phone, name=called)
        return client, is_understood and not known

    def _known(self, ident: str) -> Client | None:
        """The client whose id, or whose number where the channel gave none, stands in a cell."""
        clients = Client.objects.filter(project=self.project)
        if ident.startswith("#") and ident[1:].isdecimal() and len(ident) < _LONGEST_NUMBER:
            return clients.filter(pk=int(ident[1:]), contact_id="").first()
        contact_id = contact_id_in(ident)
        return clients.filter(contact_id=contact_id).first() if contact_id else None
