"""What came of a cycle, and of what staff did in the tabs before it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheets.rows.cells import SheetRowRead


@dataclass(frozen=True)
class Refusal:
    """What is remembered beside a row of ours: the note, and the cells that wait to be put right."""

    text: str
    cells: tuple[str, ...] = ()
    since: datetime | None = None
    left: frozenset[int] = frozenset()


@dataclass
class TakenOver:
    """What came of the staff's edits: refusals per row id, notes beside rows without id, new ids."""

    refusals: dict[str, Refusal] = field(default_factory=dict)
    accepted_rows: set[str] = field(default_factory=set)
    loose_notes: list[tuple[SheetRowRead, str]] = field(default_factory=list)
    adopted: list[tuple[SheetRowRead, str]] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    repeats: dict[int, set[str]] = field(default_factory=dict)  # sheet id -> hashes of rows that repeat one
    is_in_doubt: bool = (
        False  # rows are missing that an open batch may have emptied, or the reading was short
    )
    implausible: dict[int, str] = field(default_factory=dict)  # sheet id -> why the tab is not believed
    accepted: int = 0
    rejected: int = 0
    begun: int = 0  # rows that staff have only begun to type

    def with_ids(self, rows: Iterable[SheetRowRead]) -> list[SheetRowRead]:
        """Return the rows with the ids that they get; one from which an id was moved away has none."""
        adopted = {(row.sheet_id, row.index): uid for row, uid in self.adopted}
        moved = set(adopted.values())
        result = []
        for row in rows:
            uid = adopted.get((row.sheet_id, row.index), "" if row.uid in moved else row.uid)
            result.append(row if uid == row.uid else replace(row, uid=uid))
        return result


@dataclass(frozen=True)
class CycleResult:
    """Rows touched in the tabs, and staff edits taken over or refused."""

    updated: int = 0
    added: int = 0
    removed: int = 0
    accepted: int = 0
    rejected: int = 0
    begun: int = field(default=0, compare=False)
    is_settled: bool = field(default=True, compare=False)  # else another cycle is wanted soon
    lines: tuple[str, ...] = ()  # of a dry run: what would be done, row by row

    @property
    def changes(self) -> int:
        """Rows written in any way."""
        return self.updated + self.added + self.removed

    @property
    def is_heard(self) -> bool:
        """Whether somebody works in the spreadsheet."""
        return bool(self.accepted or self.rejected or self.begun)

    def __add__(self, other: "CycleResult") -> "CycleResult":
        return CycleResult(
            self.updated + other.updated,
            self.added + other.added,
            self.removed + other.removed,
            self.accepted + other.accepted,
            self.rejected + other.rejected,
            self.begun + other.begun,
            other.is_settled,
        )
