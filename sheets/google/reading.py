"""What stands in a spreadsheet."""

from collections.abc import Sequence
from typing import NamedTuple

from sheets.google import marks
from sheets.google.access import access_to
from sheets.google.transport import call_sheets

GRIDS_FIELDS = f"sheets.properties(sheetId,title,gridProperties.columnCount),{marks.FIELDS}"
TABS_FIELDS = f"sheets.properties(sheetId,title),{marks.FIELDS}"


PROTECTIONS_FIELDS = (
    "sheets(properties.sheetId,protectedRanges(protectedRangeId,description,requestingUserCanEdit)),"
    f"{marks.FIELDS}"
)


class Grid(NamedTuple):
    """A worksheet and how many columns it has, filled or not."""

    sheet_id: int
    title: str
    columns: int


class Protection(NamedTuple):
    """A protected range of a worksheet; `is_editable` tells whether our account may write there."""

    sheet_id: int
    number: int
    text: str
    is_editable: bool


class Titled(NamedTuple):
    """A worksheet as read; `title` is what people call it by now."""

    title: str
    rows: list[list[object]]


def grids_of(spreadsheet_id: str) -> list[Grid]:
    """Return all worksheets that are tables, from left to right. One read. Raises as `tabs_of`."""
    access = access_to(spreadsheet_id)
    answer = call_sheets(access, "read", fields=GRIDS_FIELDS)
    marks.check(access, answer)
    found = [sheet["properties"] for sheet in answer.get("sheets", [])]
    return [
        Grid(one.get("sheetId", 0), one["title"], one["gridProperties"].get("columnCount", 0))
        for one in found
        if "gridProperties" in one
    ]


def tabs_of(spreadsheet_id: str) -> dict[str, int]:
    """Return {title: sheet id} of all worksheets. One read. Raises GoogleError, ForeignSpreadsheet."""
    access = access_to(spreadsheet_id)
    answer = call_sheets(access, "read", fields=TABS_FIELDS)
    marks.check(access, answer)
    found = [sheet["properties"] for sheet in answer.get("sheets", [])]
    return {properties["title"]: properties.get("sheetId", 0) for properties in found}


def protections_of(spreadsheet_id: str) -> list[Protection]:
    """Return the protected ranges of all worksheets. One read. Raises GoogleError, ForeignSpreadsheet."""
    access = access_to(spreadsheet_id)
    answer = call_sheets(access, "read", fields=PROTECTIONS_FIELDS)
    marks.check(access, answer)
    return [
        Protection(
            sheet["properties"].get("sheetId", 0),
            one["protectedRangeId"],
            one.get("description", ""),
            one.get("requestingUserCanEdit", False),
        )
        for sheet in answer.get("sheets", [])
        for one in sheet.get("protectedRanges", [])
    ]


def read_tabs(spreadsheet_id: str, sheet_ids: Sequence[int], width: int) -> dict[int, list[list[object]]]:
    """Return the raw rows of each tab, header included. One read. Raises as `read_titled`."""
    return {number: tab.rows for number, tab in read_titled(spreadsheet_id, sheet_ids, width).items()}


def read_titled(spreadsheet_id: str, sheet_ids: Sequence[int], width: int) -> dict[int, Titled]:
    """Return title and raw rows of each tab, header included. One read, whatever the number of tabs.

    Raises GoogleError, ForeignSpreadsheet.
    """
    access = access_to(spreadsheet_id)
    marks.check_once(access)
    filters = [
        {
            "gridRange": {
                "sheetId": sheet_id,
                "startRowIndex": 0,
                "startColumnIndex": 0,
                "endColumnIndex": width,
            }
        }
        for sheet_id in sheet_ids
    ]
    body = {
        "dataFilters": filters,
        "valueRenderOption": "UNFORMATTED_VALUE",
        "dateTimeRenderOption": "SERIAL_NUMBER",
        "majorDimension": "ROWS",
    }
    answer = call_sheets(access, "read", "/values:batchGetByDataFilter", body)
    found = {sheet_id: Titled("", []) for sheet_id in sheet_ids}
    for item in answer.get("valueRanges", []):
        sheet_id = item["dataFilters"][0]["gridRange"].get("sheetId", 0)
        values = item["valueRange"]
        found[sheet_id] = Titled(_title_in(values.get("range", "")), values.get("values", []))
    return found


def _title_in(a1: str) -> str:
    """The worksheet's title in a range such as 'Anna''s'!A1:H9; "" if it names none."""
    title = a1.rpartition("!")[0]
    is_quoted = len(title) > 1 and title[0] == title[-1] == "'"
    return title[1:-1].replace("''", "'") if is_quoted else title
