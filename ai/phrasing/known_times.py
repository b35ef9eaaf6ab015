"""The free times that a turn has looked up, by the short references that the model and its reply use."""

from collections.abc import Sequence
from typing import Any

from ai.facts.search import FreeTimes
from ai.references.book import ReferenceBook
from ai.references.builders import slot_references
from bookings.models import Booking
from bookings.values import Slot

Visit = tuple[Slot, ...]


class KnownTimes:
    """Whole visits by their references; the same visit looked up twice keeps its reference."""

    def __init__(self, book: ReferenceBook) -> None:
        self.book = book
        self._visits: dict[str, Visit] = {}

    def __bool__(self) -> bool:
        return bool(self._visits)

    @property
    def visits(self) -> list[Visit]:
        """Everything that was looked up, in that order."""
        return list(self._visits.values())

    def add(self, visit: Visit) -> dict[str, Any]:
        """Remember a free visit; returns it as the model reads it."""
        ref = next((ref for ref, known in self._visits.items() if known == visit), "")
        if not ref:
            (reference,) = slot_references(self.book.speech, [visit], first=len(self._visits) + 1)
            self.book.add(reference)
            self._visits[reference.ref] = visit
            return reference.as_json()
        known = self.book.get(ref)
        return known.as_json() if known else {}

    def as_json(self, found: FreeTimes) -> dict[str, Any]:
        """Return a search's result: free times, what was given up for them, and what comes next."""
        result: dict[str, Any] = {
            "slots": [self.add(visit) for visit in found.visits],
            "relaxed": list(found.relaxed),
            "next": [self.add(visit) for visit in found.following],
        }
        if found.partly:
            result["partly"] = [self.add(visit) | {"left": found.left} for visit in found.partly]
        if found.searched:
            days = [day for span in found.searched for day in span]
            result["searched"] = {"from": f"d{min(days)}", "to": f"d{max(days)}"}
        if found.series:
            result["series"] = [[self.add(visit) for visit in date] for date in found.series]
        return result

    def slot_of(self, ref: str, service: int, specialist: int | None, taken: Sequence[Slot]) -> Slot | None:
        """Return the slot of a service within the visit that a reference names, None if there is none."""
        visit = self._visits.get(ref.strip().strip("{}").split(".")[0], ())
        fitting = [slot for slot in visit if slot.service_id == service and slot not in taken]
        named = [slot for slot in fitting if specialist in (None, slot.specialist_id)]
        return next(iter(named), None)

    def label(self, slot: Slot) -> str:
        """Return a place in one line, for the model."""
        return f"{slot.service} {self.book.speech.local(slot.start):%Y-%m-%dT%H:%M} {slot.specialist}"

    def label_visit(self, visit: Booking) -> str:
        """Return a visit in one line, for the model."""
        return f"{visit.service.name} {self.book.speech.local(visit.start):%Y-%m-%dT%H:%M}"
