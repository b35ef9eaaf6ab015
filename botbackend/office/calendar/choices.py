"""Free times as buttons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bookings.values import Slot


@dataclass(frozen=True)
class Choice:
    """A free time: what its button sends, and what it says."""

    value: str
    start: datetime
    specialist_id: int
    specialist: str


def choices_of(slots: Iterable[Slot], *, anyone: bool = False) -> list[Choice]:
    """Return them as buttons; `anyone` names nobody, where several services may want several people."""
    return [
        Choice(
            f"{slot.start.isoformat()}|{'' if anyone else slot.specialist_id}",
            slot.start,
            slot.specialist_id,
            slot.specialist,
        )
        for slot in slots
    ]
