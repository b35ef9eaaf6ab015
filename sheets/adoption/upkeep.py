"""The columns of a tab, found again after staff moved, inserted or deleted some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from botbackend.lib.text import comparable
from sheets import google
from sheets.adoption.columns import HEADER_WITHIN, Rows
from sheets.adoption.words import Field, field_of
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.rows.batch import write_cells
from sheets.rows.cells import HEADER, STATUS_COLUMN, UID_COLUMN, canonical_text
from sheets.rows.layout import NO_HEADER, Layout

SPARE = 12  # so many columns may be put in between two looks and ours are still seen
_NAMES = (
    Field.DATE, Field.FULL_DATE, Field.TIME, Field.CLIENT_ID,
    Field.CLIENT_NAME, Field.SERVICE, Field.UID, Field.STATUS,
)  # fmt: skip
_NEEDED = (Field.FULL_DATE, Field.TIME, Field.SERVICE)


class LostColumns(Exception):
    """A column that the mirror cannot do without has no header any more, or rows of ours are above it."""


def settle_columns(tab: SheetTab, rows: Rows) -> set[int]:
    """Bring `tab.layout` in line with the header; return which of our own columns have none (of HEADER).

    Raises LostColumns. A blank tab and one without a header are taken as they were.
    """
    layout = tab.columns
    if layout.header_row == NO_HEADER:
        return set() if _is_wide_enough(rows, layout) else {UID_COLUMN, STATUS_COLUMN}
    if not any(str(value).strip() for row in rows for value in row):
        return set()
    headers = _headers_of(tab)
    index, places = max(
        ((at, _places(row, headers, layout)) for at, row in enumerate(rows[:HEADER_WITHIN])),
        key=lambda found: (len(found[1]), found[0] == layout.header_row),
    )
    if lost := [headers[one] for one in _NEEDED if one not in places]:
        # What stands there instead is not told: it may be a client.
        raise LostColumns(f"there is no column {', '.join(lost)} any more")
    ids = places.get(Field.UID, layout.uid)
    if any(len(row) > ids and SheetRow.is_uid(str(row[ids])) for row in rows[:index]):
        raise LostColumns("the header stands below rows of visits")  # sorted with them, or dragged down
    width = max(map(len, rows))
    missing = [one for one in (Field.UID, Field.STATUS) if one not in places]
    places |= {one: width + number for number, one in enumerate(missing)}
    tab.layout = replace(layout, header_row=index, **_named(places, layout)).as_json()
    return {_NAMES.index(one) for one in missing}


def _is_wide_enough(rows: Rows, layout: Layout) -> bool:
    """Only ids of ours make rows reach to their column where no header tells that it was made."""
    return any(len(row) > layout.uid and str(row[layout.uid]).strip() for row in rows)


def _headers_of(tab: SheetTab) -> dict[Field, str]:
    """Also of a column that staff took away and may bring back, but of none that the tab never had."""
    ours = dict(zip(_NAMES, HEADER, strict=True))
    had = zip(_NAMES, tab.columns.columns, strict=True)
    has = [one for one, column in had if column is not None or one.value in tab.headers or not tab.headers]
    return {one: tab.headers.get(one.value, ours[one]) for one in has}


def _places(row: Sequence[object], headers: Mapping[Field, str], layout: Layout) -> dict[Field, int]:
    """Where each header stands: the place of before first, then from the left; a synonym will do."""
    texts = [canonical_text(value) for value in row]
    found: dict[Field, int] = {}
    for one, header in headers.items():
        was = layout.columns[_NAMES.index(one)]
        at = [place for place, text in enumerate(texts) if comparable(text) == comparable(header) and text]
        if at:
            found[one] = was if was in at and was is not None else at[0]
    for one, header in headers.items():
        was = layout.columns[_NAMES.index(one)]
        if one not in found and was is not None and was < len(texts) and was not in found.values():
            named = field_of(texts[was])
            if (named and named[0] is one) or (not header and not texts[was]):
                found[one] = was
    return found


def _named(places: Mapping[Field, int], layout: Layout) -> dict[str, Any]:
    """The columns for a Layout; what a tab never had, or lost and can do without, is None."""
    return {one.value: places.get(one) for one in _NAMES}


@dataclass
class Settled:
    """What came of all tabs: requests that make columns of ours, and why a tab is not believed."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    lost: dict[int, str] = field(default_factory=dict)
    moved: list[SheetTab] = field(default_factory=list)
    back: dict[int, set[int]] = field(default_factory=dict)  # sheet id -> columns (of HEADER) found again


def settle_all(link: SheetLink, tabs: Sequence[SheetTab], raw: Mapping[int, Rows]) -> Settled:
    """Find the columns of all tabs again; nothing is stored here.

    Costs nothing while no column moved; Google is asked for the width of the tabs when one is missing.
    """
    settled = Settled()
    grids: dict[int, google.Grid] = {}
    for tab in tabs:
        before, had = tab.layout, tab.columns.columns
        try:
            missing = settle_columns(tab, raw[tab.sheet_id])
        except LostColumns as error:
            settled.lost[tab.sheet_id] = str(error)
            continue
        if tab.layout != before:
            settled.moved.append(tab)
            back = {
                n for n, column in enumerate(tab.columns.columns) if column is not None and had[n] is None
            }
            settled.back |= {tab.sheet_id: back} if back else {}
        if missing:
            grids = grids or {grid.sheet_id: grid for grid in google.grids_of(link.spreadsheet_id)}
            settled.requests += make_columns(tab, missing, grids[tab.sheet_id])
    return settled


def make_columns(tab: SheetTab, missing: set[int], grid: google.Grid) -> list[dict[str, Any]]:
    """Return the requests that make our columns where the layout has them: right of whatever is there."""
    layout, requests = tab.columns, []
    if (more := layout.width - grid.columns) > 0:
        size = {"sheetId": tab.sheet_id, "dimension": "COLUMNS", "length": more}
        requests.append({"appendDimension": size})
    if layout.header_row != NO_HEADER:
        texts = {column: HEADER[column] for column in missing}
        requests += write_cells(tab.sheet_id, layout.header_row, layout, texts, is_new=True)
    if UID_COLUMN in missing:
        ids = {
            "sheetId": tab.sheet_id,
            "dimension": "COLUMNS",
            "startIndex": layout.uid,
            "endIndex": layout.uid + 1,
        }
        hide = {"range": ids, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        requests.append({"updateDimensionProperties": hide})
    return requests
