"""What the panel of a visit shows: all of its services as one, its client, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.shortcuts import get_object_or_404
from django.utils import timezone

from bookings.models import Booking, BookingEvent, Client
from bookings.operations import edition_of
from botbackend.office import visit_words
from botbackend.office.calendar import words
from botbackend.office.calendar.selectors import bookings_of
from botbackend.office.desk import Desk
from dialogues.models import Dialogue

Status = Booking.Status
_LEADING = (Status.BOOKED, Status.HELD, Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED)
_ONE_ACT = timedelta(seconds=10)
_EARLY = timedelta(hours=2)


@dataclass(frozen=True)
class Visit:
    """The rows of a visit that the person may see, in order; `row` is the one that was opened.

    `has_others` says that a colleague has a part of it who is none of the person's business.
    """

    desk: Desk
    row: Booking
    rows: list[Booking]
    has_others: bool

    @cached_property
    def live(self) -> list[Booking]:
        """The rows that an act is about: those that stand as the visit does, cancelled ones only together."""
        status = min((row.status for row in self.rows), key=_LEADING.index)
        found = [row for row in self.rows if row.status == status]
        if status != Status.CANCELLED:
            return found
        last = max(row.updated_at for row in found)
        return [row for row in found if row.updated_at >= last - _ONE_ACT]

    @property
    def lead(self) -> Booking:
        """The row with which the visit begins: its time is when the client comes."""
        return self.live[0]

    @property
    def opened(self) -> Booking:
        """The row that was tapped or dragged, or the first where that stands otherwise."""
        return self.row if self.row in self.live else self.live[0]

    @property
    def ids(self) -> list[int]:
        """The numbers of these rows."""
        return [row.pk for row in self.live]

    @property
    def edition(self) -> str:
        """What a form about the visit carries."""
        return edition_of(self.live)

    @property
    def status(self) -> str:
        """How the visit stands."""
        return self.live[0].status

    @property
    def kind(self) -> str:
        """How the visit stands, arrived or not."""
        return visit_words.kind_of(self.live[0])

    @property
    def state(self) -> str:
        """How the visit stands, in words."""
        return visit_words.state_of(self.live[0])

    @property
    def client(self) -> Client:
        """Whose visit it is."""
        return self.row.client

    @property
    def start(self) -> datetime:
        """When it begins."""
        return self.live[0].start

    @property
    def end(self) -> datetime:
        """When its last service is over."""
        return max(row.end for row in self.live)

    @property
    def price(self) -> str:
        """What it costs together, in words."""
        return words.price_of(self.desk.salon, (row.full_price for row in self.live))

    @property
    def source(self) -> str:
        """Where it was booked, in words."""
        return visit_words.source_of(self.row.source)

    @property
    def notes(self) -> list[str]:
        """The remarks of all rows, each once."""
        return list(dict.fromkeys(line for row in self.live for line in row.note.splitlines()))

    @property
    def staff_notes(self) -> list[Booking]:
        """The rows on which colleagues left a note for each other, but for the one that was opened."""
        return [row for row in self.rows if row.staff_note and row.pk != self.row.pk]

    @property
    def note(self) -> str:
        """The remarks as a text that may be corrected."""
        return "\n".join(self.notes)

    @property
    def is_booked(self) -> bool:
        """May it be moved, cancelled or come to its end?"""
        return self.status == Status.BOOKED

    @property
    def can_be_priced(self) -> bool:
        """May the person agree on another price for it?"""
        return self.desk.is_full_staff and (self.is_booked or self.has_ended)

    @property
    def has_begun(self) -> bool:
        """Is it the day of the visit, or past it? Before that nobody can be late."""
        return (
            self.start.astimezone(self.desk.zone).date() <= timezone.now().astimezone(self.desk.zone).date()
        )

    @property
    def has_ended(self) -> bool:
        """Was it said how it ended? That may be corrected, or taken back."""
        return self.status in (Status.COMPLETED, Status.NO_SHOW)

    @property
    def is_early(self) -> bool:
        """Is it so long before the visit that a tap on how it ended is likely a slip?"""
        return self.start - timezone.now() > _EARLY

    @property
    def was_told(self) -> bool:
        """Did the client hear of the cancellation, or cancel the visit?"""
        events = BookingEvent.objects.filter(booking=self.live[0], action="cancelled")
        last = events.order_by("-at", "-pk").first()
        by_client = last is not None and last.source == Booking.Source.BOT
        return by_client or (last is not None and bool((last.after or {}).get("told")))


def visit_of(desk: Desk, booking: int) -> Visit:
    """Return the visit that a booking belongs to. Raises Http404 for one that the person does not see."""
    row = get_object_or_404(bookings_of(desk).with_names(), pk=booking)
    everything = Booking.objects.filter(project=desk.salon, visit_id=row.visit_id).real(timezone.now())
    all_rows = list(everything.with_names())
    own = [one for one in all_rows if desk.own_specialist in (None, one.specialist_id)]
    return Visit(desk, row, own, has_others=len(own) < len(all_rows))


def dialogue_of(client: Client) -> Dialogue | None:
    """Return the client's chat, open or not."""
    return Dialogue.objects.filter(client=client).first()
