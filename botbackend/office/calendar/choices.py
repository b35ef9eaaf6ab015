"""Free times as buttons: a tap fills the form in, and nothing is done before the form is sent."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bookings.values import Slot


@dataclass(frozen=True)
class Choice:
    """A free time; None names nobody, where the form says who does it.

    `people` are who is chosen in several lists, by the names of these.
    """

    start: datetime
    specialist_id: int | None = None
    specialist: str = ""
    people: Mapping[str, int] = field(default_factory=dict)

    @property
    def people_json(self) -> str:
        """Who is chosen in which of the form's lists, for its script."""
        return json.dumps(self.people)


def choices_of(slots: Iterable[Slot], *, anyone: bool = False) -> list[Choice]:
    """Return them as buttons; `anyone` names nobody, where several services may want several people."""
    return [
        Choice(slot.start) if anyone else Choice(slot.start, slot.specialist_id, slot.specialist)
        for slot in slots
    ]
