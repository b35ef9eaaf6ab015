"""`spreadsheets.batchUpdate`: every request of the contract, all or nothing."""

from __future__ import annotations

import gspread
import pytest

from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import control, make_sheets_client

BOOK = "salon-sheet"
PROTECT = {"spreadsheet": BOOK, "sheet": "Anna", "action": "protect"}


@pytest.fixture
def sheets(google: GoogleStandIn) -> gspread.HTTPClient:
    """The HTTP client that the product uses."""
    return make_sheets_client(google).http_client


def batch(http: gspread.HTTPClient, *requests: Json, **more: object) -> Json:
    answer: Json = http.batch_update(BOOK, {"requests": list(requests), **more})
    return answer


def rows_of(*texts: str) -> list[Json]:
    return [{"values": [{"userEnteredValue": {"stringValue": text}} for text in line]} for line in texts]


def append(*texts: str, sheet: int = 0) -> Json:
    return {"appendCells": {"sheetId": sheet, "rows": rows_of(*texts), "fields": "userEnteredValue"}}


def values(http: gspread.HTTPClient, title: str = "Anna") -> list[str]:
    found = http.values_get(BOOK, f"{title}!A1:H").get("values", [])
    return ["".join(row) for row in found]


def rows(start: int, end: int) -> Json:
    return {"sheetId": 0, "dimension": "ROWS", "startIndex": start, "endIndex": end}


def grid(**ends: int) -> Json:
    return {"sheetId": 0, **ends}


def test_appended_cells_go_after_the_last_row_and_the_grid_grows(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    batch(sheets, append("ab", "cd"))
    google.books[BOOK].sheets[0].row_count = 2
    assert batch(sheets, append("ef"))["replies"] == [{}]
    assert values(sheets) == ["ab", "cd", "ef"]
    assert google.books[BOOK].sheets[0].row_count == 3


def test_a_batch_with_one_bad_request_changes_nothing(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    batch(sheets, append("ab"))
    version = google.books[BOOK].version
    with pytest.raises(gspread.exceptions.APIError, match=r"requests\[1\]"):
        batch(sheets, append("cd"), {"deleteSheet": {"sheetId": 77}})
    with pytest.raises(gspread.exceptions.APIError, match="Unknown name"):
        batch(sheets, append("cd"), {"paintItBlack": {}})
    assert values(sheets) == ["ab"]
    assert google.books[BOOK].version == version


def test_a_new_tab_is_filled_in_the_same_batch_and_read_back_in_its_answer(
    sheets: gspread.HTTPClient,
) -> None:
    told = batch(
        sheets,
        {"addSheet": {"properties": {"title": "Bella", "sheetId": 123, "gridProperties": {"rowCount": 200}}}},
        append("xy", sheet=123),
        includeSpreadsheetInResponse=True,
        responseRanges=["Bella!A1:B1"],
        responseIncludeGridData=True,
    )
    assert told["replies"][0]["addSheet"]["properties"]["sheetId"] == 123
    updated = told["updatedSpreadsheet"]["sheets"]
    assert [sheet["properties"]["title"] for sheet in updated] == ["Bella"]
    cells = updated[0]["data"][0]["rowData"][0]["values"]
    assert [cell["formattedValue"] for cell in cells] == ["x", "y"]
    with pytest.raises(gspread.exceptions.APIError, match="already exists"):
        batch(sheets, {"addSheet": {"properties": {"title": "bella"}}})


def test_cells_are_updated_in_place_with_and_without_a_value(sheets: gspread.HTTPClient) -> None:
    batch(sheets, append("abc", "def"))
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}
    update = {"start": start, "rows": rows_of("X"), "fields": "userEnteredValue"}
    batch(sheets, {"updateCells": update})
    assert values(sheets) == ["abc", "dXf"]
    area = grid(startRowIndex=0, endRowIndex=1, startColumnIndex=0, endColumnIndex=2)
    batch(sheets, {"updateCells": {"range": area, "fields": "userEnteredValue"}})
    assert values(sheets) == ["c", "dXf"]


def test_rows_are_inserted_deleted_and_added(google: GoogleStandIn, sheets: gspread.HTTPClient) -> None:
    batch(sheets, append("a", "b", "c"))
    batch(
        sheets,
        {"insertDimension": {"range": rows(1, 2), "inheritFromBefore": True}},
        {"deleteDimension": {"range": rows(0, 1)}},
        {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 100}},
    )
    assert values(sheets) == ["", "b", "c"]
    assert google.books[BOOK].sheets[0].row_count == 1100


def test_sorting_moves_rows_and_blanks_go_last(sheets: gspread.HTTPClient) -> None:
    batch(sheets, append("h", "c", "a", "b"))
    order = [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]
    batch(sheets, {"sortRange": {"range": grid(startRowIndex=1, endRowIndex=6), "sortSpecs": order}})
    assert values(sheets) == ["h", "c", "b", "a"]


def test_the_looks_of_a_worksheet_are_kept(google: GoogleStandIn, sheets: gspread.HTTPClient) -> None:
    area = grid(startColumnIndex=0, endColumnIndex=2, startRowIndex=0, endRowIndex=5)
    condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Стрижка"}]}
    text = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 6, "endIndex": 7}
    frozen = {"sheetId": 0, "title": "Anna K", "gridProperties": {"frozenRowCount": 1}}
    told = batch(
        sheets,
        {"repeatCell": {"range": area, "cell": text, "fields": "userEnteredFormat.numberFormat"}},
        {"updateDimensionProperties": {"range": columns, "properties": {"hiddenByUser": True},
                                       "fields": "hiddenByUser"}},
        {"updateSheetProperties": {"properties": frozen, "fields": "title,gridProperties.frozenRowCount"}},
        {"setDataValidation": {"range": area, "rule": {"condition": condition, "strict": False}}},
        {"setBasicFilter": {"filter": {"range": area}}},
        {"createDeveloperMetadata": {"developerMetadata": {
            "metadataKey": "k", "metadataValue": "v", "visibility": "PROJECT", "location": {"sheetId": 0}}}},
    )  # fmt: skip
    sheet = google.books[BOOK].sheets[0]
    assert (sheet.title, sheet.frozen_rows, sheet.hidden_columns) == ("Anna K", 1, {6})
    noted = told["replies"][5]["createDeveloperMetadata"]["developerMetadata"]
    assert noted["location"]["locationType"] == "SHEET"
    sheets.values_update(
        BOOK, "Anna K!A1", params={"valueInputOption": "USER_ENTERED"}, body={"values": [["05.03"]]}
    )
    assert sheets.values_get(BOOK, "Anna K!A1")["values"] == [["05.03"]]


def test_a_protected_range_stops_the_api_unless_it_only_warns(
    sheets: gspread.HTTPClient, google: GoogleStandIn
) -> None:
    def protect(*, warning_only: bool) -> None:
        control(google, "edit", PROTECT | {"range": "A1:Z1", "warning_only": warning_only})

    protect(warning_only=True)
    batch(sheets, append("a"))
    protect(warning_only=False)
    change = {"start": {"sheetId": 0}, "rows": rows_of("b"), "fields": "userEnteredValue"}
    with pytest.raises(gspread.exceptions.APIError, match="protected cell or object"):
        batch(sheets, {"updateCells": change})
    theirs = sheets.fetch_sheet_metadata(BOOK)["sheets"][0]["protectedRanges"][-1]
    assert "editors" not in theirs
    with pytest.raises(gspread.exceptions.APIError, match="protected cell or object"):
        batch(sheets, {"deleteProtectedRange": {"protectedRangeId": theirs["protectedRangeId"]}})
    control(google, "edit", PROTECT | {"action": "unprotect"})
    batch(sheets, {"updateCells": change})
    assert values(sheets) == ["b"]


@pytest.mark.parametrize(
    "act",
    [
        {"action": "set", "cell": "A1", "value": "x"},
        {"action": "clear", "range": "A1:B1"},
        {"action": "delete_row", "row": 1},
        {"action": "insert_row", "row": 9},
        {"action": "delete_sheet"},
    ],
)
def test_who_protects_a_tab_may_still_write_there_and_people_may_not(
    sheets: gspread.HTTPClient, google: GoogleStandIn, act: Json
) -> None:
    batch(sheets, append("a"), {"addSheet": {"properties": {"title": "other"}}})
    batch(sheets, {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}, "description": "ours"}}})
    batch(sheets, append("b"))
    with pytest.raises(ValueError, match="protected cell or object"):
        google.staff.edit({"spreadsheet": BOOK, "sheet": "Anna", **act})
    assert values(sheets) == ["a", "b"]
    [ours] = sheets.fetch_sheet_metadata(BOOK)["sheets"][0]["protectedRanges"]
    assert (ours["description"], ours["requestingUserCanEdit"]) == ("ours", True)
    assert ours["range"] == {"sheetId": 0}
    batch(sheets, {"deleteProtectedRange": {"protectedRangeId": ours["protectedRangeId"]}})
    google.staff.edit({"spreadsheet": BOOK, "sheet": "Anna", **act})


def test_the_owner_of_a_file_is_stopped_by_no_protection(
    sheets: gspread.HTTPClient, google: GoogleStandIn
) -> None:
    batch(sheets, {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}})
    typed = {"spreadsheet": BOOK, "sheet": "Anna", "cell": "A1", "value": "x"}
    google.staff.edit(typed | {"who": "owner"})
    assert values(sheets) == ["x"]


@pytest.mark.parametrize(
    "entered", [{"formulaValue": "=1"}, {"stringValue": "=1"}], ids=["a formula", "a text like one"]
)
def test_only_a_formula_value_counts_as_a_formula(
    google: GoogleStandIn, sheets: gspread.HTTPClient, entered: Json
) -> None:
    line = {"rows": [{"values": [{"userEnteredValue": entered}]}], "fields": "userEnteredValue", "sheetId": 0}
    batch(sheets, {"appendCells": line})
    assert len(google.state()["formula_cells"]) == ("formulaValue" in entered)


@pytest.mark.parametrize("entered", [{"stringValue": 5}, {"text": "x"}, {"stringValue": "x" * 50_001}])
def test_a_value_of_the_wrong_kind_is_400(sheets: gspread.HTTPClient, entered: Json) -> None:
    line = {"rows": [{"values": [{"userEnteredValue": entered}]}], "fields": "userEnteredValue", "sheetId": 0}
    with pytest.raises(gspread.exceptions.APIError):
        batch(sheets, {"appendCells": line})


def test_a_tab_goes_but_not_the_last_one(sheets: gspread.HTTPClient) -> None:
    batch(sheets, {"addSheet": {"properties": {"title": "B", "sheetId": 5}}}, {"deleteSheet": {"sheetId": 0}})
    with pytest.raises(gspread.exceptions.APIError, match="remove all the sheets"):
        batch(sheets, {"deleteSheet": {"sheetId": 5}})
