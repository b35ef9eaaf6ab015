"""What models and operations say in English; listed here so that the catalogues of this room have them.

They are translated where they are shown, by `gettext`.
"""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("The end must be after the start."),
    _("A day has 1440 minutes."),
    _("These hours overlap others of the same weekday."),
    _("This break overlaps another of the same weekday."),
    _("This date has other hours already: change those."),
    _("The last day must not be before the first."),
    _("Choose a date from 2000 to 2200."),
    _("The gap must end before the visit does."),
    _("Write at what the price begins."),
    _("A price that ends somewhere begins before: tick this."),
    _("This must be more than what the price begins at."),
    _("must not be blank: this shows nothing"),
    _("must have at most 200 characters"),
)
