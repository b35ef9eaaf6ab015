"""Names of time zones, checked before every clock of a salon depends on them."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

# All a database can say: which names exist changes with the time-zone files of the machine.
ZONE_SHAPE = r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$"


def check_zone(name: str) -> None:
    """Raise ValidationError for a name that the time-zone database does not know."""
    if name not in available_timezones():
        raise ValidationError("There is no such time zone; use a name such as Europe/Kyiv.")
