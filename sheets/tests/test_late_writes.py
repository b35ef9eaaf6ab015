"""Google applies what nobody waits for any more; staff go on typing meanwhile."""

import pytest

from bookings.models import Booking
from botbackend.workshop.sandbox.google.spreadsheet.batch import Batch
from sheets.google import GoogleError
from sheets.models import SheetLink
from sheets.tests.salon import SheetSalon


def fail_to_write(salon: SheetSalon, fault: str) -> None:
    salon.google.faults.set([{"kind": fault, "match": {"path": ":batchUpdate"}, "times": 1}])
    with pytest.raises(GoogleError):
        salon.sync()


def apply_late(salon: SheetSalon) -> None:
    """The last write that was cut off arrives after all."""
    (lost,) = [one for one in salon.google.requests if one.path.endswith(":batchUpdate") and not one.status]
    book = salon.google.books["book"].copy()
    Batch(book, lambda *_: None, "us").apply(lost.body["requests"])
    salon.google.keep(book)


def test_a_walk_in_that_staff_change_before_we_know_of_its_write_is_one_visit(salon: SheetSalon) -> None:
    salon.book("10:00")
    salon.sync()
    day = f"{salon.day():%d.%m.%Y}"
    salon.edit("set_row", row=3, values=[None, day, "12:00", None, "Зоя", "Стрижка"])
    fail_to_write(salon, "cut_after")
    salon.edit("set", cell="C3", value="15:00")
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)
    walk_in = Booking.objects.get(source=Booking.Source.SHEET)
    assert (walk_in.status, salon.rows()[1]) == (Booking.Status.BOOKED, salon.cells(walk_in))
    assert salon.rows()[1][2] == "15:00"


def test_a_write_applied_late_is_made_good_however_long_nobody_looked(salon: SheetSalon) -> None:
    later = salon.book("12:00", name="Олена")
    salon.sync()
    earlier = salon.book("10:00", name="Яна")
    fail_to_write(salon, "cut_before")
    salon.sync()
    apply_late(salon)
    link = SheetLink.objects.get()
    link.flights = [flight | {"sent_at": flight["sent_at"] - 600} for flight in link.flights or []]
    link.save()
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)
    assert [row for row in salon.rows() if any(row)] == [salon.cells(earlier), salon.cells(later)]
    assert not any(salon.notes())
    assert Booking.objects.count() == 2
    assert SheetLink.objects.get().flights is None


def test_a_short_reading_after_a_lost_answer_doubles_no_row(salon: SheetSalon) -> None:
    visits = [salon.book(f"{hour}:00") for hour in (10, 11, 12, 13, 14, 15)]
    salon.sync()
    salon.cancel(visits[5])
    fail_to_write(salon, "cut_before")
    salon.google.faults.set([{"kind": "partial", "match": {"path": "batchGetByDataFilter"}, "times": 1}])
    salon.sync()
    for _ in range(3):
        salon.let_minutes_pass(2)
        salon.sync()
    assert salon.rows() == [salon.cells(visit) for visit in visits[:5]]
    statuses = dict(Booking.objects.order_by("start").values_list("pk", "status"))
    assert [statuses.pop(visit.pk) for visit in visits] == ["booked"] * 5 + ["cancelled"]
    assert not statuses


def test_rows_that_we_emptied_are_put_back_although_staff_deleted_others(salon: SheetSalon) -> None:
    visits = [salon.book(f"{hour}:00") for hour in (10, 11, 12, 13, 14, 15)]
    salon.sync()
    salon.cancel(visits[0])
    salon.meanwhile({"action": "sort", "column": 2, "descending": True})
    fail_to_write(salon, "cut_after")
    salon.edit("delete_row", row=3)
    for _ in range(4):
        salon.sync()
        salon.let_minutes_pass(2)
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 5
    assert sorted(salon.rows()) == sorted(salon.cells(visit) for visit in visits[1:])


@pytest.mark.parametrize("row", [2, 3])
def test_a_row_put_in_twice_and_cut_to_another_tab_is_one_visit_moved(salon: SheetSalon, row: int) -> None:
    salon.sync()
    visit = salon.book("10:00")
    fail_to_write(salon, "cut_before")
    salon.sync()
    apply_late(salon)
    assert salon.rows() == [salon.cells(visit)] * 2
    salon.edit("cut", range=f"A{row}:F{row}", to_sheet="Марія", to=2, to_column=0)
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)
    visit.refresh_from_db()
    assert (visit.status, visit.specialist) == (Booking.Status.BOOKED, salon.maria)
    assert Booking.objects.count() == 1
    assert (salon.rows(), salon.rows("Марія")) == ([], [salon.cells(visit)])
