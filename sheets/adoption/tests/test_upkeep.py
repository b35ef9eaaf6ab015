"""Columns that staff delete, move or put in between: the mirror finds its own again."""

from typing import Any

import pytest
from django.core.management import call_command

from bookings.models import Booking
from bookings.operations import change_booking
from bookings.tests.factories import STAFF, at
from bookings.values import VisitChange
from botbackend.workshop.sandbox.google.spreadsheet.dimensions import delete, insert
from sheets.adoption.tests.books import fill, read_layout
from sheets.adoption.tests.test_contact import accept, begin, meet
from sheets.models import SheetRow, SheetTab
from sheets.rows.cells import HEADER
from sheets.tests.salon import SheetSalon


def columns(salon: SheetSalon, tab: str = "Анна") -> list[list[str]]:
    return [[str(cell) for cell in row] for row in salon.google.staff.rows("book", tab)["values"]]


def reshape(salon: SheetSalon, at: int, *, more: int = 0, less: int = 0, tab: str = "Анна") -> None:
    """Staff insert columns, or delete some."""
    sheet = salon.google.books["book"].by_title(tab)
    assert sheet is not None
    if more:
        insert(sheet, at, more, by_rows=False)
    if less:
        delete(sheet, at, at + less, by_rows=False)


def test_a_deleted_id_column_comes_back_with_the_same_ids(salon: SheetSalon) -> None:
    booked = [salon.book("10:00"), salon.book("12:00")]
    salon.sync()
    ids = {row.booking_id: row.row_uid for row in SheetRow.objects.all()}
    reshape(salon, 6, less=1)
    salon.sync()
    layout = SheetTab.objects.get(specialist=salon.anna).columns
    assert (layout.uid, layout.status) == (7, 6)
    assert [row[7] for row in columns(salon)[1:]] == [ids[one.pk] for one in booked]
    assert columns(salon)[0] == [*HEADER[:6], "Status", "sync"]
    sheet = salon.google.books["book"].by_title("Анна")
    assert sheet is not None
    assert 7 in sheet.hidden_columns
    assert salon.sync().changes == 0
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 2


def test_a_column_of_staffs_between_ours_is_theirs(salon: SheetSalon) -> None:
    salon.book("10:00")
    salon.sync()
    reshape(salon, 3, more=1)
    salon.edit("set", cell="D1", value="Оплата")
    salon.edit("set", cell="D2", value="готівка")
    added = salon.book("12:00")
    salon.sync()
    rows = columns(salon)
    assert rows[1][3] == "готівка"
    assert [rows[2][at] for at in (0, 1, 2, 4, 5, 6)] == salon.cells(added)


def test_a_column_whose_header_comes_back_is_ours_again(salon: SheetSalon) -> None:
    first = salon.book("10:00")
    salon.sync()
    salon.edit("set", cell="D1", value="Нотатки")
    second = salon.book("12:00")
    salon.sync()
    salon.edit("set", cell="D1", value="Client ID")
    salon.sync()
    assert salon.rows() == [salon.cells(first), salon.cells(second)]
    assert salon.sync().changes == 0


def test_an_old_name_below_a_header_that_comes_back_is_no_edit(salon: SheetSalon) -> None:
    visit = salon.book("10:00", name="Олена")
    salon.sync()
    salon.edit("set", cell="E1", value="Нотатки")
    salon.sync()
    Booking.objects.filter(pk=visit.pk).update(guest_name="Зоя")
    salon.sync()
    salon.edit("set", cell="E1", value="Client Name")
    salon.sync()
    visit.refresh_from_db()
    assert visit.guest_name == "Зоя"
    assert salon.rows() == [salon.cells(visit)]


def test_a_lost_column_of_times_freezes_and_names_it(salon: SheetSalon) -> None:
    salon.book("10:00")
    salon.sync()
    reshape(salon, 2, less=1)
    salon.sync()
    tab = SheetTab.objects.get(specialist=salon.anna)
    assert tab.state == SheetTab.State.FROZEN
    assert "no column Time" in tab.reason


def test_a_visit_that_left_a_frozen_tab_is_not_booked_again_from_its_old_row(salon: SheetSalon) -> None:
    visit = salon.book("10:00")
    salon.sync()
    salon.edit("set", cell="C1", value="Нотатки")
    salon.sync()
    change = VisitChange(start=at("15:00", salon.day()), specialist_id=salon.maria.pk)
    change_booking(project=salon.project, booking_id=visit.pk, origin=STAFF, change=change)
    salon.sync()
    salon.edit("set", cell="C1", value="Time")
    SheetTab.objects.update(state=SheetTab.State.OK)
    salon.sync()
    visit.refresh_from_db()
    assert (salon.rows(), salon.rows("Марія")) == ([], [salon.cells(visit)])
    assert Booking.objects.count() == 1


def test_a_book_of_theirs_is_found_again_by_its_own_headers(salon: SheetSalon) -> None:
    accept(salon, begin(salon, "ukrainian"))
    reshape(salon, 0, more=2, tab="Майстер Анна")
    added = salon.book("19:00", name="Зоя")
    salon.sync()
    layout = SheetTab.objects.get(specialist=salon.anna).columns
    (row,) = [row for row in columns(salon, "Майстер Анна") if "Зоя" in row]
    assert (layout.time, row[2], row[5]) == (2, "19:00", "Зоя")
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 4
    assert added.status == Booking.Status.BOOKED


def test_a_tab_of_six_columns_gets_room_for_ours(salon: SheetSalon) -> None:
    fill(salon.google, "book", read_layout("seed"))
    for sheet in salon.google.books["book"].sheets:
        sheet.column_count = 6
    accept(salon, meet(salon))
    assert SheetTab.objects.get(specialist=salon.anna).columns.uid == 6
    assert SheetRow.objects.count() == 5


@pytest.mark.parametrize(
    "moving", [{"action": "sort", "column": 0, "range": "A1:H"}, {"action": "move_row", "row": 1, "to": 3}]
)
def test_a_header_below_rows_of_visits_cancels_none_of_them(
    salon: SheetSalon, moving: dict[str, Any]
) -> None:
    for clock in ("10:00", "11:00", "12:00"):
        salon.book(clock)
    salon.sync()
    salon.edit(**moving)
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 3
    tab = SheetTab.objects.get(specialist=salon.anna)
    assert (tab.state, tab.reason) == (SheetTab.State.FROZEN, "the header stands below rows of visits")
    salon.edit("undo")
    call_command("resync_sheets", project=salon.project.slug)
    assert [row[2] for row in salon.rows()] == ["10:00", "11:00", "12:00"]


def test_a_tab_sorted_in_part_after_a_column_went_mixes_nobody_up(salon: SheetSalon) -> None:
    names = ("Яна", "Анна-Марія", "Оля")
    booked = [salon.book("10:00", ahead=7 + n, name=name) for n, name in enumerate(names)]
    salon.sync()
    salon.edit("set", cell="D1", value="")
    salon.edit("sort", column=4, range="A2:F")
    for _ in range(2):
        salon.sync()
    for booking, name, ahead in zip(booked, names, (7, 8, 9), strict=True):
        booking.refresh_from_db()
        assert (booking.guest_name, booking.start) == ("", at("10:00", salon.day(ahead)))
        assert name in [row[4] for row in salon.rows()]
