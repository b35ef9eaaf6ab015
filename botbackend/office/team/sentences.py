"""What models and operations say in English, in the words of whoever works here."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bookings.doubts import Doubt, doubts_found
from projects.models import Project

# Translated where they are shown; listed here so that the catalogues of this room have them.
SENTENCES = (
    gettext_noop("The end must be after the start."),
    gettext_noop("A day has 1440 minutes."),
    gettext_noop("These hours overlap others of the same weekday."),
    gettext_noop("This break overlaps another of the same weekday."),
    gettext_noop("This date has other hours already: change those."),
    gettext_noop("The last day must not be before the first."),
    gettext_noop("Choose a date from 2000 to 2200."),
    gettext_noop("The gap must end before the visit does."),
    gettext_noop("Write at what the price begins."),
    gettext_noop("A price that ends somewhere begins before: tick this."),
    gettext_noop("This must be more than what the price begins at."),
    gettext_noop("must not be blank: this shows nothing"),
    gettext_noop("must have at most 200 characters"),
)


def doubts_in_words(salon: Project, name: str) -> list[str]:
    """Return what is to be said of an entry of this name; of a room, what its services lack."""
    return [_said(doubt) for doubt in doubts_found(salon) if doubt.name == name or doubt.kind == "room"]


def _said(doubt: Doubt) -> str:
    if doubt.kind == "left":
        return _("%(count)s visits are still booked, the first on %(first)s.") % doubt.values
    if doubt.kind == "room":
        values = {**doubt.values, "name": doubt.name}
        return _("Nothing in use is a “%(kind)s”, which %(name)s needs: it cannot be booked.") % values
    return _("It lasts %(minutes)s minutes, no whole number of the salon's slots of %(slot)s.") % doubt.values
