"""The period that figures are asked for: a usual one, or from - to on the salon's calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.visit_figures import Cut
from projects.models import Project
from projects.periods import Period, last_days, month_to_date, whole_days

MOST_DAYS = 731
FIRST_YEAR = 2000
OWN = "own"
USUAL: dict[str, Promise] = {
    "7": _("7 days"),
    "30": _("30 days"),
    "month": _("This month"),
    "before": _("Last month"),
    "90": _("90 days"),
    "365": _("A year"),
}
_FEW_DAYS, _SOME_DAYS = 31, 184


class SpanForm(forms.Form):
    """From and to, both included."""

    since = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("since"), cleaned.get("until")
        for name, day in (("since", first), ("until", last)):
            if day and not FIRST_YEAR <= day.year <= timezone.localdate().year + 3:
                self.add_error(name, _("Choose a date nearer to today."))
        if first and last and last < first:
            self.add_error("until", _("The last day must not be before the first."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("until", _("Choose at most two years."))
        return cleaned


@dataclass(frozen=True)
class Span:
    """A period with its name in addresses, and the form that asks for another."""

    name: str
    period: Period
    form: SpanForm

    @property
    def query(self) -> str:
        """What addresses of the same period end with."""
        if self.name != OWN:
            return urlencode({"span": self.name})
        first, last = self.period.first, self.period.last
        return urlencode({"span": OWN, "since": first.isoformat(), "until": last.isoformat()})

    @property
    def days(self) -> int:
        """How many local dates it touches."""
        return (self.period.last - self.period.first).days + 1

    @property
    def unit(self) -> Cut:
        """Into what its course is cut: as many bars as an eye takes in."""
        if self.days <= _FEW_DAYS:
            return Cut.DAY
        return Cut.WEEK if self.days <= _SOME_DAYS else Cut.MONTH


def span_of(salon: Project, asked: QueryDict) -> Span:
    """Return the period that an address names; the current month where it names none that there is."""
    name = asked.get("span", "")
    if name == OWN:
        form = SpanForm(asked)
        if form.is_valid():
            return Span(OWN, whole_days(salon, form.cleaned_data["since"], form.cleaned_data["until"]), form)
        return Span("month", _usual(salon, "month"), form)
    name = name if name in USUAL else "month"
    period = _usual(salon, name)
    return Span(name, period, SpanForm(initial={"since": period.first, "until": period.last}))


def _usual(salon: Project, name: str) -> Period:
    now = timezone.now()
    if name.isdecimal():
        return last_days(salon, int(name), now)
    month = month_to_date(salon, now)
    if name == "before":
        last = month.first - timedelta(days=1)
        return whole_days(salon, date(last.year, last.month, 1), last)
    return month
