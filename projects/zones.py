"""Names of time zones, checked before every clock of a salon depends on them."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

# All a database can say: which names exist changes with the time-zone files of the machine.
ZONE_SHAPE = r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$"


# Names that a machine has beside those of places: nobody knows what time it is there.
_NOWHERE = {"Factory", "localtime", "posixrules"}


def known_zone(name: str) -> str:
    """Return the name of a time zone as it is. Raises ValueError for what names none."""
    if name not in available_timezones() - _NOWHERE:
        raise ValueError("unknown time zone; use a name such as Europe/Kyiv")
    return name


def check_zone(name: str) -> None:
    """Raise ValidationError for a name that the time-zone database does not know."""
    try:
        known_zone(name)
    except ValueError as error:
        raise ValidationError(str(error)) from error
