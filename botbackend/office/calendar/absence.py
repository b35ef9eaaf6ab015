"""Who is away when, and which booked visits stand where nobody works: as news for whoever looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.engine.calendars import local_days
from bookings.engine.minutes import Interval, minute_not_before, minute_of
from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.models import Booking, BookingEvent, DayOff
from botbackend.lib.postgres import replica
from botbackend.office.days import numeric_day
from botbackend.office.desk import Desk

PLACED = ("booked", "overbooked", "changed", "added")  # acts that put a visit somewhere, with a reason or not
Place = tuple[int, int, datetime]


@dataclass(frozen=True)
class Absence:
    """The leave of some dates, the last excluded, beside the rules that were read for them."""

    desk: Desk
    rules: Rules
    leaves: list[DayOff]
    first: date
    until: date

    def word(self, specialist_id: int, day: date) -> str:
        """Return why somebody is not there on a date: "Away: flu"; "" for no leave."""
        own = [one for one in self.leaves if one.date_from <= day <= one.date_to]
        for whose in (specialist_id, None):
            found = next((one for one in own if one.specialist_id == whose), None)
            if found is not None:
                return _said(found)
        return ""

    def words(self, specialist_id: int) -> str:
        """Return all of it for these dates; of several dates with which it is."""
        days = [self.first + timedelta(days=one) for one in range((self.until - self.first).days)]
        found: dict[str, list[date]] = {}
        for day in days:
            if word := self.word(specialist_id, day):
                found.setdefault(word, []).append(day)
        if len(days) == 1:
            return "".join(found)
        return "; ".join(f"{word} ({_span(those)})" for word, those in found.items())

    def of(self, row: Booking) -> str:
        """Return why nobody is there for a booked visit that is not over: "" where somebody is.

        What was put there with a reason was meant so.
        """
        start = row.start.astimezone(self.desk.zone).date()
        is_ahead = row.status == Booking.Status.BOOKED and row.end > timezone.now()
        if not is_ahead or not self.first <= start < self.until:
            return ""
        if self._works(row.specialist_id, row.start, row.end) or self._place_of(row) in self._meant:
            return ""
        return self.word(row.specialist_id, start) or _("Outside the working hours")

    def _works(self, specialist_id: int, start: datetime, end: datetime) -> bool:
        opens, closes = minute_of(start), minute_not_before(end)
        return any(begins <= opens and closes <= ends for begins, ends in self._work(specialist_id))

    def _work(self, specialist_id: int) -> list[Interval]:
        if specialist_id not in self._found:
            days = local_days(self.desk.zone, self.first, self.until)
            self._found[specialist_id] = self.rules.work(specialist_id, days)
        return self._found[specialist_id]

    @cached_property
    def _meant(self) -> set[Place]:
        """Where visits of these dates were put with a reason: one statement, if somebody is away for one."""
        first, until = (datetime.combine(day, time(), self.desk.zone) for day in (self.first, self.until))
        placed = BookingEvent.objects.using(replica.alias()).filter(
            project=self.desk.salon, action__in=PLACED, booking__start__gte=first, booking__start__lt=until
        )
        told = placed.exclude(reason="").values_list("booking_id", "after")
        return {
            (pk, after["specialist_id"], datetime.fromisoformat(str(after["start"])))
            for pk, after in told
            if after
        }

    @staticmethod
    def _place_of(row: Booking) -> Place:
        return row.pk, row.specialist_id, row.start

    @cached_property
    def _found(self) -> dict[int, list[Interval]]:
        return {}


def absence_in(desk: Desk, first: date, until: date, rules: Rules | None = None) -> Absence:
    """Return the absence of the dates `first` to before `until`: one statement, and one for rules if none."""
    if rules is None:
        rules = read_rules(desk.salon, first=first, last=until, service_ids=[], using=replica.alias())
    leaves = DayOff.objects.using(replica.alias()).filter(
        project=desk.salon, date_from__lt=until, date_to__gte=first
    )
    return Absence(desk, rules, list(leaves.order_by("date_from", "pk")), first, until)


def absence_of(desk: Desk, rows: Iterable[Booking]) -> Absence:
    """Return the absence of the dates of these visits."""
    days = [row.start.astimezone(desk.zone).date() for row in rows]
    return absence_in(desk, min(days), max(days) + timedelta(days=1))


def _said(leave: DayOff) -> str:
    if leave.specialist_id is None:
        return (
            _("The salon is closed: %(why)s") % {"why": leave.reason}
            if leave.reason
            else _("The salon is closed")
        )
    return _("Away: %(why)s") % {"why": leave.reason} if leave.reason else _("Away")


def _span(days: list[date]) -> str:
    return numeric_day(days[0]) if len(days) == 1 else f"{numeric_day(days[0])} – {numeric_day(days[-1])}"
