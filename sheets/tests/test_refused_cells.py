"""A cell whose edit was refused: a person takes the spreadsheet's side, or ours."""

import pytest

from bookings.errors import SlotTaken
from bookings.models import Booking
from bookings.tests.factories import STAFF, make_service
from sheets.cycle.edits.refused import (
    AlreadyDecided,
    StillRefused,
    sides_of,
    take_our_side,
    take_sheets_side,
    undecided,
)
from sheets.models import SheetConflict
from sheets.tests.salon import KYIV, SheetSalon


@pytest.fixture
def refused(salon: SheetSalon) -> tuple[Booking, Booking]:
    """A visit that staff moved onto another one in the spreadsheet, and that other one."""
    visit, other = salon.book("10:00"), salon.book("12:00", name="Ірина")
    salon.sync()
    salon.edit("set", cell="C2", value="12:00")
    salon.sync()
    return visit, other


def clock_of(booking: Booking) -> str:
    return f"{Booking.objects.get(pk=booking.pk).start.astimezone(KYIV):%H:%M}"


def waiting(salon: SheetSalon) -> SheetConflict:
    return undecided(salon.link()).get()


def take_sheet(salon: SheetSalon, conflict: SheetConflict) -> None:
    take_sheets_side(salon.link(), conflict_id=conflict.pk, origin=STAFF)


def test_it_says_what_the_sheet_says_and_what_the_salon_has(
    salon: SheetSalon, refused: tuple[Booking, Booking]
) -> None:
    (side,) = sides_of(waiting(salon), list(salon.link().own_tabs()))
    day = salon.day().strftime("%d.%m.%Y")
    assert (side.sheet, side.ours) == (f"{day} 12:00", f"{day} 10:00")


def test_the_sheets_side_is_tried_again_by_the_rules_of_any_visit(
    salon: SheetSalon, refused: tuple[Booking, Booking]
) -> None:
    visit, other = refused
    with pytest.raises(SlotTaken):
        take_sheet(salon, waiting(salon))
    assert clock_of(visit) == "10:00"
    salon.cancel(other)
    take_sheet(salon, waiting(salon))
    assert clock_of(visit) == "12:00"
    for _ in range(2):
        salon.sync()
        assert salon.rows()[0] == salon.cells(Booking.objects.get(pk=visit.pk))
        assert salon.notes()[0] == ""
    assert clock_of(visit) == "12:00"


def test_the_sheets_side_holds_after_the_cell_was_written_over(
    salon: SheetSalon, refused: tuple[Booking, Booking]
) -> None:
    visit, other = refused
    salon.let_minutes_pass(11)
    salon.sync()
    assert salon.rows()[0][2] == "10:00"
    salon.cancel(other)
    take_sheet(salon, waiting(salon))
    salon.sync()
    assert (clock_of(visit), salon.rows()[0][2]) == ("12:00", "12:00")


def test_our_side_puts_the_cell_right_at_once(salon: SheetSalon, refused: tuple[Booking, Booking]) -> None:
    visit, _ = refused
    salon.sync()
    assert salon.rows()[0][2] == "12:00"
    take_our_side(salon.link(), conflict_id=waiting(salon).pk)
    salon.sync()
    assert salon.rows()[0] == salon.cells(visit)
    assert not undecided(salon.link()).exists()


def test_only_the_refused_cell_is_taken_not_what_changed_since(
    salon: SheetSalon, refused: tuple[Booking, Booking]
) -> None:
    visit, other = refused
    Booking.objects.filter(pk=visit.pk).update(guest_name="Марина")
    salon.cancel(other)
    take_sheet(salon, waiting(salon))
    assert Booking.objects.get(pk=visit.pk).guest_name == "Марина"


def test_a_service_that_nobody_knows_is_taken_once_there_is_one(salon: SheetSalon) -> None:
    visit = salon.book("10:00")
    salon.sync()
    salon.edit("set", cell="F2", value="Педикюр")
    salon.sync()
    with pytest.raises(StillRefused) as still:
        take_sheet(salon, waiting(salon))
    assert still.value.reason == "unknown_service"
    make_service(salon.project, "Педикюр")
    take_sheet(salon, waiting(salon))
    salon.sync()
    assert Booking.objects.get(pk=visit.pk).service.name == "Педикюр"
    assert (salon.rows()[0][5], salon.notes()[0]) == ("Педикюр", "")


def test_a_row_in_a_colleagues_tab_is_a_move_to_her(salon: SheetSalon) -> None:
    visit, other = salon.book("10:00"), salon.book("10:00", specialist=salon.maria, name="Ірина")
    salon.sync()
    salon.edit("cut", range="A2:H2", to_sheet="Марія", to=5, to_column=0)
    salon.sync()
    (side,) = sides_of(waiting(salon), list(salon.link().own_tabs()))
    assert (side.sheet, side.ours) == ("Марія", "Анна")
    salon.cancel(other)
    take_sheet(salon, waiting(salon))
    salon.sync()
    assert Booking.objects.get(pk=visit.pk).specialist == salon.maria
    assert (len(salon.rows()), len(salon.rows("Марія"))) == (0, 1)


def test_what_a_colleague_decided_or_what_is_over_waits_no_more(
    salon: SheetSalon, refused: tuple[Booking, Booking]
) -> None:
    conflict = waiting(salon)
    take_our_side(salon.link(), conflict_id=conflict.pk)
    with pytest.raises(AlreadyDecided):
        take_sheet(salon, conflict)
    SheetConflict.objects.update(settled_at=None)
    salon.cancel(refused[0])
    with pytest.raises(AlreadyDecided):
        take_our_side(salon.link(), conflict_id=conflict.pk)
