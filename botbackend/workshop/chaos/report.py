"""What a run found, and how it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from botbackend.workshop.bench.row import Row

UNCERTAIN_SHARE = 0.01


@dataclass(frozen=True)
class Verdict:
    """What became of the messages, what must be zero, and the seconds until all was quiet again."""

    said: int
    answered: int
    handed_off: int
    skipped: int
    sent: int
    uncertain: int
    bookings: int
    quiet_after: float
    wrong: Mapping[str, int]

    @property
    def uncertain_share(self) -> float:
        """Of all texts that were sent or may have been."""
        return self.uncertain / max(1, self.sent + self.uncertain)

    @property
    def lost(self) -> int:
        """Messages that nobody reacted to."""
        return self.said - self.answered - self.handed_off - self.skipped

    @property
    def unanswered_for_good(self) -> int:
        """Everything that a control run without recovery should leave behind."""
        return self.lost + self.wrong["texts not sent"]


def rows_of(verdict: Verdict, disasters: Mapping[str, int]) -> list[Row]:
    """Everything that was counted; what must be zero has a target."""
    rows = [Row(name, count, "times") for name, count in sorted(disasters.items())]
    rows += [
        Row("messages written by clients", verdict.said, ""),
        Row("answered", verdict.answered, ""),
        Row("handed off to a person", verdict.handed_off, ""),
        Row("skipped with a reason", verdict.skipped, ""),
        Row("lost", verdict.lost, "", target=0),
        Row("texts sent", verdict.sent, ""),
        Row(
            "texts of unknown fate, marked", verdict.uncertain_share * 100, "%", target=UNCERTAIN_SHARE * 100
        ),
        Row("bookings", verdict.bookings, ""),
        Row("until all was quiet", verdict.quiet_after, "s"),
    ]
    return rows + [Row(name, count, "", target=0) for name, count in verdict.wrong.items()]
