"""A spreadsheet has one id, in one form: no other spelling leads to it."""

import pytest
from django.db import IntegrityError

from projects.tests.factories import make_project
from sheets.addresses import spreadsheet_id_in
from sheets.google import GoogleError, tabs_of
from sheets.models import SheetLink
from sheets.tests.salon import SheetSalon

SHEET = "https://docs.google.com/spreadsheets/d/1AbC-d_9"
# What a client of HTTP reads as a way to `book`, or out of the place of an id, and more that is no id.
OTHER_SPELLINGS = [
    "bo%6Fk", "%62ook", "book%2f", "book%00", "bo&k", "b\\ook", "book;x", "book:batchUpdate?", "..", ".",
    "%2e%2e", "./book", "x%2F..%2Fbook", "b.ook", "b~ook", "bo+ok", "b@ook",
]  # fmt: skip
NO_IDS = [
    *OTHER_SPELLINGS, "воok", "ｂook", '"book"', "'book'", "<a>", "<a>book</a>", "gid=0#", "two words",
    "book/x/..",
    f"{SHEET.replace('1AbC-d_9', 'bo%6Fk')}/edit", f"{SHEET}%2F..%2Fbook", f"{SHEET}:batchUpdate",
    f"{SHEET.replace('/d/', '/d/e/')}/pubhtml", "https://docs.google.com.evil.example/spreadsheets/d/book",
    "https://drive.google.com/open?id=bo%6Fk", "https://drive.google.com/open", "https://example.com/d/book/edit",
    "x" * 201,
]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "1AbC-d_9", " 1AbC-d_9\n", "1AbC\u200b-d_9", "1AbC-d_9?usp=sharing", "1AbC-d_9#gid=0",
        "1AbC-d_9/edit#gid=7",
        SHEET, f"{SHEET}/edit?gid=0#gid=0", f"{SHEET}/copy", f"{SHEET}/edit?usp=drive_link&x=a/b",
        SHEET.replace("https", "HTTPS").replace("docs.google", "Docs.Google"),
        SHEET.removeprefix("https://"),
        "docs.google.com/a/firma.pl/spreadsheets/d/1AbC-d_9/edit?gid=0#gid=0",
        "https://docs.google.com/spreadsheets/u/1/d/1AbC-d_9/edit",
        "drive.google.com/open?id=1AbC-d_9", "https://drive.google.com/open?usp=drive_copy&id=1AbC-d_9&authuser=0",
        "https://drive.google.com/file/d/1AbC-d_9/view?usp=sharing",
    ],
)  # fmt: skip
def test_the_id_is_taken_out_of_what_people_paste(address: str) -> None:
    assert spreadsheet_id_in(address) == "1AbC-d_9"


@pytest.mark.parametrize("typed", NO_IDS)
def test_what_is_no_id_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="as in https://docs"):
        spreadsheet_id_in(typed)


@pytest.mark.parametrize("stored", [*OTHER_SPELLINGS, "book?", "book#gid=0", "book\n", " book"])
@pytest.mark.django_db
def test_the_database_takes_an_id_in_no_other_form(stored: str) -> None:
    with pytest.raises(IntegrityError, match="sheet_id_in_one_form"):
        SheetLink.objects.create(project=make_project(), spreadsheet_id=stored)


@pytest.mark.parametrize("stored", [*OTHER_SPELLINGS, "book?", "book#gid=0"])
def test_no_other_spelling_reaches_the_spreadsheet(salon: SheetSalon, stored: str) -> None:
    asked = len(salon.google.log.find())
    with pytest.raises(GoogleError, match="no id of a spreadsheet"):
        tabs_of(stored)
    assert len(salon.google.log.find()) == asked
