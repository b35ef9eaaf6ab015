"""The charts of the room, with the words that each shape says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ai.figures.talks import TalkFigures
from bookings.visit_figures import Cut
from botbackend.office.figures.charts import Bars, Cell, bars_of, heat_cells
from botbackend.office.figures.selectors import Course
from botbackend.office.figures.words import short_weekday, weekday_name, weekdays_in_order
from botbackend.office.templatetags.figures import money

_EARLIEST, _LATEST = 9, 19  # hours that a heat map shows in any case


@dataclass(frozen=True)
class HeatMap:
    """Weekdays as rows, hours as columns; `rows` are the same as a table."""

    cells: Sequence[Cell]
    hours: Sequence[int]
    days: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]

    @property
    def width(self) -> int:
        """How wide the drawing is: ten for each hour, and room for the names of the days."""
        return len(self.hours) * 10 + 17


@dataclass(frozen=True)
class Part:
    """One of several parts of a whole."""

    name: str
    count: int
    share: float | None


def course_chart(course: Sequence[Course], unit: Cut, currency: str) -> Bars:
    """Takings over time."""
    shape = "YEAR_MONTH_FORMAT" if unit is Cut.MONTH else "SHORT_DATE_FORMAT"
    values = [
        (
            date_format(one.day, "M Y" if unit is Cut.MONTH else "j.m"),
            float(one.sums.amount),
            f"{date_format(one.day, shape)}: {money(one.sums.amount, currency)}",
        )
        for one in course
    ]
    return bars_of(values, written=lambda amount: money(amount, currency))


def heat_map(hours: Mapping[tuple[int, int], int]) -> HeatMap:
    """When clients come."""
    days = weekdays_in_order()
    seen = [hour for _day, hour in hours]
    columns = range(min([_EARLIEST, *seen]), max([_LATEST, *seen]) + 1)
    values = [
        (x, y, hours.get((day, hour), 0), f"{weekday_name(day)} {hour:02}:00 – {hours.get((day, hour), 0)}")
        for y, day in enumerate(days)
        for x, hour in enumerate(columns)
    ]
    rows = [(weekday_name(day), [hours.get((day, hour), 0) for hour in columns]) for day in days]
    return HeatMap(heat_cells(values), list(columns), [short_weekday(day) for day in days], rows)


def parts_chart(ends: TalkFigures) -> list[Part]:
    """How talks end, as parts of all."""
    parts = [
        (_("Booked a visit"), ends.booked),
        (_("The bot alone"), ends.bot_alone),
        (_("Went to a person"), ends.to_people),
    ]
    whole = sum(count for _name, count in parts)
    return [Part(name, count, count / whole if whole else None) for name, count in parts]
