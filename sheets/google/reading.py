"""What stands in a spreadsheet."""

from collections.abc import Sequence
from typing import NamedTuple

from sheets.google import marks
from sheets.google.access import access_to
from sheets.google.transport import call_sheets

GRIDS_FIELDS = f"sheets.properties(sheetId,title,gridProperties.columnCount),{marks.FIELDS}"
TABS_FIELDS = f"sheets.properties(sheetId,title),{marks.FIELDS}"


class Grid(NamedTuple):
    """A worksheet and how many columns it has, filled or not."""

    sheet_id: int
    title: str
    columns: int


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


def read_tabs(spreadsheet_id: str, sheet_ids: Sequence[int], width: int) -> dict[int, list[list[object]]]:
    """Return the raw rows of each tab, header included. One read, whatever the number of tabs.

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
    found: dict[int, list[list[object]]] = {sheet_id: [] for sheet_id in sheet_ids}
    for item in answer.get("valueRanges", []):
        sheet_id = item["dataFilters"][0]["gridRange"].get("sheetId", 0)
        found[sheet_id] = item["valueRange"].get("values", [])
    return found
