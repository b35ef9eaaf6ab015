"""The one read of a cycle: the rows of every tab that is believed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sheets import google
from sheets.adoption import upkeep
from sheets.models import SheetLink, SheetTab
from sheets.rows.cells import UID_COLUMN, SheetRowRead, read_row
from sheets.rows.moments import clean


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row that holds anything in our columns, as Google gave it: our eight values and the whole line.

    `texts` are the values as they stand, `uid` is the id in it.
    """

    sheet_id: int
    index: int
    values: list[object]
    texts: tuple[str, ...]
    uid: str
    line: Sequence[object] = ()

    @property
    def has_more(self) -> bool:
        """Whether staff keep something beside our columns."""
        return _filled(self.line) > _filled(self.values)

    def parsed(self) -> SheetRowRead:
        """The row in canonical form."""
        return read_row(sheet_id=self.sheet_id, index=self.index, values=self.values)


@dataclass
class Reading:
    """The rows of the tabs, why a tab is not believed, and what brings back columns of ours."""

    rows: list[RawRow] = field(default_factory=list)
    damaged: dict[int, str] = field(default_factory=dict)  # sheet id -> reason
    columns: list[dict[str, Any]] = field(default_factory=list)
    moved: list[SheetTab] = field(default_factory=list)  # whose columns stand elsewhere by now
    titles: dict[int, str] = field(default_factory=dict)  # sheet id -> what the tab is called by now
    theirs: set[tuple[int, int]] = field(default_factory=set)  # places that hold something of staff's alone

    @cached_property
    def ids(self) -> dict[int, dict[int, str]]:
        """{sheet id: {row index: the id in it}}."""
        found: dict[int, dict[int, str]] = {}
        for row in self.rows:
            found.setdefault(row.sheet_id, {})[row.index] = row.uid
        return found

    back: dict[int, set[int]] = field(default_factory=dict)  # sheet id -> columns (of HEADER) that came back


def read_tabs(link: SheetLink, existing: Sequence[SheetTab]) -> Reading:
    """Read these tabs in one request. Raises GoogleError."""
    reading = Reading()
    if not existing:
        return reading
    width = max(tab.columns.width for tab in existing) + upkeep.SPARE
    found = google.read_titled(link.spreadsheet_id, [tab.sheet_id for tab in existing], width)
    raw = {sheet_id: tab.rows for sheet_id, tab in found.items()}
    reading.titles = {sheet_id: tab.title for sheet_id, tab in found.items() if tab.title}
    settled = upkeep.settle_all(link, existing, raw)
    reading.damaged, reading.columns, reading.moved = settled.lost, settled.requests, settled.moved
    reading.back = settled.back
    for tab in existing:
        if tab.sheet_id not in reading.damaged:
            _take_rows(tab, raw[tab.sheet_id], reading)
    return reading


def _take_rows(tab: SheetTab, raw: Sequence[Sequence[object]], reading: Reading) -> None:
    layout = tab.columns
    for index, line in enumerate(raw):
        ours = layout.pick(line)
        if index < layout.first_row:
            continue
        texts = tuple([value if type(value) is str else repr(value) for value in ours])
        if any(texts) and not "".join(texts).isspace():
            reading.rows.append(RawRow(tab.sheet_id, index, ours, texts, _uid_of(texts), line))
        elif any(line) and _filled(line):
            reading.theirs.add((tab.sheet_id, index))


def _uid_of(texts: Sequence[str]) -> str:
    text = texts[UID_COLUMN]
    return text if text.isascii() and text.isprintable() and " " not in text else clean(text)


def _filled(values: Sequence[object]) -> int:
    return sum(bool(str(value).strip()) for value in values)
