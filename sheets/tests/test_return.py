"""An owner mistypes the id of the spreadsheet and corrects it: each spreadsheet keeps its own rows."""

import pytest

from bookings.models import Booking
from bookings.operations import change_booking
from bookings.tests.factories import STAFF, at
from bookings.values import VisitChange
from sheets.cycle.outcome import CycleResult
from sheets.google import GoogleError
from sheets.models import SheetRow, SheetTab
from sheets.operations import use_spreadsheet
from sheets.tests.salon import SheetSalon

NOTHING = CycleResult(0, 0, 0, 0, 0)


def turn(salon: SheetSalon, spreadsheet_id: str) -> CycleResult:
    use_spreadsheet(project=salon.project, spreadsheet_id=spreadsheet_id)
    return salon.sync()


def booked() -> int:
    return Booking.objects.filter(status=Booking.Status.BOOKED).count()


def test_there_and_back_changes_nothing(salon: SheetSalon) -> None:
    salon.google.create("typo")
    visits = [salon.book("10:00"), salon.book("12:00")]
    salon.sync()
    assert turn(salon, "typo").added == 2
    for name in ("book", "typo", "book"):
        assert turn(salon, name) == NOTHING
    assert salon.rows() == [salon.cells(visit) for visit in visits]
    assert (SheetRow.objects.count(), booked()) == (4, 2)


def test_a_visit_cancelled_meanwhile_does_not_come_back(salon: SheetSalon) -> None:
    salon.google.create("typo")
    gone, kept = salon.book("10:00"), salon.book("12:00")
    salon.sync()
    turn(salon, "typo")
    salon.cancel(gone)
    salon.sync()
    back = turn(salon, "book")
    assert (back.removed, back.accepted, back.rejected) == (1, 0, 0)
    assert salon.rows() == [salon.cells(kept)]
    assert (Booking.objects.count(), booked()) == (2, 1)
    assert turn(salon, "typo") == NOTHING


def test_what_both_sides_changed_meanwhile_is_merged_on_return(salon: SheetSalon) -> None:
    salon.google.create("typo")
    moved, edited = salon.book("10:00"), salon.book("12:00")
    salon.sync()
    turn(salon, "typo")
    salon.edit("set", cell="C3", value="15:00")
    change = VisitChange(start=at("17:00", salon.day()))
    change_booking(project=salon.project, booking_id=moved.pk, origin=STAFF, change=change)
    new = salon.book("11:00")
    turn(salon, "book")
    for visit in (moved, edited):
        visit.refresh_from_db()
    assert edited.start == at("15:00", salon.day())
    assert sorted(salon.rows()) == sorted(salon.cells(visit) for visit in (moved, edited, new))
    assert booked() == 3


def test_an_id_that_leads_nowhere_leaves_the_former_rows(salon: SheetSalon) -> None:
    salon.book("10:00")
    salon.sync()
    with pytest.raises(GoogleError):
        turn(salon, "nowhere")
    assert turn(salon, "book") == NOTHING


def test_a_mirror_ended_and_begun_again_goes_on(salon: SheetSalon) -> None:
    gone = salon.book("10:00")
    salon.sync()
    use_spreadsheet(project=salon.project, spreadsheet_id="")
    salon.cancel(gone)
    assert turn(salon, "book").removed == 1
    assert booked() == 0


def test_rows_that_older_code_made_belong_to_the_spreadsheet_of_then(salon: SheetSalon) -> None:
    salon.google.create("typo")
    salon.book("10:00")
    salon.sync()
    for model in (SheetTab, SheetRow):
        model._default_manager.update(spreadsheet_id="")
    assert salon.sync() == NOTHING
    turn(salon, "typo")
    assert turn(salon, "book") == NOTHING
