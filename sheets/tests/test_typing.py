"""What staff type is taken or explained beside it, never lost without a word."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bookings.models import Booking
from bookings.operations import get_or_create_client
from bookings.tests.factories import at, make_booking
from sheets.models import SheetConflict
from sheets.tests.salon import SheetSalon

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.mark.parametrize("typed", ["15:00", "15-00", "3:00 pm", "1500", 1500, "15", 15, 0.625, "0.625"])
def test_a_walk_ins_time_is_taken_in_every_usual_form(salon: SheetSalon, typed: object) -> None:
    salon.sync()
    salon.edit("set_row", row=2, values=["", f"{salon.day():%d.%m.%Y}", typed, "", "Зоя", "манікюр"])
    salon.sync()
    booking = Booking.objects.get()
    assert f"{booking.start.astimezone(KYIV):%d.%m.%Y %H:%M}" == f"{salon.day():%d.%m.%Y} 15:00"
    assert salon.rows() == [salon.cells(booking)]


@pytest.mark.parametrize("form", ["%d.%m", "%d/%m", "%d-%m"])
def test_a_day_in_column_a_alone_is_the_next_one_of_that_name(salon: SheetSalon, form: str) -> None:
    salon.sync()
    salon.edit("set_row", row=2, values=[salon.day().strftime(form), "", "15:00", "", "Зоя", "манікюр"])
    salon.sync()
    assert Booking.objects.get().start.astimezone(KYIV).date() == salon.day()


@pytest.mark.parametrize("typed", ["31.12.9999", "01.01.0000", 1e30, "1" * 5000, "=TODAY()+400000"])
def test_a_day_that_no_calendar_has_is_explained_and_kills_nothing(salon: SheetSalon, typed: object) -> None:
    booking = salon.book("10:00")
    salon.sync()
    salon.edit("set_row", row=3, values=["", typed, "15:00", "", "Зоя", "манікюр"])
    salon.sync()
    assert Booking.objects.get() == booking
    assert salon.notes()[1] == "не прийнято: не прочитати дату; напишіть так: 07.12.2026"


@pytest.mark.parametrize("typed", ["9.5", 9.5, "3", "пополудні"])
def test_a_time_with_two_readings_is_asked_with_an_example(salon: SheetSalon, typed: object) -> None:
    salon.sync()
    salon.edit("set_row", row=2, values=["", f"{salon.day():%d.%m.%Y}", typed, "", "Зоя", "манікюр"])
    salon.sync()
    assert not Booking.objects.exists()
    assert salon.notes() == ["не прийнято: не прочитати час; напишіть так: 14:30"]


@pytest.mark.parametrize(
    ("column", "typed", "told"),
    [
        (3, "хтось", "не прийнято: клієнта (D) тут не змінити; ім'я пишуть в E"),
        (4, "", "не прийнято: ім'я (E) не може бути порожнім"),
        (4, "-", "не прийнято: ім'я (E) не може бути порожнім"),
        (4, 46086, "не прийнято: в імені (E) стоїть число чи значення формули"),
        (4, "Трохи зачекайте...", "не прийнято: у клітинці помилка формули"),
        (1, "скоро", "не прийнято: не прочитати дату; напишіть так: 07.12.2026"),
        (2, "", "не прийнято: не прочитати час; напишіть так: 14:30"),
    ],
)
def test_an_edit_that_cannot_be_is_explained(salon: SheetSalon, column: int, typed: Any, told: str) -> None:
    booking = salon.book("10:00")
    salon.sync()
    before = booking.start
    values: list[Any] = salon.cells(booking)
    values[column] = typed
    salon.edit("set_row", row=2, values=values)
    salon.sync()
    booking.refresh_from_db()
    assert (booking.status, booking.start) == (Booking.Status.BOOKED, before)
    assert salon.notes() == [told]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (True, "в імені (E) стоїть число чи значення формули"),
        (46086, "в імені (E) стоїть число чи значення формули"),
        (0.5, "в імені (E) стоїть число чи значення формули"),
        ("Requesting Data...", "у клітинці помилка формули"),
        ("#N/A N/A", "у клітинці помилка формули"),
        ("#ERREUR !", "у клітинці помилка формули"),
        ("＃REF!", "у клітинці помилка формули"),
    ],
)
def test_what_a_formula_shows_becomes_nobodys_visit(salon: SheetSalon, typed: object, told: str) -> None:
    salon.sync()
    salon.edit("set_row", row=2, values=["", f"{salon.day():%d.%m.%Y}", "15:00", "", typed, "Манікюр"])
    salon.sync()
    assert not Booking.objects.exists()
    assert salon.notes() == [f"не прийнято: {told}"]


def test_a_and_b_with_different_days_are_not_guessed(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    salon.sync()
    typed = [f"{salon.day(8):%d.%m}", f"{salon.day(9):%d.%m.%Y}", *salon.cells(booking)[2:]]
    salon.edit("set_row", row=2, values=typed)
    salon.sync()
    booking.refresh_from_db()
    assert booking.start.astimezone(KYIV).date() == salon.day()
    assert salon.notes() == ["не прийнято: A і B кажуть різні дати; залиште одну"]


def test_a_comment_in_the_status_column_stays_beside_our_notes(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    salon.sync()
    salon.edit("set", cell="H2", value="алергія на лак")
    salon.sync()
    assert salon.notes() == ["алергія на лак"]
    salon.edit("set_row", row=2, values=[*salon.cells(booking)[:4], "", "Манікюр"])
    salon.sync()
    assert salon.notes() == ["не прийнято: ім'я (E) не може бути порожнім | алергія на лак"]
    salon.edit("set_row", row=2, values=salon.cells(booking))
    salon.sync()
    assert salon.notes() == ["алергія на лак"]


@pytest.mark.parametrize("cell", [3, 4])
def test_a_phone_beside_a_walk_in_is_kept_as_the_clients(salon: SheetSalon, cell: int) -> None:
    salon.sync()
    values = ["", f"{salon.day():%d.%m.%Y}", "15:00", "", "Зоя", "Манікюр"]
    values[cell] = f"{values[cell]} 067 123 45 67".strip()
    salon.edit("set_row", row=2, values=values)
    salon.sync()
    booking = Booking.objects.get()
    assert (booking.client.phone, booking.client.name) == ("+380671234567", "Зоя")
    assert salon.rows() == [salon.cells(booking)]
    assert salon.notes() == [""]


def test_a_copied_row_is_a_visit_of_the_same_client_though_no_channel_gave_an_id(salon: SheetSalon) -> None:
    client = get_or_create_client(project=salon.project, name="Олена", phone="+380671234567")
    make_booking(salon.anna, salon.manicure, at("10:00", salon.day()), client=client)
    salon.sync()
    copied = [*salon.rows()[0]]
    copied[:2] = ["", f"{salon.day(14):%d.%m.%Y}"]
    salon.edit("set_row", row=3, values=copied)
    salon.sync()
    assert [booking.client for booking in Booking.objects.all()] == [client, client]
    salon.edit("set_row", row=4, values=[*copied[:2], "12:00", copied[3], "Інша", copied[5]])
    salon.sync()
    assert Booking.objects.get(start=at("12:00", salon.day(14))).client != client


def test_a_client_id_that_is_nobodys_is_explained_and_left_for_a_while(salon: SheetSalon) -> None:
    salon.sync()
    day = f"{salon.day():%d.%m.%Y}"
    salon.edit("set_row", row=2, values=["", day, "15:00", "інста @zoya", "Зоя", "Манікюр"])
    for _ in range(2):
        salon.sync()
        assert salon.rows()[0][3] == "інста @zoya"
        assert salon.notes() == ["не прийнято: клієнта (D) тут не змінити; ім'я пишуть в E"]
    booking = Booking.objects.get()
    assert SheetConflict.objects.get().booking == booking
    salon.let_minutes_pass(11)
    salon.sync()
    assert salon.rows() == [salon.cells(booking)]
