"""What forms refuse, so that it is named beside its field.

The constraints say much of it too, but to no field; and PostgreSQL cannot even look for overlaps with a range
that runs backwards. What is no number has been reported by its field.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from bookings.limits import DAY, FIRST_YEAR, LAST_YEAR

_NAMED = 10


def all_at_once(*checks: Callable[[], None]) -> None:
    """Run every check and say together what they refuse. Raises ValidationError by fields."""
    found: dict[str, Any] = {}
    for check in checks:
        try:
            check()
        except ValidationError as error:
            found = error.update_error_dict(found)
    if found:
        raise ValidationError(found)


def overlapping(ranges: Sequence[tuple[int, tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return pairs of numbers of ranges that overlap; each range comes with its number. Touching is fine."""
    found: list[tuple[int, int]] = []
    reaching: tuple[int, tuple[int, int]] | None = None  # of those before, the one that goes on longest
    for number, ends in sorted(ranges, key=lambda item: item[1]):
        if reaching is not None and ends[0] < reaching[1][1]:
            found.append((max(number, reaching[0]), min(number, reaching[0])))
        if reaching is None or ends[1] > reaching[1][1]:
            reaching = number, ends
    return found


def check_minutes(*, start: int | None, end: int | None, field: str) -> None:
    """Refuse an end that is not after its start or after midnight. Raises ValidationError for `field`."""
    if end is not None and end > DAY:
        raise ValidationError({field: "A day has 1440 minutes."})
    if start is not None and end is not None and end <= start:
        raise ValidationError({field: "The end must be after the start."})


def end_of_day(minute: int) -> int:
    """Return midnight for 23:59, which stands for it where no 24:00 can be typed; others as they are."""
    return DAY if minute == DAY - 1 else minute


def check_year(day: date | None, *, field: str) -> None:
    """Refuse a date that no calendar of a salon reaches. Raises ValidationError for `field`."""
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError({field: f"Choose a date from {FIRST_YEAR} to {LAST_YEAR}."})


def whole_minutes(ranges: Any, *, field: str) -> list[list[int]]:
    """Return ranges of a day as whole minutes: 540.0 and 1e3 are numbers of minutes too, `true` is none.

    Raises ValidationError for `field` when they are no ranges in order.
    """
    found: list[list[int]] = []
    for item in ranges if isinstance(ranges, list) else [None]:
        ends = [_minute(end) for end in item] if isinstance(item, list) else []
        reached = found[-1][1] if found else 0
        if len(ends) != 2 or not reached <= ends[0] < ends[1] <= DAY:
            raise ValidationError({field: "Write ranges of minutes as [[start, end], ...] in order."})
        found.append(ends)
    return found


def _minute(value: Any) -> int:
    """Return a whole number as an int, -1 for anything else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and value % 1 == 0 else -1


def cut_lengths(lengths: Mapping[str, int], *, slot_minutes: int) -> str:
    """Say which lengths in minutes are no whole number of slots; "" when all are."""
    cut = [f"{name} ({minutes})" for name, minutes in lengths.items() if minutes % slot_minutes]
    more = f" and {len(cut) - _NAMED} more" if len(cut) > _NAMED else ""
    return (
        f"{slot_minutes} minutes do not divide the length of {', '.join(cut[:_NAMED])}{more}" if cut else ""
    )
