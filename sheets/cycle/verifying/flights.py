"""A batch that was sent and of which nobody knows yet that it came to stand as planned. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sheets.rows.writes import Kind, RowWrite


@dataclass(frozen=True)
class Flight:
    """A batch that was sent and of which we do not know that it came to stand as planned.

    `loose` are the rows without an id of ours, as they stood. `is_answered`: it was applied, surely; else
    Google may still apply it.
    """

    writes: tuple[RowWrite, ...]
    loose: tuple[tuple[str, ...], ...] = ()
    is_answered: bool = False
    sent_at: float = 0.0

    @property
    def can_lose(self) -> int:
        """How many rows of somebody else it may have emptied at most."""
        return sum(write.kind in (Kind.BLANK, Kind.DROP) for write in self.writes)

    def as_json(self) -> dict[str, Any]:
        """For storing."""
        writes = [
            [w.kind, w.sheet_id, w.index, w.uid, {str(k): t for k, t in w.texts.items()}, list(w.before)]
            for w in self.writes
        ]
        loose = [list(texts) for texts in self.loose]
        return {"writes": writes, "loose": loose, "answered": self.is_answered, "sent_at": self.sent_at}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Flight":
        """The inverse of as_json."""
        writes = tuple(
            RowWrite(Kind(kind), sheet, index, uid, {int(k): t for k, t in texts.items()}, tuple(before))
            for kind, sheet, index, uid, texts, before in stored["writes"]
        )
        loose = tuple(tuple(texts) for texts in stored["loose"])
        return cls(writes, loose, bool(stored["answered"]), float(stored["sent_at"]))


def blanked_by(flights: Iterable[Flight]) -> set[str]:
    """Return the ids of the rows that these batches were to blank."""
    return {write.uid for flight in flights for write in flight.writes if write.kind == Kind.BLANK}
