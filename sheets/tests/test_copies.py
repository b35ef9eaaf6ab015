"""Tabs that staff duplicate: which of the two is the mirror's."""

from bookings.models import Booking
from bookings.tests.factories import at
from sheets.tests.salon import SheetSalon


def test_a_copy_that_took_the_place_of_its_tab_holds_the_same_visits(salon: SheetSalon) -> None:
    first, second = salon.book("10:00"), salon.book("11:00")
    salon.sync()
    salon.edit("duplicate")
    salon.edit("delete_sheet")
    salon.edit("rename", "Copy of Анна", title="Анна")
    salon.edit("set", cell="C2", value="15:00")
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)
    first.refresh_from_db()
    assert first.start == at("15:00", salon.day())
    assert salon.rows() == [salon.cells(first), salon.cells(second)]
    assert salon.notes() == ["", ""]
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 2
