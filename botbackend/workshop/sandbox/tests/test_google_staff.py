"""What a person's hands do in a spreadsheet, and when they do it."""

from __future__ import annotations

import gspread
import pytest

from botbackend.workshop.sandbox.google.auth import make_credentials
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import control, make_sheets_client

BOOK = "salon-sheet"


@pytest.fixture
def sheets(google: GoogleStandIn) -> gspread.HTTPClient:
    """The HTTP client that the product uses."""
    return make_sheets_client(google).http_client


@pytest.fixture
def filled(google: GoogleStandIn) -> GoogleStandIn:
    """Three rows of A, B and an id in G, and a second tab."""
    act(google, "add_sheet", title="Bella")
    act(google, "paste", row=1, values=[["a", "1"], ["b", "2"], ["c", "3"]])
    act(google, "paste", row=1, column=6, values=[["id-a"], ["id-b"], ["id-c"]])
    return google


def act(google: GoogleStandIn, action: str, sheet: str = "Anna", **wish: object) -> None:
    control(google, "edit", {"spreadsheet": BOOK, "sheet": sheet, "action": action, **wish})


def rows(google: GoogleStandIn, title: str = "Anna") -> list[str]:
    return [" ".join(filter(None, row)) for row in google.staff.rows(BOOK, title)["values"]]


def test_a_block_cut_to_another_tab_leaves_its_id_behind(filled: GoogleStandIn) -> None:
    act(filled, "cut", range="A2:F2", to=5, to_sheet="Bella")
    assert rows(filled) == ["a 1 id-a", "id-b", "c 3 id-c"]
    assert rows(filled, "Bella")[4] == "b 2"


def test_a_whole_row_cut_or_copied_takes_its_id_along(filled: GoogleStandIn) -> None:
    act(filled, "cut", row=1, to=6)
    act(filled, "copy", row=2, count=2, to=1, to_sheet="Bella")
    assert rows(filled)[::5] == ["", "a 1 id-a"]
    assert rows(filled, "Bella") == ["b 2 id-b", "c 3 id-c"]


def test_rows_are_inserted_dragged_and_deleted(filled: GoogleStandIn) -> None:
    act(filled, "insert_row", row=2, count=2)
    act(filled, "move_row", row=5, to=1)
    assert rows(filled) == ["c 3 id-c", "a 1 id-a", "", "", "b 2 id-b"]
    act(filled, "delete_row", row=3, count=2)
    assert rows(filled) == ["c 3 id-c", "a 1 id-a", "b 2 id-b"]


def test_columns_are_inserted_dragged_and_deleted(google: GoogleStandIn) -> None:
    act(google, "paste", row=1, values=[["a", "b", "c", "d"]])
    google.books[BOOK].sheets[0].hidden_columns = {3}
    act(google, "insert_column", column=1)
    act(google, "move_column", column=4, to=0)
    act(google, "delete_column", column=1)
    assert rows(google) == ["d b c"]
    assert google.books[BOOK].sheets[0].hidden_columns == {0}


def test_a_tab_is_duplicated_with_its_ids_and_titles_are_compared_without_case(filled: GoogleStandIn) -> None:
    act(filled, "duplicate")
    assert rows(filled, "Copy of Anna") == rows(filled)
    assert len({sheet.id for sheet in filled.books[BOOK].sheets}) == 3
    with pytest.raises(ValueError, match="already exists"):
        filled.staff.edit({"spreadsheet": BOOK, "sheet": "Bella", "action": "rename", "title": "anna"})


def test_undo_takes_back_the_own_act_and_not_what_others_wrote_since(
    filled: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    act(filled, "delete_row", row=1)
    act(filled, "undo")
    assert rows(filled) == ["a 1 id-a", "b 2 id-b", "c 3 id-c"]
    act(filled, "set", cell="A1", value="x")
    option: Json = {"valueInputOption": "RAW"}
    sheets.values_update(BOOK, "Anna!B3", params=option, body={"values": [["9"]]})
    act(filled, "undo")
    assert rows(filled) == ["a 1 id-a", "b 2 id-b", "c 9 id-c"]


def test_people_act_right_before_a_write_and_right_after_a_read(
    filled: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    wish = {"spreadsheet": BOOK, "sheet": "Anna", "action": "delete_row", "row": 1}
    control(filled, "meanwhile", {"when": "after_read", "edits": [wish]})
    control(filled, "meanwhile", {"when": "before_write", "edits": [wish, {**wish, "sheet": "Nobody"}]})
    assert sheets.values_get(BOOK, "Anna!A1:A")["values"] == [["a"], ["b"], ["c"]]
    assert rows(filled) == ["b 2 id-b", "c 3 id-c"]
    change = {"start": {"sheetId": 0}, "rows": [{"values": [{"userEnteredValue": {"stringValue": "X"}}]}]}
    sheets.batch_update(BOOK, {"requests": [{"updateCells": {**change, "fields": "userEnteredValue"}}]})
    assert rows(filled) == ["X 3 id-c"]
    assert [entry["sheet"] for entry in filled.state()["not_done"]] == ["Nobody"]


def test_a_partial_answer_lacks_the_lower_half(filled: GoogleStandIn, sheets: gspread.HTTPClient) -> None:
    control(filled, "faults", [{"kind": "partial", "match": {"path": "values"}, "times": 1}])
    assert sheets.values_get(BOOK, "Anna!A1:A")["values"] == [["a"], ["b"]]
    assert sheets.values_get(BOOK, "Anna!A1:A")["values"] == [["a"], ["b"], ["c"]]


def test_a_mask_leaves_only_what_it_names(filled: GoogleStandIn, sheets: gspread.HTTPClient) -> None:
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{BOOK}"
    fields = "spreadsheetId,sheets(properties/title,properties.sheetId)"
    told: Json = sheets.request("get", url, params={"fields": fields}).json()
    assert set(told) == {"spreadsheetId", "sheets"}
    assert [set(sheet["properties"]) for sheet in told["sheets"]] == [{"title", "sheetId"}] * 2
    with pytest.raises(gspread.exceptions.APIError, match="Invalid field selection"):
        sheets.request("get", url, params={"fields": "sheets(properties"})


def test_metadata_is_found_changed_and_taken_away(google: GoogleStandIn, sheets: gspread.HTTPClient) -> None:
    def batch(kind: str, **body: object) -> Json:
        reply: Json = sheets.batch_update(BOOK, {"requests": [{kind: body}]})["replies"][0]
        return reply

    note = {"metadataKey": "k", "metadataValue": "v", "visibility": "DOCUMENT"}
    batch("createDeveloperMetadata", developerMetadata={**note, "location": {"spreadsheet": True}})
    lookup = {"developerMetadataLookup": {"metadataKey": "k"}}
    changed = {"metadataValue": "w"}
    batch("updateDeveloperMetadata", dataFilters=[lookup], developerMetadata=changed, fields="metadataValue")
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{BOOK}/developerMetadata:search"
    found = sheets.request("post", url, json={"dataFilters": [lookup]}).json()["matchedDeveloperMetadata"]
    assert [entry["developerMetadata"]["metadataValue"] for entry in found] == ["w"]
    batch("deleteDeveloperMetadata", dataFilter=lookup)
    assert sheets.request("post", url, json={"dataFilters": [lookup]}).json() == {}


def test_each_account_has_a_quota_and_permissions_of_its_own(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    other = make_sheets_client(
        google, make_credentials("", email="second@stand-in.iam.gserviceaccount.com")
    ).http_client
    control(google, "quota", {"read": 1})
    sheets.values_get(BOOK, "A1")
    with pytest.raises(gspread.exceptions.APIError, match="Quota exceeded"):
        sheets.values_get(BOOK, "A1")
    assert other.values_get(BOOK, "A1")["range"] == "Anna!A1"
    control(google, "quota", {"read": 0})
    control(google, "share", {"id": BOOK, "with": ["second@stand-in.iam.gserviceaccount.com"]})
    other.values_get(BOOK, "A1")
    with pytest.raises(gspread.exceptions.APIError, match="does not have permission"):
        sheets.values_get(BOOK, "A1")


def test_the_version_of_drive_follows_an_edit_after_its_lag(
    google: GoogleStandIn, sheets: gspread.HTTPClient
) -> None:
    def version() -> str:
        url = f"https://www.googleapis.com/drive/v3/files/{BOOK}"
        return str(sheets.request("get", url, params={"fields": "version"}).json()["version"])

    google.drive.lag = 120
    before = version()
    act(google, "set", cell="A1", value="x")
    assert version() == before
    google.advance(121)
    assert int(version()) > int(before)
