"""Which booked visits stand where nobody works: by leave, by other hours of a date, or by a new week."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache

from django.db.models import QuerySet
from django.utils import timezone

from bookings.engine.calendars import local_days, zone_named
from bookings.engine.minutes import Interval, day_number, minute_not_before, minute_of
from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.limits import MAX_VISIT_MINUTES
from bookings.models import Booking, DateOverride, DayOff, rules_of
from botbackend.lib.stopped_clock import current_time
from projects.models import Project

_Visit = tuple[int, int, datetime, datetime]  # id, specialist, start, end


@dataclass(frozen=True, slots=True)
class Closure:
    """Dates that differ from the week, both included; `specialist_id` None is the whole salon.

    `ranges` are the hours of these dates in minutes; None = leave.
    """

    specialist_id: int | None
    first: date
    last: date
    ranges: tuple[Interval, ...] | None = None

    @classmethod
    def of_leave(cls, row: DayOff) -> "Closure":
        """Return what a stored leave closes."""
        return cls(row.specialist_id, row.date_from, row.date_to)

    @classmethod
    def of_override(cls, row: DateOverride) -> "Closure":
        """Return what other hours of a date leave open."""
        return cls(row.specialist_id, row.date, row.date, tuple((start, end) for start, end in row.ranges))

    def put_into(self, rules: Rules) -> None:
        """Let it hold, stored or not."""
        if self.ranges is None:
            span = day_number(self.first), day_number(self.last)
            rules.days_off.setdefault(self.specialist_id, []).append(span)
        else:
            rules.overrides[self.specialist_id, day_number(self.first)] = list(self.ranges)

    def concerns(self, specialist_id: int, first: date, last: date) -> bool:
        """Does it say anything about this specialist on these dates?"""
        return self.specialist_id in (None, specialist_id) and first <= self.last and self.first <= last


def visits_hit(
    *, project: Project, closures: Sequence[Closure], is_stored: bool = False, now: datetime | None = None
) -> QuerySet[Booking]:
    """Return the booked visits ahead on dates of the closures at which nobody works then, by start.

    With `is_stored` they are looked up, as everything else is; otherwise they hold above what is stored.
    """
    if not closures:
        return Booking.objects.none()
    first, last = min(one.first for one in closures), max(one.last for one in closures)

    def is_meant(specialist_id: int, begins: date, ends: date) -> bool:
        return any(one.concerns(specialist_id, begins, ends) for one in closures)

    return _left_alone(project, first, last, now or current_time(), is_meant, () if is_stored else closures)


def visits_outside_hours(
    *, project: Project, specialist_id: int | None = None, now: datetime | None = None
) -> QuerySet[Booking]:
    """Return the booked visits ahead, of one specialist or of all, outside the hours as they are stored."""
    moment = now or current_time()
    today = moment.astimezone(zone_named(project.timezone)).date()

    def is_meant(number: int, begins: date, ends: date) -> bool:
        return specialist_id in (None, number)

    last = today + timedelta(days=rules_of(project).horizon_days + 1)
    return _left_alone(project, today, last, moment, is_meant, ())


def _left_alone(
    project: Project,
    first: date,
    last: date,
    now: datetime,
    is_meant: Callable[[int, date, date], bool],
    closures: Iterable[Closure],
) -> QuerySet[Booking]:
    zone = zone_named(project.timezone)
    rules = read_rules(project, first=first - timedelta(days=1), last=last + timedelta(days=1))
    for one in closures:
        one.put_into(rules)

    @cache
    def work(specialist_id: int, begins: date, ends: date) -> list[Interval]:
        return rules.work(specialist_id, local_days(zone, begins, ends))

    days = local_days(zone, first, last)
    begins, ends = days.span(days.first, days.last)
    ahead = Booking.objects.ahead(now).filter(project=project).order_by()
    # No visit is longer than that: the index on the start serves however long the history is.
    reach = max(_moment(begins), now) - timedelta(minutes=MAX_VISIT_MINUTES)
    window = ahead.filter(start__gte=reach, start__lt=_moment(ends), end__gt=_moment(begins))
    found = [
        row[0]
        for row in window.values_list("pk", "specialist_id", "start", "end")
        if is_meant(row[1], *(dates := _dates(row, zone))) and not _is_covered(row, work(row[1], *dates))
    ]
    return Booking.objects.filter(pk__in=found).order_by("start", "pk")


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, timezone.get_default_timezone())


def _dates(row: _Visit, zone: tzinfo) -> tuple[date, date]:
    _, _, start, end = row
    last = end - timedelta(microseconds=1)
    return start.astimezone(zone).date(), last.astimezone(zone).date()


def _is_covered(row: _Visit, stretches: Iterable[Interval]) -> bool:
    """Does the specialist work during the whole visit?"""
    opens, closes = minute_of(row[2]), minute_not_before(row[3])
    return any(begins <= opens and closes <= ends for begins, ends in stretches)
