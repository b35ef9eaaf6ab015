"""What of the calendar somebody looks at: which dates, whose, and as what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, cast
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import get_language

from botbackend.office.asked import day_in, number_in
from botbackend.office.calendar.selectors import Range
from botbackend.office.desk import Desk

View = Literal["day", "week", "list"]
VIEWS: tuple[View, ...] = ("day", "week", "list")


@dataclass(frozen=True)
class Showing:
    """The choice that stands in the address of the page."""

    desk: Desk
    view: View
    day: date
    specialist: int | None

    @classmethod
    def of(cls, desk: Desk, query: Mapping[str, str]) -> "Showing":
        """Read the address; what it does not say, or says wrongly, is today, the day, everybody."""
        view = query.get("view", "day")
        return cls(
            desk,
            view if view in VIEWS else "day",
            day_in(query.get("date", "")) or timezone.localdate(),
            number_in(query.get("specialist", "")),
        )

    @property
    def range(self) -> Range:
        """The dates that are shown."""
        first = self.week_start if self.view == "week" else self.day
        return Range(first, first + timedelta(days=self.step), self.specialist)

    @property
    def step(self) -> int:
        """How many days are shown, and how far it is to the next ones."""
        return 1 if self.view == "day" else 7

    @property
    def week_start(self) -> date:
        """The first day of the week as the language counts it."""
        first_day = int(cast(str, get_format("FIRST_DAY_OF_WEEK")))  # 0 = Sunday
        return self.day - timedelta(days=(self.day.isoweekday() - first_day) % 7)

    @property
    def last_day(self) -> date:
        """The last date that is shown."""
        return self.range.until - timedelta(days=1)

    @property
    def is_today(self) -> bool:
        """Does it show today?"""
        return self.range.first <= timezone.localdate() < self.range.until

    @property
    def before(self) -> str:
        """The address of the days before."""
        return self._address(day=self.day - timedelta(days=self.step))

    @property
    def after(self) -> str:
        """The address of the days after."""
        return self._address(day=self.day + timedelta(days=self.step))

    @property
    def today(self) -> str:
        """The address of today."""
        return self._address(day=timezone.localdate())

    @property
    def as_day(self) -> str:
        """The address of the same as a day."""
        return self._address(view="day")

    @property
    def as_week(self) -> str:
        """The address of the same as a week."""
        return self._address(view="week")

    @property
    def as_list(self) -> str:
        """The address of the same as a list."""
        return self._address(view="list")

    @property
    def on_paper(self) -> str:
        """The address of the sheet to print."""
        return reverse("office:calendar-print", args=[self.desk.salon.slug]) + self._address()

    @property
    def query(self) -> str:
        """What stands behind the address of a part that shows the same."""
        return self._address().lstrip("?")

    def _address(self, *, day: date | None = None, view: View | None = None) -> str:
        asked = {"view": view or self.view, "date": (day or self.day).isoformat()}
        if self.specialist is not None:
            asked["specialist"] = str(self.specialist)
        return f"?{urlencode(asked)}"

    def setup(self, **more: Any) -> dict[str, Any]:
        """Return what the script in the page works by."""
        slug = self.desk.salon.slug
        addresses = {
            "events": reverse("office:calendar-events", args=[slug]),
            "pulse": reverse("office:calendar-pulse", args=[slug]),
            "visit": reverse("office:visit", args=[slug, 0]),
            "move": reverse("office:visit-move", args=[slug, 0]),
            "book": reverse("office:visit-new", args=[slug]) if self.desk.is_full_staff else "",
        }
        return {
            "view": self.view,
            "date": self.range.first.isoformat(),
            "day": self.day.isoformat(),
            "until": self.range.until.isoformat(),
            "specialist": "" if self.specialist is None else str(self.specialist),
            "locale": "en-GB" if get_language() == "en" else get_language(),
            "firstDay": int(cast(str, get_format("FIRST_DAY_OF_WEEK"))),
            "addresses": addresses,
            **more,
        }
