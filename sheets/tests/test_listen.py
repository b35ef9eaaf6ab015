"""Staff work in the spreadsheet; their edits become bookings under the same rules."""

import unicodedata

import pytest

from bookings.models import Booking
from bookings.operations import change_booking
from bookings.tests.factories import STAFF, at, make_service
from bookings.values import VisitChange
from sheets.google import GoogleError
from sheets.models import SheetConflict, SheetRow, SheetTab
from sheets.tests.salon import KYIV, SheetSalon


def clock_of(booking: Booking) -> str:
    booking.refresh_from_db()
    return f"{booking.start.astimezone(KYIV):%H:%M}"


def test_a_time_typed_by_staff_moves_the_visit(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    salon.sync()
    salon.edit("set", cell="C2", value="12.30")
    salon.sync()
    assert clock_of(booking) == "12:30"
    assert salon.rows()[0][2] == "12:30"


def test_a_time_that_is_taken_is_refused_and_the_row_says_why(salon: SheetSalon) -> None:
    booking, other = salon.book("10:00"), salon.book("12:00")
    salon.sync()
    salon.edit("set", cell="C2", value="12:00")
    salon.sync()
    salon.sync()
    assert (clock_of(booking), clock_of(other)) == ("10:00", "12:00")
    assert salon.rows()[0][2] == "12:00"
    assert "час зайнятий" in salon.notes()[0]
    assert SheetConflict.objects.get().booking == booking


def test_a_refused_cell_left_alone_is_restored_and_the_reason_stays(salon: SheetSalon) -> None:
    booking, _ = salon.book("10:00"), salon.book("12:00")
    salon.sync()
    salon.edit("set", cell="C2", value="12:00")
    salon.sync()
    salon.let_minutes_pass(11)
    for _ in range(2):
        salon.sync()
        assert salon.rows()[0] == salon.cells(booking)
        assert "час зайнятий" in salon.notes()[0]
    salon.edit("set", cell="C2", value="14:00")
    salon.sync()
    assert salon.notes()[0] == ""
    assert clock_of(booking) == "14:00"


def test_a_date_and_then_a_time_typed_one_after_the_other_are_read_together(salon: SheetSalon) -> None:
    booking, _ = salon.book("10:00"), salon.book("10:00", ahead=8)
    salon.sync()
    day = salon.day(8)
    salon.edit("set", cell="B2", value=f"{day:%d.%m.%Y}")
    salon.sync()
    assert "час зайнятий" in salon.notes()[0]
    salon.edit("set", cell="C2", value="15:00")
    salon.sync()
    booking.refresh_from_db()
    assert booking.start == at("15:00", day)
    assert salon.notes()[0] == ""


def test_a_refused_cell_is_taken_once_what_stood_in_its_way_is_gone(salon: SheetSalon) -> None:
    booking, other = salon.book("10:00"), salon.book("12:00")
    salon.sync()
    salon.edit("set", cell="C2", value="12:00")
    salon.sync()
    salon.cancel(other)
    salon.sync()
    assert clock_of(booking) == "12:00"
    assert salon.notes()[0] == ""


def test_a_refused_cell_is_restored_with_the_next_edit_of_its_row(salon: SheetSalon) -> None:
    booking, _ = salon.book("10:00"), salon.book("12:00")
    salon.sync()
    salon.edit("set", cell="C2", value="12:00")
    salon.sync()
    salon.edit("set", cell="E2", value="Оксана")
    salon.sync()
    salon.sync()
    booking.refresh_from_db()
    assert (clock_of(booking), booking.guest_name) == ("10:00", "Оксана")
    assert salon.rows()[0] == salon.cells(booking)


def test_a_walk_in_typed_by_staff_is_booked_and_gets_an_id(salon: SheetSalon) -> None:
    salon.sync()
    day = salon.day()
    salon.edit("set_row", row=2, values=[f"{day:%d.%m}", f"{day:%d.%m.%Y}", "15:00", "", "Зоя", "манікюр"])
    salon.sync()
    booking = Booking.objects.get()
    assert (booking.start, booking.specialist, booking.service) == (
        at("15:00", day),
        salon.anna,
        salon.manicure,
    )
    assert (booking.source, booking.guest_name) == (Booking.Source.SHEET, "Зоя")
    assert salon.rows()[0][4:] == ["Зоя", "Манікюр"]
    salon.sync()
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    ["дитячий\u00a0манікюр", "\ufeffДитячий\u202fмані\u00adкюр\u200b", "Дитячий  мaнiкюp",
     unicodedata.normalize("NFD", "Дитячий манікюр")],
)  # fmt: skip
@pytest.mark.parametrize(
    "name", ["Дитячий  манікюр", unicodedata.normalize("NFD", "Ди\u200bтячий\u00a0манікюр")]
)
def test_a_service_is_booked_however_its_name_is_spelled(salon: SheetSalon, name: str, typed: str) -> None:
    service = make_service(salon.project, name)
    salon.sync()
    day = salon.day()
    values = [f"{day:%d.%m}\u200b", f"{day:%d.%m.%Y}\ufeff", "15:00\u200e", "", "Зоя\u00ad", typed]
    salon.edit("set_row", row=2, values=values)
    salon.sync()
    booking = Booking.objects.get()
    assert (booking.start, booking.service, booking.guest_name) == (at("15:00", day), service, "Зоя")
    row = salon.rows()[0]
    assert (row[2], row[4:]) == ("15:00", ["Зоя", "Дитячий манікюр"])


def test_a_row_stored_by_an_earlier_version_is_no_edit(salon: SheetSalon) -> None:
    booking = salon.book(name="Зоя К")
    salon.sync()
    row = SheetRow.objects.get()
    row.cells = [*row.cells[:4], "Зоя\u200b К", row.cells[5]]
    row.save()
    result = salon.sync()
    booking.refresh_from_db()
    assert (result.accepted, booking.guest_name) == (0, "")


def test_a_tab_of_the_same_name_in_another_spelling_is_taken_over(salon: SheetSalon) -> None:
    salon.google.staff.edit({"spreadsheet": "book", "sheet": "", "action": "add_sheet", "title": "aнна"})
    salon.sync()
    assert salon.google.books["book"].by_title("Анна") is None


def test_an_unfinished_row_is_a_draft(salon: SheetSalon) -> None:
    salon.sync()
    day = salon.day()
    salon.edit("set_row", row=2, values=["", f"{day:%d.%m.%Y}", "", "", "Зоя", ""])
    salon.sync()
    assert not Booking.objects.exists()
    assert salon.notes()[0].startswith("неповний рядок")


def test_a_cleared_row_cancels_the_visit(salon: SheetSalon) -> None:
    booking = salon.book()
    salon.sync()
    salon.edit("clear", range="A2:F2")
    salon.sync()
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED
    assert salon.rows() == []


def test_a_deleted_row_cancels_only_when_it_is_still_missing_a_minute_later(salon: SheetSalon) -> None:
    booking = salon.book()
    salon.sync()
    salon.edit("delete_row", row=2)
    salon.sync()
    booking.refresh_from_db()
    assert booking.status == Booking.Status.BOOKED
    assert salon.rows() == []
    salon.let_minutes_pass(2)
    salon.sync()
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED


def test_many_rows_gone_at_once_freeze_the_mirror_and_cancel_nothing(salon: SheetSalon) -> None:
    for ahead in range(3, 9):
        salon.book(ahead=ahead)
    salon.sync()
    for _ in range(5):
        salon.edit("delete_row", row=2)
    salon.sync()
    tab = SheetTab.objects.get(specialist=salon.anna)
    assert (tab.state, tab.reason) == (SheetTab.State.FROZEN, "5 of 6 rows vanished at once")
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 6


def test_a_sort_of_the_visible_columns_mixes_nothing_up(salon: SheetSalon) -> None:
    first, second = salon.book("10:00", name="Яна"), salon.book("12:00", name="Анна-Марія")
    salon.sync()
    salon.edit("sort", column=4, range="A2:F")
    salon.sync()
    assert (clock_of(first), clock_of(second)) == ("10:00", "12:00")
    assert sorted(salon.rows()) == sorted([salon.cells(first), salon.cells(second)])
    assert SheetConflict.objects.count() == 0


def test_both_sides_changed_the_time_so_the_database_wins_and_staff_see_it(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    salon.sync()
    salon.edit("set", cell="C2", value="15:00")
    Booking.objects.filter(pk=booking.pk).update(
        start=at("17:00", salon.day()), end=at("18:00", salon.day()),
        busy_from=at("17:00", salon.day()), busy_until=at("18:00", salon.day()),
    )  # fmt: skip
    salon.sync()
    assert clock_of(booking) == "17:00"
    assert salon.rows()[0][2] == "17:00"
    assert salon.notes()[0].startswith("конфлікт")


def test_a_visit_cancelled_here_wins_over_an_edit_there(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    salon.sync()
    salon.cancel(booking)
    salon.edit("set", cell="C2", value="15:00")
    salon.sync()
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED
    assert salon.rows() == []


def test_our_own_write_is_not_heard_as_an_edit(salon: SheetSalon) -> None:
    salon.book("10:00")
    salon.sync()
    result = salon.sync()
    assert (result.accepted, result.rejected, result.changes) == (0, 0, 0)


def test_a_lost_answer_and_a_later_change_here_is_no_edit_of_staff(salon: SheetSalon) -> None:
    salon.sync()
    booking = salon.book("10:00")
    salon.google.faults.set([{"kind": "cut_after", "match": {"path": ":batchUpdate"}, "times": 1}])
    with pytest.raises(GoogleError):
        salon.sync()
    change_booking(
        project=salon.project,
        booking_id=booking.pk,
        origin=STAFF,
        change=VisitChange(start=at("16:00", salon.day())),
    )
    salon.sync()
    assert clock_of(booking) == "16:00"
    assert [row[2] for row in salon.rows()] == ["16:00"]


def test_a_row_put_back_in_time_is_no_deletion(salon: SheetSalon) -> None:
    booking = salon.book()
    salon.sync()
    row = salon.rows()[0]
    salon.edit("delete_row", row=2)
    salon.sync()
    salon.edit("set_row", row=2, values=row)
    salon.let_minutes_pass(2)
    salon.sync()
    booking.refresh_from_db()
    assert booking.status == Booking.Status.BOOKED
    assert SheetRow.objects.get().missing_since is None


@pytest.mark.parametrize("column", range(6))
@pytest.mark.parametrize("value", ["#N/A", "#ССЫЛКА!", "Loading..."])
def test_a_walk_in_with_an_error_value_is_no_visit_and_the_row_says_why(
    salon: SheetSalon, column: int, value: str
) -> None:
    salon.sync()
    day = salon.day()
    values = [f"{day:%d.%m}", f"{day:%d.%m.%Y}", "15:00", "", "Зоя", "манікюр"]
    values[column] = value
    salon.edit("set_row", row=2, values=values)
    salon.sync()
    assert not Booking.objects.exists()
    assert salon.notes() == ["не прийнято: у клітинці помилка формули"]
    values[column] = ["", f"{day:%d.%m.%Y}", "15:00", "", "Зоя", "манікюр"][column]
    salon.edit("set_row", row=2, values=values)
    salon.sync()
    assert Booking.objects.get().guest_name == "Зоя"
    assert salon.notes() == [""]


def test_an_error_value_in_a_visit_takes_nothing_of_its_row_over(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    salon.sync()
    salon.edit("set", cell="E2", value="#REF!")
    salon.edit("set", cell="C2", value="12:00")
    salon.sync()
    assert (clock_of(booking), booking.guest_name) == ("10:00", "")
    salon.let_minutes_pass(11)
    salon.sync()
    assert salon.rows() == [salon.cells(booking)]
    assert salon.notes() == ["не прийнято: у клітинці помилка формули"]


def test_a_row_of_error_values_cancels_nothing(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    salon.sync()
    salon.edit("set_row", row=2, values=["#REF!"] * 6)
    salon.sync()
    salon.let_minutes_pass(11)
    salon.sync()
    booking.refresh_from_db()
    assert booking.status == Booking.Status.BOOKED
    assert salon.rows() == [salon.cells(booking)]


def test_a_visit_missing_beside_an_unreadable_row_is_not_cancelled(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    salon.sync()
    salon.edit("set_row", row=2, values=["#REF!"] * 7)
    salon.sync()
    salon.let_minutes_pass(2)
    salon.sync()
    booking.refresh_from_db()
    assert booking.status == Booking.Status.BOOKED


@pytest.mark.parametrize(("column", "number"), [(2, 46350), (2, 1.5), (2, 12.25), (1, 5.03)])
def test_a_serial_number_that_is_no_time_or_day_is_refused_in_words(
    salon: SheetSalon, column: int, number: float
) -> None:
    salon.sync()
    day = salon.day()
    values: list[object] = ["", f"{day:%d.%m.%Y}", "15:00", "", "Зоя", "манікюр"]
    values[column] = number
    salon.edit("set_row", row=2, values=values)
    salon.sync()
    assert not Booking.objects.exists()
    what = (
        "не прочитати дату; напишіть так: 07.12.2026"
        if column == 1
        else "не прочитати час; напишіть так: 14:30"
    )
    assert salon.notes() == [f"не прийнято: {what}"]
