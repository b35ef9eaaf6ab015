"""A tab whose columns stand elsewhere is read and written by its layout."""

from bookings.models import Booking
from bookings.tests.factories import at
from sheets.models import SheetTab
from sheets.rows.batch import write_cells
from sheets.rows.cells import HEADER
from sheets.rows.layout import STANDARD, Layout
from sheets.tests.salon import SheetSalon

MOVED = Layout(
    header_row=1, date=None, full_date=0, time=1, client_id=None, client_name=3, service=4, uid=6, status=7
)


def test_a_layout_survives_its_storing() -> None:
    assert Layout.from_json(MOVED.as_json()) == MOVED
    assert STANDARD.as_json() == {}


def test_values_are_picked_in_the_order_of_the_contract() -> None:
    assert MOVED.pick(["05.03.2026", "10:00", "staff's", "Olena", "Manicure"]) == [
        "", "05.03.2026", "10:00", "", "Olena", "Manicure", "", "",
    ]  # fmt: skip


def test_a_write_leaves_the_columns_between_ours_alone() -> None:
    requests = write_cells(7, 4, MOVED, HEADER)
    starts = [request["updateCells"]["start"]["columnIndex"] for request in requests]
    widths = [len(request["updateCells"]["rows"][0]["values"]) for request in requests]
    assert (starts, widths) == ([0, 3, 6], [2, 2, 2])


def mirror_in_own_columns(salon: SheetSalon) -> None:
    salon.sync()
    header = {"full_date": "День", "time": "Коли", "client_name": "Хто", "service": "Що"}
    SheetTab.objects.filter(specialist=salon.anna).update(layout=MOVED.as_json(), headers=header)
    salon.edit("set_row", row=1, values=["Запис", "", "", "", "", "", "", ""])
    salon.edit("set_row", row=2, values=["День", "Коли", "Оплата", "Хто", "Що", "", "sync", "Status"])


def test_a_tab_with_its_own_columns_is_mirrored_in_them(salon: SheetSalon) -> None:
    mirror_in_own_columns(salon)
    booking = salon.book("10:00")
    salon.sync()
    cells = salon.cells(booking)
    assert salon.rows()[-1][:5] == [cells[1], cells[2], "", cells[4], cells[5]]
    assert salon.sync().changes == 0
    salon.edit("set", cell="B3", value="12:30")
    salon.sync()
    booking.refresh_from_db()
    assert salon.rows()[-1][1] == "12:30"
    assert booking.start == at("12:30", salon.day())


def test_a_day_without_its_year_moves_the_visit_in_a_tab_with_one_column_for_dates(
    salon: SheetSalon,
) -> None:
    mirror_in_own_columns(salon)
    booking = salon.book("10:00")
    salon.sync()
    later = salon.day(8)
    salon.edit("set", cell="A3", value=f"{later.day}.{later.month}")
    salon.sync()
    booking.refresh_from_db()
    assert booking.start == at("10:00", later)
    assert salon.rows()[-1][0] == f"{later:%d.%m.%Y}"


def test_a_new_row_without_its_year_waits_for_it_where_rows_of_other_years_may_stand(
    salon: SheetSalon,
) -> None:
    mirror_in_own_columns(salon)
    day = salon.day()
    typed = [f"{day:%d.%m}", "10:00", "", "Зоя", "Манікюр"]
    salon.edit("set_row", row=3, values=typed)
    salon.sync()
    assert not Booking.objects.exists()
    assert "07.12.2026" in salon.notes()[-1]
    salon.edit("set", cell="A3", value=f"{day:%d.%m.%Y}")
    salon.sync()
    assert Booking.objects.get().start == at("10:00", day)
