"""Reads of the calendar of leave: a month in whole weeks, with the visits that stand in the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from bookings.engine.closures import Closure, visits_hit
from bookings.models import Booking, DateOverride, DayOff
from botbackend.office.team.selectors import shown_visits
from botbackend.office.team.weeks import week_order
from projects.models import Project

_REACH = timedelta(days=366)  # a leave without an end is none of whose visits a list of today is about


@dataclass
class Cell:
    """A date of the calendar."""

    day: date
    in_month: bool
    is_today: bool
    leaves: list[DayOff] = field(default_factory=list)
    overrides: list[DateOverride] = field(default_factory=list)
    hit: int = 0

    @property
    def marks(self) -> int:
        """How much is to be said of it."""
        return len(self.leaves) + len(self.overrides)


@dataclass
class Month:
    """A month of leave and other hours, and the visits that they hit."""

    first: date
    weekdays: list[str]
    weeks: list[list[Cell]]
    visits: list[Booking]

    @property
    def left(self) -> int:
        """How many clients nobody told yet, of whatever services of theirs."""
        return len({visit.client_id for visit in self.visits if visit.told_at is None})  # type: ignore[attr-defined]

    @property
    def before(self) -> date:
        """The month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        """The month after."""
        return (self.first + timedelta(days=31)).replace(day=1)


def month(salon: Project, first: date, *, today: date) -> Month:
    """Return a month, whole weeks of it."""
    order = week_order()
    begins = first - timedelta(days=order.index(first.weekday()))
    after = (first + timedelta(days=31)).replace(day=1)
    days = [begins + timedelta(days=number) for number in range(42)]
    days = [day for at, day in enumerate(days) if days[at - at % 7] < after]
    cells = {day: Cell(day, day.month == first.month, day == today) for day in days}
    visits = _put_marks(salon, cells, days[0], days[-1], beyond=_REACH)
    weekdays = [str(WEEKDAYS_ABBR[number]) for number in order]
    weeks = [[cells[day] for day in days[at : at + 7]] for at in range(0, len(days), 7)]
    return Month(first, weekdays, weeks, visits)


def one_day(salon: Project, day: date) -> tuple[Cell, list[Booking]]:
    """Return what is to be said of one date."""
    cells = {day: Cell(day, in_month=True, is_today=False)}
    return cells[day], _put_marks(salon, cells, day, day)


def _put_marks(
    salon: Project, cells: dict[date, Cell], first: date, last: date, *, beyond: timedelta = timedelta(0)
) -> list[Booking]:
    """Fill in the cells; return the visits that are hit, those of a leave that goes on `beyond` them too."""
    leaves = list(_leaves(salon, first, last))
    overrides = list(_overrides(salon, first, last))
    for leave in leaves:
        for day in _dates(max(leave.date_from, first), min(leave.date_to, last)):
            cells[day].leaves.append(leave)
    for override in overrides:
        cells[override.date].overrides.append(override)
    closures = [Closure.of_leave(leave) for leave in leaves]
    closures += [Closure.of_override(override) for override in overrides]
    within = _within(closures, first - beyond, last + beyond)
    visits = shown_visits(visits_hit(project=salon, closures=within, is_stored=True))
    for visit in visits:
        day = timezone.localtime(visit.start).date()
        if day in cells:
            cells[day].hit += 1
    return visits


def _within(closures: Sequence[Closure], first: date, last: date) -> list[Closure]:
    return [
        Closure(one.specialist_id, max(one.first, first), min(one.last, last), one.ranges) for one in closures
    ]


def _dates(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _leaves(salon: Project, first: date, last: date) -> QuerySet[DayOff]:
    rows = DayOff.objects.filter(project=salon, date_from__lte=last, date_to__gte=first)
    return rows.select_related("specialist").order_by("date_from", "pk")


def _overrides(salon: Project, first: date, last: date) -> QuerySet[DateOverride]:
    rows = DateOverride.objects.filter(project=salon, date__range=(first, last))
    return rows.select_related("specialist").order_by("date", "pk")
