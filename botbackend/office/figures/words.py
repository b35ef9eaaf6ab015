"""What weekdays are called."""

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format


def weekday_name(weekday: int) -> str:
    """Return the name of a weekday, 0 = Monday."""
    return str(WEEKDAYS[weekday])


def short_weekday(weekday: int) -> str:
    """Return the short name of a weekday, 0 = Monday."""
    return str(WEEKDAYS_ABBR[weekday])


def weekdays_in_order() -> list[int]:
    """Return the weekdays, 0 = Monday, as the reader's week has them."""
    first = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7  # Django's 0 is Sunday
    return [(first + at) % 7 for at in range(7)]
