"""The one write, and what stands in the spreadsheet after it: the answer to the same request tells."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from gspread.utils import rowcol_to_a1

from sheets.google import marks
from sheets.google.access import Access, access_to
from sheets.google.errors import GoogleError
from sheets.google.transport import Json, call_sheets

SHOWN_FIELDS = "sheets(properties.sheetId,data(startRow,rowData.values.effectiveValue))"
ANSWER_FIELDS = f"updatedSpreadsheet({marks.FIELDS},{SHOWN_FIELDS})"
NOT_SHOWN = "the answer to a write shows nothing of the spreadsheet"
# As UNFORMATTED_VALUE gives an error; the rest are "#" and the name of the type.
ERROR_TEXTS = {
    "ERROR": "#ERROR!", "NULL_VALUE": "#NULL!", "DIVIDE_BY_ZERO": "#DIV/0!", "VALUE": "#VALUE!",
    "REF": "#REF!", "NAME": "#NAME?", "NUM": "#NUM!", "N_A": "#N/A", "LOADING": "Loading...",
}  # fmt: skip


class Shown(NamedTuple):
    """Rows to look at after a write: row indexes from 0, both ends included; `title` as it is after it."""

    sheet_id: int
    title: str
    first_row: int
    last_row: int
    width: int

    @property
    def a1(self) -> str:
        """The range in A1 notation, the title quoted."""
        title, corner = self.title.replace("'", "''"), rowcol_to_a1(self.last_row + 1, self.width)
        return f"'{title}'!A{self.first_row + 1}:{corner}"


Rows = dict[int, dict[int, list[object]]]


def write(
    spreadsheet_id: str,
    requests_: Sequence[Json],
    *,
    show: Sequence[Shown | tuple[int, str, int, int, int]] = (),
) -> Rows:
    """Send all requests as one atomic batch: one write. Return {sheet id: {row index: raw values}}.

    The rows are those of `show` as they stand after the whole batch, values as `read_tabs` gives them,
    trailing blanks left out; a row that holds nothing is []. Google looks up their titles when the batch
    is applied: one that no tab bears any more fails the whole batch, and nothing was written (400).
    The first write leaves the salon's mark. Raises GoogleError, ForeignSpreadsheet.
    """
    if not requests_:
        return {}
    access, wanted = access_to(spreadsheet_id), [Shown(*entry) for entry in show]
    own_mark = [] if access.is_marked else [marks.leave(access)]
    body = {
        "requests": [*requests_, *own_mark],
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": bool(wanted),
        "responseRanges": [entry.a1 for entry in wanted],
    }
    answer = call_sheets(access, "write", ":batchUpdate", body, fields=ANSWER_FIELDS)
    spreadsheet = answer.get("updatedSpreadsheet") or {}
    _check_mark(access, spreadsheet)
    return _rows_in(spreadsheet, wanted)


def _check_mark(access: Access, spreadsheet: Json) -> None:
    """Raises ForeignSpreadsheet; a mark that we left beside an older one is taken back."""
    try:
        marks.check(access, spreadsheet)
    except marks.ForeignSpreadsheet:
        if not access.is_marked:
            marks.withdraw(access)
        raise


def _rows_in(spreadsheet: Json, wanted: Sequence[Shown]) -> Rows:
    """Raises GoogleError if the answer lacks a tab: the outcome is then unknown."""
    sheets = spreadsheet.get("sheets", [])
    seen = {sheet.get("properties", {}).get("sheetId", 0): _stored_rows(sheet) for sheet in sheets}
    if any(entry.sheet_id not in seen for entry in wanted):
        raise GoogleError(NOT_SHOWN, permanent=False)
    rows: Rows = {entry.sheet_id: {} for entry in wanted}
    for entry in wanted:
        for index in range(entry.first_row, entry.last_row + 1):
            rows[entry.sheet_id][index] = seen[entry.sheet_id].get(index, [])
    return rows


def _stored_rows(sheet: Json) -> dict[int, list[object]]:
    return {
        index: _trimmed([_value(cell.get("effectiveValue")) for cell in row.get("values", [])])
        for part in sheet.get("data", [])
        for index, row in enumerate(part.get("rowData", []), part.get("startRow", 0))
    }


def _value(effective: dict[str, Any] | None) -> object:
    if not effective:
        return ""
    kind, value = next(iter(effective.items()))
    if kind == "errorValue":
        return ERROR_TEXTS.get(value.get("type", ""), "#ERROR!")
    return value


def _trimmed(values: list[object]) -> list[object]:
    while values and values[-1] == "":
        values.pop()
    return values
