"""The visits on paper: a sheet that hangs at the desk, with everybody who works and whom to call."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bookings.models import Booking, Specialist
from botbackend.lib.postgres import replica
from botbackend.office import visit_words
from botbackend.office.calendar import words
from botbackend.office.calendar.selectors import rows_to_show
from botbackend.office.calendar.showing import Showing
from botbackend.office.desk import Desk

Status = Booking.Status
_ON_PAPER = (Status.BOOKED, Status.COMPLETED, Status.NO_SHOW)


@dataclass(frozen=True)
class Line:
    """A visit on the sheet."""

    row: Booking
    has_notes: bool = False

    @property
    def who(self) -> str:
        return words.who_comes(self.row)

    @property
    def notes(self) -> list[str]:
        """What is to be heeded: of the client on every visit, and of this one. Read only where shown."""
        if not self.has_notes:
            return []
        found = f"{self.row.client.notes}\n{self.row.note}".splitlines()
        return [line for line in dict.fromkeys(map(str.strip, found)) if line]

    @property
    def state(self) -> str:
        """How it stands, where that is more than booked."""
        return "" if visit_words.kind_of(self.row) == "booked" else visit_words.state_of(self.row)


@dataclass(frozen=True)
class Sheet:
    """What one specialist has on a date."""

    name: str
    lines: list[Line]


def of(desk: Desk, showing: Showing, *, has_notes: bool = False) -> list[tuple[date, list[Sheet]]]:
    """Return each date with a sheet for everybody who is shown, and for those who left with visits then."""
    also = ("client__phone", *(("client__notes", "note") if has_notes else ()))
    rows = [row for row in rows_to_show(desk, showing.range, *also) if row.status in _ON_PAPER]
    people = _people(desk, showing, rows)
    by_day = groupby(rows, key=lambda row: row.start.astimezone(desk.zone).date())
    days = {day: list(found) for day, found in by_day} or {showing.range.first: []}
    return [(day, [_sheet(one, found, has_notes) for one in people]) for day, found in days.items()]


def _people(desk: Desk, showing: Showing, rows: list[Booking]) -> list[Specialist]:
    busy = {row.specialist_id for row in rows}
    everybody = Specialist.objects.using(replica.alias()).filter(project=desk.salon)
    if desk.own_specialist is not None:
        everybody = everybody.filter(pk=desk.own_specialist)
    found = [one for one in everybody if one.is_active or one.pk in busy]
    return [one for one in found if showing.specialist in (None, one.pk)]


def _sheet(one: Specialist, rows: list[Booking], has_notes: bool) -> Sheet:
    return Sheet(one.name, [Line(row, has_notes) for row in rows if row.specialist_id == one.pk])
