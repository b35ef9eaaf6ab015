"""Forms of days on which somebody, or the whole salon, does not work or works otherwise."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Specialist
from botbackend.office.asked import DAY_FORMAT, DayField
from botbackend.office.team.forms import TeamForm
from projects.models import Project

MOST_DAYS_AHEAD = 3653


class WhoseField(forms.ModelChoiceField[Specialist]):
    """Whose dates these are: somebody's, or the whole salon's (None), which nobody chooses by oversight.

    `besides` is somebody who is put aside and has them all the same.
    """

    SALON = "salon"

    def __init__(self, salon: Project, *, besides: int | None = None) -> None:
        rows = Specialist.objects.filter(Q(is_active=True) | Q(pk=besides), project=salon)
        super().__init__(rows, label=_("Who"), empty_label=_("Choose who"))
        self.choices = [*forms.models.ModelChoiceIterator(self), (self.SALON, _("The whole salon"))]

    def clean(self, value: Any) -> Specialist | None:
        """Return the specialist, or None for the whole salon."""
        return None if value == self.SALON else super().clean(value)


def date_field(label: Any) -> forms.DateField:
    """Return a date with the browser's own calendar; leave may go on for years."""
    widget = forms.DateInput(attrs={"type": "date"}, format=DAY_FORMAT)
    return DayField(label=label, widget=widget, most_ahead=MOST_DAYS_AHEAD)


class LeaveForm(TeamForm):
    """Days off, both ends included."""

    first = date_field(gettext_lazy("First day"))
    last = date_field(gettext_lazy("Last day"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For colleagues; clients do not read it."),
    )
    field_order = ("specialist", "first", "last", "reason")

    def __init__(self, *args: Any, salon: Project, besides: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialist"] = WhoseField(salon, besides=besides)
        self.order_fields(self.field_order)

    def field_of(self, name: str) -> str | None:
        """The columns of the dates are called otherwise."""
        return {"date_from": "first", "date_to": "last"}.get(name)


class OverrideForm(TeamForm):
    """Whose hours of which date; the hours themselves are pairs of times beside this form."""

    date = date_field(gettext_lazy("Day"))
    field_order = ("specialist", "date")

    def __init__(
        self, *args: Any, salon: Project, besides: int | None = None, is_stored: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialist"] = WhoseField(salon, besides=besides)
        self.order_fields(self.field_order)
        if is_stored:  # another day is another row
            for name in self.field_order:
                self.fields[name].disabled = True
