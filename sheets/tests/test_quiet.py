"""Rows that agree cost next to nothing: they are neither decrypted nor compared, and no change is missed."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bookings.models import Booking, Client, Service
from botbackend.lib import crypto
from sheets.cycle.matching.quiet import QuietRow
from sheets.cycle.writing.plan import build
from sheets.models import SheetRow
from sheets.rows.cells import Cells
from sheets.rows.writes import Wanted
from sheets.tests.salon import SheetSalon
from sheets.tests.test_plan import TAB, apply, make_grid, make_wanted, read_grid


@pytest.fixture
def visits(salon: SheetSalon) -> list[Booking]:
    """Four visits that stand in rows 2 to 5 and were compared."""
    made = [salon.book(f"{hour}:00") for hour in (10, 12, 14, 16)]
    salon.sync()
    return made


def rows_decrypted(salon: SheetSalon) -> int:
    """Of how many rows a cycle reads the cells from the database."""
    with CaptureQueriesContext(connection) as queries:
        salon.sync()
    asked = [query["sql"] for query in queries if '"sheets_sheetrow"."cells"' in query["sql"]]
    found = [re.search(r'"id" IN \(([\d, ]*)\)', sql) for sql in asked if sql.startswith("SELECT")]
    return sum(len(one[1].split(",")) for one in found if one)


@pytest.mark.usefixtures("visits")
def test_a_cycle_that_finds_nothing_new_decrypts_no_row(salon: SheetSalon) -> None:
    assert rows_decrypted(salon) == 0


def test_an_edit_costs_the_row_that_it_touches(salon: SheetSalon, visits: list[Booking]) -> None:
    salon.edit("set", cell="C3", value="12:30")
    assert rows_decrypted(salon) == 1
    visits[1].refresh_from_db()
    assert salon.cells(visits[1])[2] == "12:30"
    assert rows_decrypted(salon) == 0


def test_a_visit_that_the_bot_moves_is_written_and_then_quiet(
    salon: SheetSalon, visits: list[Booking]
) -> None:
    salon.cancel(visits[0])
    salon.book("11:00")
    salon.sync()
    assert len(salon.rows()) == 4
    assert rows_decrypted(salon) == 0


@pytest.mark.parametrize("what", ["client", "service", "guest", "zone"])
def test_whatever_a_row_is_made_of_changes_it(salon: SheetSalon, visits: list[Booking], what: str) -> None:
    if what == "client":
        client = Client.objects.get(pk=visits[0].client_id)
        client.name = "Інша"
        client.save()
    elif what == "service":
        Service.objects.filter(pk=salon.manicure.pk).update(name="Манікюр люкс")
    elif what == "guest":
        Booking.objects.filter(pk=visits[0].pk).update(guest_name="Донька")
    else:
        salon.project.timezone = "Europe/Warsaw"
        salon.project.save()
    salon.sync()
    changed = {
        "client": salon.rows()[0][4] == "Інша",
        "service": {row[5] for row in salon.rows()} == {"Манікюр люкс"},
        "guest": salon.rows()[0][4] == "Донька",
        "zone": salon.rows()[0][2] == "09:00",
    }
    assert changed[what]


def test_a_row_that_staff_swapped_back_and_forth_between_two_reads_needs_nothing(
    salon: SheetSalon, visits: list[Booking]
) -> None:
    salon.edit("sort", column=2, descending=True)
    assert rows_decrypted(salon) == 0
    starts = {visit.pk: visit.start for visit in visits}
    assert dict(Booking.objects.values_list("pk", "start")) == starts


def test_a_copy_of_a_quiet_row_is_looked_at_with_its_original(
    salon: SheetSalon, visits: list[Booking]
) -> None:
    salon.edit("copy_row", row=2, to=7)
    salon.sync()
    salon.sync()
    ids = list(SheetRow.objects.values_list("row_uid", flat=True))
    sheet = salon.google.books["book"].by_title("Анна")
    assert sheet is not None
    shown = [row[6].shown() for row in sheet.rows[1 : sheet.last_row()] if row[6].shown()]
    assert sorted(shown) == sorted(ids)
    assert Booking.objects.count() == len(visits)


def test_a_refused_cell_keeps_its_row_awake_until_it_is_put_right(
    salon: SheetSalon, visits: list[Booking]
) -> None:
    salon.edit("set", cell="C3", value="25:99")
    salon.sync()
    assert "14:30" in salon.notes()[1]  # the example of how to write a time
    assert rows_decrypted(salon) == 1
    salon.let_minutes_pass(11)
    salon.sync()
    assert salon.rows()[1] == salon.cells(visits[1])


def test_the_stored_hashes_tell_nothing_without_the_key(
    salon: SheetSalon, visits: list[Booking], settings: pytest.FixtureRequest
) -> None:
    row = SheetRow.objects.get(booking=visits[0])
    text = "\x1f".join([*salon.cells(visits[0]), row.row_uid, ""])
    assert row.seen_hash == crypto.digester("sheet-row")(text)
    settings.SECRET_KEY = "another-key-of-more-than-32-characters"  # type: ignore[attr-defined]
    assert row.seen_hash != crypto.digester("sheet-row")(text)


def make_quiet(rows: list[Wanted]) -> list[QuietRow]:
    return [
        QuietRow(TAB, index, row.uid, (*row.cells, row.uid, row.status), row.order)
        for index, row in enumerate(rows, 1)
    ]


@given(quiet=st.sets(st.integers(1, 28), max_size=8), new=st.sets(st.integers(1, 28), max_size=8))
def test_new_rows_find_their_place_among_quiet_ones(quiet: set[int], new: set[int]) -> None:
    standing = [make_wanted(day) for day in sorted(quiet)]
    added = [make_wanted(day) for day in sorted(new - quiet)]
    plan = build(wanted={row.uid: row for row in added}, gone=(), read=(), quiet=make_quiet(standing))
    grid = apply(plan, make_grid(standing))
    assert grid == make_grid([make_wanted(day) for day in sorted(quiet | new)])
    if plan.writes:
        seen: dict[int, tuple[str, ...]] = {
            row.index: (*row.cells, row.uid, row.status) for row in read_grid(grid)
        }
        assert plan.expected[TAB] == seen


def test_a_row_is_never_called_quiet_for_the_texts_of_another(salon: SheetSalon) -> None:
    first, second = salon.book("10:00", name="Яна"), salon.book("12:00", name="Яна")
    salon.sync()
    cells: list[Cells | list[str]] = [salon.cells(first), salon.cells(second)]
    salon.edit("paste", row=2, values=[list(cells[1]), list(cells[0])])
    salon.sync()
    first.refresh_from_db()
    second.refresh_from_db()
    assert sorted(salon.rows()) == sorted([salon.cells(first), salon.cells(second)])


def test_a_row_that_came_back_as_it_was_is_missing_no_more(salon: SheetSalon) -> None:
    booking = salon.book()
    salon.sync()
    salon.edit("delete_row", row=2)
    salon.sync()
    salon.edit("undo")
    salon.sync()
    assert SheetRow.objects.get().missing_since is None
    salon.let_minutes_pass(2)
    salon.edit("delete_row", row=2)
    salon.sync()
    booking.refresh_from_db()
    assert booking.status == Booking.Status.BOOKED
