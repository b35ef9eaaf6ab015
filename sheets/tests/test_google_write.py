"""The one write tells what stands in the spreadsheet after it."""

import pytest

from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.wire import Json
from sheets import google as client

pytestmark = pytest.mark.django_db

BOOK = "book"


@pytest.fixture
def book(google: GoogleStandIn) -> GoogleStandIn:
    """A spreadsheet with two tabs, one of which needs quotes."""
    google.create(BOOK, sheets=["Anna", "O'Neil B2"])
    return google


def cell(sheet_id: int, row: int, column: int, text: str) -> Json:
    """The request that writes one cell."""
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    values = [{"userEnteredValue": {"stringValue": text}}]
    return {"updateCells": {"start": start, "rows": [{"values": values}], "fields": "userEnteredValue"}}


def edit(action: str, sheet: str = "Anna", **wish: object) -> Json:
    return {"spreadsheet": BOOK, "sheet": sheet, "action": action, **wish}


def sent(book: GoogleStandIn) -> Json:
    """The newest batch as Google received it."""
    record = book.log.find(path=":batchUpdate")[-1]
    return {**record.body, "fields": record.query["fields"]}


def test_it_shows_the_rows_of_all_tabs_after_the_whole_batch(book: GoogleStandIn) -> None:
    told = client.write(
        BOOK,
        [
            cell(0, 1, 0, "first"),
            cell(0, 1, 0, "second"),
            cell(1, 4, 2, "x"),
        ],
        show=[client.Shown(0, "Anna", 0, 2, 8), (1, "O'Neil B2", 4, 4, 8)],
    )
    assert told == {0: {0: [], 1: ["second"], 2: []}, 1: {4: ["", "", "x"]}}
    assert sent(book)["responseRanges"] == ["'Anna'!A1:H3", "'O''Neil B2'!A5:H5"]
    assert (book.counters["read"], book.counters["write"]) == (0, 1)


def test_its_answer_holds_no_more_than_was_asked_for(book: GoogleStandIn) -> None:
    book.staff.edit(edit("set_row", row=9, values=["a", "b"]))
    told = client.write(BOOK, [cell(0, 1, 0, "x")], show=[(0, "Anna", 1, 1, 8)])
    assert told == {0: {1: ["x"]}}
    assert sent(book)["fields"] == [
        "updatedSpreadsheet(developerMetadata(metadataKey,metadataValue),"
        "sheets(properties.sheetId,data(startRow,rowData.values.effectiveValue)))"
    ]


def test_values_are_those_that_a_read_gives(book: GoogleStandIn) -> None:
    typed = ["05.03.2026", "10:30", "=TODAY()", "=#REF!", "TRUE", "42", "Ira", "=NA()"]
    book.staff.edit(edit("set_row", row=3, values=typed))
    told = client.write(BOOK, [cell(0, 0, 0, "header")], show=[(0, "Anna", 2, 2, 8)])
    assert told[0][2] == client.read_tabs(BOOK, [0], 8)[0][2]
    assert told[0][2][:2] == [46086, 0.4375]
    assert told[0][2][3::4] == ["#REF!", "#N/A"]


def test_it_shows_what_staff_did_right_before_it(book: GoogleStandIn) -> None:
    client.write(BOOK, [cell(0, 1, 0, "Olena"), cell(0, 2, 0, "Ira")])
    book.staff.plan("before_write", [edit("delete_row", row=2)])
    told = client.write(BOOK, [cell(0, 1, 1, "10:00")], show=[(0, "Anna", 1, 2, 8)])
    assert told == {0: {1: ["Ira", "10:00"], 2: []}}


def test_a_title_that_is_gone_fails_the_batch_and_nothing_is_written(book: GoogleStandIn) -> None:
    book.staff.edit(edit("rename", title="Anna K"))
    with pytest.raises(client.GoogleError, match="Unable to parse range") as failed:
        client.write(BOOK, [cell(0, 1, 0, "x")], show=[(0, "Anna", 1, 1, 8)])
    assert (failed.value.status, failed.value.permanent) == (400, True)
    assert client.read_tabs(BOOK, [0], 8) == {0: []}


def test_an_answer_that_shows_nothing_is_an_unknown_outcome(book: GoogleStandIn) -> None:
    fault = {"kind": "status", "status": 200, "body": {"spreadsheetId": BOOK}, "match": {"path": "batchUpd"}}
    book.faults.set([fault])
    with pytest.raises(client.GoogleError) as failed:
        client.write(BOOK, [cell(0, 1, 0, "x")], show=[(0, "Anna", 1, 1, 8)])
    assert not failed.value.permanent


def test_a_batch_of_nothing_is_no_request(book: GoogleStandIn) -> None:
    assert client.write(BOOK, [], show=[(0, "Anna", 1, 1, 8)]) == {}
    assert book.counters["write"] == 0


@pytest.mark.parametrize("kind", ["cut_after", "status_after"])
def test_a_failed_write_may_have_been_applied(book: GoogleStandIn, kind: str) -> None:
    fault = {"kind": kind, "status": 503, "match": {"path": ":batchUpdate"}, "times": 1}
    book.faults.set([fault])
    with pytest.raises(client.GoogleError) as failed:
        client.write(BOOK, [cell(0, 1, 0, "x")], show=[(0, "Anna", 1, 1, 8)])
    assert not failed.value.permanent
    assert client.read_tabs(BOOK, [0], 8) == {0: [[], ["x"]]}


def test_a_protected_cell_is_told_in_the_words_of_google(book: GoogleStandIn) -> None:
    book.staff.edit(edit("protect", range="A2:H9"))
    with pytest.raises(client.GoogleError, match="edit a protected cell or object") as failed:
        client.write(BOOK, [cell(0, 1, 0, "x")], show=[(0, "Anna", 1, 1, 8)])
    assert (failed.value.status, failed.value.permanent) == (400, True)


def test_a_file_not_shared_names_the_address_to_share_it_with(book: GoogleStandIn) -> None:
    book.books[BOOK].shared = False
    with pytest.raises(client.GoogleError, match=client.service_account_email()) as failed:
        client.tabs_of(BOOK)
    assert (failed.value.status, failed.value.said) == (403, "The caller does not have permission")
