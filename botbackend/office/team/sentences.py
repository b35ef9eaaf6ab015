"""What models and operations say in English, in the words of whoever works here."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.doubts import Doubt, doubts_found
from projects.models import Project

# Translated where they are shown; listed here so that the catalogues of this room have them.
SENTENCES = (
    gettext_lazy("The end must be after the start."),
    gettext_lazy("A day has 1440 minutes."),
    gettext_lazy("These hours overlap others of the same weekday."),
    gettext_lazy("This break overlaps another of the same weekday."),
    gettext_lazy("This date has other hours already: change those."),
    gettext_lazy("The last day must not be before the first."),
    gettext_lazy("Choose a date from 2000 to 2200."),
    gettext_lazy("The gap must end before the visit does."),
    gettext_lazy("Write at what the price begins."),
    gettext_lazy("A price that ends somewhere begins before: tick this."),
    gettext_lazy("This must be more than what the price begins at."),
    gettext_lazy("must not be blank: this shows nothing"),
    gettext_lazy("must have at most 200 characters"),
)


def doubts_in_words(salon: Project, name: str, *, of_room: bool) -> list[str]:
    """Return what is to be said of an entry of this name; of a room, what services lack without it."""
    doubts = doubts_found(salon)
    return [_said(one) for one in doubts if (one.kind == "room" if of_room else one.name == name)]


def _said(doubt: Doubt) -> str:
    if doubt.kind == "left":
        first = date_format(localtime(doubt.values["moment"]), "SHORT_DATETIME_FORMAT")
        values = {"count": doubt.values["count"], "first": first}
        return _("%(count)s visits are still booked, the first on %(first)s.") % values
    if doubt.kind == "room":
        values = {**doubt.values, "name": doubt.name}
        return _("Nothing in use is a “%(kind)s”, which %(name)s needs: it cannot be booked.") % values
    return _("It lasts %(minutes)s minutes, no whole number of the salon's slots of %(slot)s.") % doubt.values
