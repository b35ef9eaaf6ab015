"""Which column of a tab holds what. Everything else speaks of the eight columns of HEADER, in its order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sheets.rows.cells import CONTRACT_WIDTH, Cells

NO_HEADER = -1  # the first row of the tab is a visit already


@dataclass(frozen=True)
class Layout:
    """Columns count from 0; None = the tab has no such column, it is neither read nor written."""

    header_row: int = 0
    date: int | None = 0
    full_date: int = 1
    time: int = 2
    client_id: int | None = 3
    client_name: int | None = 4
    service: int = 5
    uid: int = 6
    status: int = 7

    def __post_init__(self) -> None:
        used = [column for column in self.columns if column is not None]
        if len(set(used)) != len(used) or min(used) < 0 or self.header_row < NO_HEADER:
            raise ValueError("two of our columns in one place, or one left of the sheet")

    @property
    def columns(self) -> tuple[int | None, ...]:
        """The place of each column of HEADER."""
        return (
            self.date, self.full_date, self.time, self.client_id,
            self.client_name, self.service, self.uid, self.status,
        )  # fmt: skip

    @property
    def width(self) -> int:
        """How many columns are read: up to the last of ours."""
        return 1 + max(column for column in self.columns if column is not None)

    @property
    def first_row(self) -> int:
        """The index of the first row below the header."""
        return self.header_row + 1

    def pick(self, values: Sequence[object]) -> list[object]:
        """Return our eight values of a row as read; "" where the row is short or has no such column."""
        return [
            values[column] if column is not None and column < len(values) else "" for column in self.columns
        ]

    def place(self, texts: Mapping[int, str] | Sequence[str]) -> list[tuple[int, str]]:
        """Return [(column of the tab, text)] from left to right; keys are places in HEADER."""
        pairs: Iterable[tuple[int, str]] = texts.items() if isinstance(texts, Mapping) else enumerate(texts)
        placed = [(self.columns[key], text) for key, text in pairs]
        return sorted((column, text) for column, text in placed if column is not None)

    def mask(self, cells: Cells) -> Cells:
        """Return what this tab can show of A-F."""
        a, b, c, d, e, f = (
            text if column is not None else ""
            for text, column in zip(cells, self.columns[:CONTRACT_WIDTH], strict=True)
        )
        return (a, b, c, d, e, f)

    def as_json(self) -> dict[str, int | None]:
        """What differs from the standard; {} = nothing."""
        standard = asdict(STANDARD)
        return {name: column for name, column in asdict(self).items() if column != standard[name]}

    @classmethod
    def from_json(cls, stored: Mapping[str, int | None]) -> "Layout":
        """Raises TypeError for an unknown name, ValueError for columns that collide."""
        return cls(**stored)  # type: ignore[arg-type]  # who stores it went through this class


STANDARD = Layout()
