"""Lines that staff laid out, one for each half hour: of one whose visit goes only the client does."""

from typing import Any

import pytest

from bookings.models import Booking
from bookings.operations import Origin, VisitChange, change_booking, reject_booking
from bookings.tests.factories import BOT, STAFF, at
from sheets.adoption.tests.test_contact import accept, begin, values
from sheets.google import GoogleError
from sheets.models import SheetRow
from sheets.tests.salon import SheetSalon

OLENA = 28  # her line at 10:00, as people count; 10:30 repeats it


@pytest.fixture
def visit(salon: SheetSalon) -> Booking:
    """Olena's manicure, which stood in the grid before us."""
    accept(salon, begin(salon, "grid"))
    return Booking.objects.get(start=at("10:00", salon.day()))


def line(salon: SheetSalon, number: int) -> list[str]:
    """A-F of a line, and what else stands in it but our note."""
    row = values(salon)["Анна"][number - 1]
    return [str(cell) for cell in [*row, *[""] * 8][:7]]


def day(salon: SheetSalon, clock: str, *rest: str) -> list[str]:
    """A line of the day of the visits."""
    return [f"{salon.day():%d.%m}", f"{salon.day():%d.%m.%Y}", clock, *rest]


def lines_of(salon: SheetSalon, name: str, tab: str = "Анна") -> list[list[Any]]:
    return [row for row in values(salon)[tab] if name in row]


def booked(name: str) -> Booking:
    [found] = [one for one in Booking.objects.filter(status=Booking.Status.BOOKED) if one.guest_name == name]
    return found


def settle(salon: SheetSalon) -> None:
    """Cycles until everything that we blank would have been taken out."""
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)


@pytest.mark.parametrize("origin", [BOT, STAFF], ids=lambda origin: origin.source)
def test_the_line_of_a_cancelled_visit_is_a_free_slot_again(
    salon: SheetSalon, visit: Booking, origin: Origin
) -> None:
    length = len(values(salon)["Анна"])
    salon.edit("set", cell=f"J{OLENA}", value="лак зі складу")
    reject_booking(project=salon.project, booking_id=visit.pk, origin=origin)
    settle(salon)
    assert line(salon, OLENA) == day(salon, "10:00", "", "", "", "")
    assert values(salon)["Анна"][OLENA - 1][9] == "лак зі складу"
    assert len(values(salon)["Анна"]) == length
    assert not SheetRow.objects.filter(booking=visit).exists()
    assert salon.sync().changes == 0


def test_a_client_typed_into_a_slot_later_leaves_it_as_it_was(salon: SheetSalon, visit: Booking) -> None:
    salon.edit("paste", row=42, column=4, values=[["Зоя", "Манікюр"]])
    salon.sync()
    zoya = booked("Зоя")
    reject_booking(project=salon.project, booking_id=zoya.pk, origin=BOT)
    settle(salon)
    assert line(salon, 42) == day(salon, "17:00", "", "", "", "")


def test_the_slot_can_be_taken_again(salon: SheetSalon, visit: Booking) -> None:
    salon.cancel(visit)
    settle(salon)
    salon.edit("paste", row=OLENA, column=4, values=[["Зоя", "Манікюр"]])
    settle(salon)
    zoya = booked("Зоя")
    assert (zoya.start, zoya.status) == (at("10:00", salon.day()), Booking.Status.BOOKED)
    assert line(salon, OLENA)[4] == "Зоя"


def test_a_visit_that_the_client_moves_leaves_its_slot_free(salon: SheetSalon, visit: Booking) -> None:
    length = len(values(salon)["Анна"])
    change_booking(
        project=salon.project,
        booking_id=visit.pk,
        change=VisitChange(start=at("18:00", salon.day())),
        origin=BOT,
    )
    settle(salon)
    assert line(salon, OLENA) == day(salon, "10:00", "", "", "", "")
    [own] = [row for row in lines_of(salon, "Олена") if row[2] == "18:00"]
    assert own[:6] == salon.cells(Booking.objects.get(pk=visit.pk))
    assert salon.sync().changes == 0
    salon.cancel(visit)
    settle(salon)
    assert not [row for row in lines_of(salon, "Олена") if row[2] == "18:00"]
    assert len(values(salon)["Анна"]) == length


def test_a_visit_that_goes_to_somebody_else_leaves_its_slot_free(salon: SheetSalon, visit: Booking) -> None:
    change_booking(
        project=salon.project,
        booking_id=visit.pk,
        change=VisitChange(specialist_id=salon.maria.pk),
        origin=BOT,
    )
    settle(salon)
    assert line(salon, OLENA) == day(salon, "10:00", "", "", "", "")
    assert len(lines_of(salon, "Олена", "Марія")) == 1
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 4


def test_a_time_that_staff_type_and_we_refuse_comes_back_in_its_line(
    salon: SheetSalon, visit: Booking
) -> None:
    salon.edit("set", cell=f"C{OLENA}", value="03:00")
    salon.sync()
    salon.let_minutes_pass(11)
    salon.sync()
    assert line(salon, OLENA)[2:5] == ["10:00", f"#{visit.client_id}", "Олена"]
    assert len([row for row in lines_of(salon, "Олена") if row[1] == f"{salon.day():%d.%m.%Y}"]) == 2


def test_a_line_put_back_by_us_is_ours(salon: SheetSalon, visit: Booking) -> None:
    """Staff delete the line while the client writes that they come an hour later."""
    salon.edit("delete_row", row=OLENA)
    salon.sync()
    change_booking(
        project=salon.project,
        booking_id=visit.pk,
        change=VisitChange(start=at("18:30", salon.day())),
        origin=BOT,
    )
    salon.let_minutes_pass(2)
    settle(salon)
    salon.cancel(visit)
    settle(salon)
    today = [row for row in values(salon)["Анна"] if row[1:2] == [f"{salon.day():%d.%m.%Y}"]]
    assert [row[3:6] for row in today if row[2] == "18:30"] == [["-", "-", "-"]]


@pytest.mark.parametrize("action", ["insert_row", "delete_row"])
def test_no_other_client_is_emptied_when_lines_move_meanwhile(
    salon: SheetSalon, visit: Booking, action: str
) -> None:
    salon.edit("paste", row=OLENA + 1, column=3, values=[["-", "Яна", "Стрижка"]])
    salon.edit("paste", row=OLENA - 1, column=3, values=[["-", "Зоя", "Стрижка"]])
    salon.sync()
    salon.cancel(visit)
    salon.meanwhile({"action": action, "row": OLENA - 2})
    settle(salon)
    moved = 1 if action == "insert_row" else -1
    assert line(salon, OLENA + moved) == day(salon, "10:00", "", "", "", "")
    names = {one.guest_name for one in Booking.objects.filter(status=Booking.Status.BOOKED)}
    assert names == {"Олена", "Ірина 050 333 44 55", "Яна", "Зоя"}
    assert [row[2] for row in lines_of(salon, "Яна")] == ["10:30"]
    assert [row[2] for row in lines_of(salon, "Зоя")] == ["09:30"]


@pytest.mark.parametrize("fault", ["cut_after", "cut_before"])
def test_a_lost_answer_leaves_the_slot_free_all_the_same(
    salon: SheetSalon, visit: Booking, fault: str
) -> None:
    salon.cancel(visit)
    salon.google.faults.set([{"kind": fault, "match": {"path": ":batchUpdate"}, "times": 1}])
    with pytest.raises(GoogleError):
        salon.sync()
    settle(salon)
    salon.forget_open_batches()
    settle(salon)
    assert line(salon, OLENA) == day(salon, "10:00", "", "", "", "")
    assert not SheetRow.objects.filter(booking=visit).exists()
