"""What was saved and can hardly be meant, in the words of whoever works here."""

from django.utils.translation import gettext as _

from bookings.doubts import Doubt, doubts_found
from projects.models import Project


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
