"""What forms refuse, so that it is named beside its field.

The constraints say much of it too, but to no field; and PostgreSQL cannot even look for overlaps with a range
that runs backwards. What is no number has been reported by its field.
"""

from collections.abc import Mapping

from django.core.exceptions import ValidationError

_NAMED = 10


def check_minutes(*, start: int | None, end: int | None, field: str) -> None:
    """Refuse an end that is not after its start or after midnight. Raises ValidationError for `field`."""
    if end is not None and end > 1440:
        raise ValidationError({field: "A day has 1440 minutes."})
    if start is not None and end is not None and end <= start:
        raise ValidationError({field: "The end must be after the start."})


def cut_lengths(lengths: Mapping[str, int], *, slot_minutes: int) -> str:
    """Say which lengths in minutes are no whole number of slots; "" when all are."""
    cut = [f"{name} ({minutes})" for name, minutes in lengths.items() if minutes % slot_minutes]
    more = f" and {len(cut) - _NAMED} more" if len(cut) > _NAMED else ""
    return (
        f"{slot_minutes} minutes do not divide the length of {', '.join(cut[:_NAMED])}{more}" if cut else ""
    )
