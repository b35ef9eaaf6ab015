"""Free times as buttons: a tap fills the form in, and nothing is done before the form is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bookings.values import Slot


@dataclass(frozen=True)
class Choice:
    """A free time; None names nobody, where the form says who does it."""

    start: datetime
    specialist_id: int | None = None
    specialist: str = ""


def choices_of(slots: Iterable[Slot], *, anyone: bool = False) -> list[Choice]:
    """Return them as buttons; `anyone` names nobody, where several services may want several people."""
    return [
        Choice(slot.start) if anyone else Choice(slot.start, slot.specialist_id, slot.specialist)
        for slot in slots
    ]
