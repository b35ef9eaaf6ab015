"""Edits of one cycle are solved together, or refused together."""

import pytest

from bookings.models import Booking
from sheets.tests.salon import KYIV, SheetSalon
from sheets.tests.test_listen import clock_of


def type_clocks(salon: SheetSalon, **clocks: str) -> None:
    for cell, clock in clocks.items():
        salon.edit("set", cell=cell, value=clock)


def test_two_visits_trade_places(salon: SheetSalon) -> None:
    first, second = salon.book("10:00"), salon.book("12:00")
    salon.sync()
    type_clocks(salon, C2="12:00", C3="10:00")
    salon.sync()
    assert (clock_of(first), clock_of(second)) == ("12:00", "10:00")
    assert salon.sync().changes == 0
    assert not Booking.objects.filter(is_overbooked=True).exists()


@pytest.mark.parametrize("minutes", ["30", "00"])  # later and earlier
def test_three_visits_move_by_half_an_hour(salon: SheetSalon, minutes: str) -> None:
    start = "00" if minutes == "30" else "30"
    visits = [salon.book(f"{hour}:{start}") for hour in (10, 11, 12)]
    salon.sync()
    hours = (10, 11, 12)
    type_clocks(salon, **{f"C{row}": f"{hour}:{minutes}" for row, hour in enumerate(hours, start=2)})
    salon.sync()
    assert [clock_of(visit) for visit in visits] == [f"{hour}:{minutes}" for hour in hours]


def test_a_visit_moves_into_the_place_of_one_that_was_cleared(salon: SheetSalon) -> None:
    gone, moved = salon.book("10:00"), salon.book("12:00", name="Ірина")
    salon.sync()
    salon.edit("clear", range="A2:F2")
    type_clocks(salon, C3="10:00")
    salon.sync()
    gone.refresh_from_db()
    assert gone.status == Booking.Status.CANCELLED
    assert clock_of(moved) == "10:00"


def test_a_swap_that_breaks_a_rule_leaves_both_where_they_are(salon: SheetSalon) -> None:
    first, second = salon.book("10:00"), salon.book("12:00", name="Ірина")
    third = salon.book("15:00", name="Олег")
    salon.sync()
    type_clocks(salon, C2="12:00", C3="15:00")
    salon.sync()
    assert [clock_of(visit) for visit in (first, second, third)] == ["10:00", "12:00", "15:00"]
    assert all("час зайнятий" in note for note in salon.notes()[:2])


def test_a_walk_in_takes_the_place_that_a_visit_leaves(salon: SheetSalon) -> None:
    moved = salon.book("10:00")
    salon.sync()
    day = salon.day()
    type_clocks(salon, C2="15:00")
    salon.edit("set_row", row=3, values=["", f"{day:%d.%m.%Y}", "10:00", "", "Зоя", "Манікюр"])
    salon.sync()
    assert clock_of(moved) == "15:00"
    walk_in = Booking.objects.get(source=Booking.Source.SHEET)
    assert f"{walk_in.start.astimezone(KYIV):%H:%M}" == "10:00"
