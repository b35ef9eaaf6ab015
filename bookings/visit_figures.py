"""What the visits of a period come to: one statement, whatever it is cut by."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connections
from django.utils import timezone

from bookings import queries
from bookings.engine.calendars import zone_named
from projects.models import Project


class Cut(StrEnum):
    """What visits are told apart by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SPECIALIST = "specialist"
    SERVICE = "service"
    SOURCE = "source"
    HOUR = "hour"  # (weekday from 0 = Monday, hour of the day)


@dataclass(frozen=True)
class VisitSum:
    """Visits that begin within the period, by the day that they are on.

    `planned`: all that were not cancelled; `done` of them took place, `no_show` did not; what is neither is
    ahead. `amount` is what the done ones cost, at least: `begins` of them have a price that only begins
    there, `unpriced` none. `minutes` are those of the planned ones.
    """

    planned: int = 0
    done: int = 0
    no_show: int = 0
    cancelled: int = 0
    amount: Decimal = Decimal(0)
    begins: int = 0
    unpriced: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class VisitFigures:
    """The sum, and the sums of each cut by its key."""

    total: VisitSum
    by: Mapping[Cut, Mapping[Any, VisitSum]] = field(default_factory=dict)


_COLUMNS = {
    Cut.DAY: "stretch",
    Cut.WEEK: "stretch",
    Cut.MONTH: "stretch",
    Cut.SPECIALIST: "specialist_id",
    Cut.SERVICE: "service_id",
    Cut.SOURCE: "source",
    Cut.HOUR: "week_hour",
}
_SUMS = [one.name for one in fields(VisitSum)]
_MONDAY = 72  # hours from a Monday to 1970-01-01, which was a Thursday


def visit_figures(
    *,
    project: Project,
    start: datetime,
    end: datetime,
    by: Collection[Cut] = (),
    specialist: int | None = None,
    now: datetime | None = None,
    using: str = "default",
) -> VisitFigures:
    """Sum up the visits that begin within [start, end), aware; one statement. At most one cut of time."""
    cuts = list(by)
    columns = sorted({_COLUMNS[cut] for cut in cuts})
    sets = ["()", *(f"({_COLUMNS[cut]})" for cut in cuts)]
    unit = next((cut for cut in cuts if _COLUMNS[cut] == "stretch"), None)
    stretches = [] if unit is None else _stretches(project, start, end, unit)
    asked: dict[str, Any] = {
        "project": project.pk,
        "start": start,
        "end": end,
        "now": now or timezone.now(),
        "zone": project.timezone,
        "edges": [edge for _, edge in stretches],
        "monday": _MONDAY,
        "specialist": specialist,
    }
    # Nothing of a person's stands in the text: the columns are those of the table above.
    statement = (
        queries.VISIT_FIGURES.format(
            columns="".join(f"{column}, " for column in columns),
            made="".join(f"{queries.CUT_COLUMNS[column]}, " for column in columns),
            sets=", ".join(sets),
            grouping=", ".join(columns),
        )
        if columns
        else queries.VISIT_FIGURES_WHOLE
    )
    with connections[using].cursor() as cursor:
        cursor.execute(statement, asked)
        return _read(cuts, columns, cursor.fetchall(), [day for day, _ in stretches])


def _stretches(project: Project, start: datetime, end: datetime, unit: Cut) -> list[tuple[date, datetime]]:
    """Return the days, weeks or months of a period, each with its first moment on the salon's clock."""
    zone = zone_named(project.timezone)
    first, last = (one.astimezone(zone).date().toordinal() for one in (start, end))
    days = dict.fromkeys(first_day(date.fromordinal(number), unit) for number in range(first, last + 1))
    return [(day, datetime.combine(day, time.min, zone)) for day in days]


def _read(
    cuts: list[Cut], columns: list[str], rows: list[tuple[Any, ...]], stretches: list[date]
) -> VisitFigures:
    found: dict[Cut, dict[Any, VisitSum]] = {cut: {} for cut in cuts}
    total = VisitSum()
    kinds = {_mask(columns, _COLUMNS[cut]): cut for cut in cuts}
    for row in rows:
        keys, mask, sums = row[: len(columns)], row[len(columns)], row[len(columns) + 1 :]
        line = VisitSum(**dict(zip(_SUMS, sums, strict=True)))
        cut = kinds.get(mask) if columns else None
        if cut is None:
            total = line
            continue
        key = keys[columns.index(_COLUMNS[cut])]
        if cut is Cut.HOUR:
            key = divmod(key, 24)
        elif _COLUMNS[cut] == "stretch":
            key = stretches[key - 1]
        found[cut][key] = line
    return VisitFigures(total, found)


def _mask(columns: list[str], grouped: str) -> int:
    """What GROUPING says of rows that are grouped by this column: a bit for each other one."""
    return sum(1 << at for at, column in enumerate(reversed(columns)) if column != grouped)


def first_day(day: date, cut: Cut) -> date:
    """Return the date that stands for the day's week (its Monday) or month (its first)."""
    if cut is Cut.WEEK:
        return date.fromordinal(day.toordinal() - day.weekday())
    return day.replace(day=1) if cut is Cut.MONTH else day
