"""Staff work in the sheet between our reading and our writing; Google fails halfway; workers die."""

from typing import Any

import pytest
from django.core.management import call_command

from bookings.models import Booking
from bookings.operations import change_booking
from bookings.tests.factories import STAFF, at
from bookings.values import VisitChange
from sheets.cycle.memory import flights
from sheets.google import GoogleError
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.tests.salon import SheetSalon

NAMES = ("Яна", "Олена", "Ірина", "Марта")


@pytest.fixture
def visits(salon: SheetSalon) -> list[Booking]:
    """Four visits in rows 2 to 5."""
    made = [salon.book(f"{10 + 2 * number}:00", name=name) for number, name in enumerate(NAMES)]
    salon.sync()
    return made


def move(salon: SheetSalon, booking: Booking, clock: str) -> None:
    change = VisitChange(start=at(clock, salon.day()))
    change_booking(project=salon.project, booking_id=booking.pk, origin=STAFF, change=change)


def last_row(salon: SheetSalon) -> int:
    sheet = salon.google.books["book"].by_title("Анна")
    assert sheet is not None
    return sheet.last_row()


def assert_in_line(salon: SheetSalon, *, cancelled: int = 0) -> None:
    """After calm each visit stands in one row, with its own client and time, and nothing else does."""
    for _ in range(3):
        salon.let_minutes_pass(2)
        salon.sync()
    booked = list(Booking.objects.filter(status=Booking.Status.BOOKED))
    assert sorted(salon.rows()) == sorted(salon.cells(visit) for visit in booked)
    assert Booking.objects.filter(status=Booking.Status.CANCELLED).count() == cancelled
    assert salon.sync().changes == 0


DISTURBANCES: list[dict[str, Any]] = [
    {"action": "insert_row", "row": 2},
    {"action": "insert_row", "row": 3},
    {"action": "insert_row", "row": 4},
    {"action": "sort", "column": 4},
    {"action": "sort", "column": 4, "range": "A2:F"},
    {"action": "sort", "column": 2, "descending": True},
]


@pytest.mark.parametrize("disturbance", DISTURBANCES, ids=str)
def test_no_visit_takes_the_time_of_another_whose_row_moved(
    salon: SheetSalon, visits: list[Booking], disturbance: dict[str, Any]
) -> None:
    before = {visit.pk: visit.start for visit in visits}
    move(salon, visits[1], "18:00")
    salon.meanwhile(disturbance)
    salon.sync()
    assert_in_line(salon)
    after = dict(Booking.objects.values_list("pk", "start"))
    assert after == before | {visits[1].pk: at("18:00", salon.day())}
    assert not any(booking.guest_name for booking in Booking.objects.all())


@pytest.mark.parametrize("disturbance", DISTURBANCES, ids=str)
def test_no_visit_is_cancelled_by_the_blank_of_another(
    salon: SheetSalon, visits: list[Booking], disturbance: dict[str, Any]
) -> None:
    salon.cancel(visits[1])
    salon.meanwhile(disturbance)
    salon.sync()
    assert_in_line(salon, cancelled=1)
    visits[1].refresh_from_db()
    assert visits[1].status == Booking.Status.CANCELLED


@pytest.mark.parametrize("row", [2, 4, 5])
def test_a_row_that_staff_delete_meanwhile_is_the_only_one_cancelled(
    salon: SheetSalon, visits: list[Booking], row: int
) -> None:
    move(salon, visits[1], "18:00")
    salon.meanwhile({"action": "delete_row", "row": row})
    salon.sync()
    assert_in_line(salon, cancelled=1)
    visits[row - 2].refresh_from_db()
    assert visits[row - 2].status == Booking.Status.CANCELLED


@pytest.mark.parametrize("row", [2, 4])
def test_a_row_deleted_while_we_blank_another_cancels_no_third(
    salon: SheetSalon, visits: list[Booking], row: int
) -> None:
    salon.cancel(visits[1])
    salon.meanwhile({"action": "delete_row", "row": row})
    salon.sync()
    for _ in range(3):
        salon.let_minutes_pass(2)
        salon.sync()
    untouched = [visit for number, visit in enumerate(visits) if number not in (1, row - 2)]
    for visit in untouched:
        visit.refresh_from_db()
        assert visit.status == Booking.Status.BOOKED
        assert salon.cells(visit) in salon.rows()


def test_a_walk_in_gets_its_id_where_it_moved_to(salon: SheetSalon, visits: list[Booking]) -> None:
    day = salon.day()
    salon.edit("set_row", row=6, values=["", f"{day:%d.%m.%Y}", "18:00", "", "Зоя", "манікюр"])
    salon.meanwhile({"action": "insert_row", "row": 3})
    salon.sync()
    assert_in_line(salon)
    assert [booking.guest_name for booking in Booking.objects.order_by("pk")] == ["", "", "", "", "Зоя"]


def test_a_draft_typed_meanwhile_keeps_what_staff_typed(salon: SheetSalon, visits: list[Booking]) -> None:
    move(salon, visits[3], "18:00")
    salon.meanwhile(
        {"action": "insert_row", "row": 5},
        {"action": "set_row", "row": 5, "values": ["", "", "", "", "обід", ""]},
    )
    salon.sync()
    salon.sync()
    assert ["", "", "", "", "обід"] in [row[:5] for row in salon.rows()]
    assert salon.cells(Booking.objects.get(pk=visits[3].pk)) in salon.rows()


@pytest.mark.parametrize("disturbance", DISTURBANCES, ids=str)
def test_a_lost_answer_to_a_write_that_hit_others_harms_nobody(
    salon: SheetSalon, visits: list[Booking], disturbance: dict[str, Any]
) -> None:
    before = {visit.pk: visit.start for visit in visits}
    move(salon, visits[1], "18:00")
    salon.cancel(visits[2])
    salon.meanwhile(disturbance)
    salon.google.faults.set([{"kind": "cut_after", "match": {"path": ":batchUpdate"}, "times": 1}])
    with pytest.raises(GoogleError):
        salon.sync()
    salon.sync()
    assert_in_line(salon, cancelled=1)
    booked = dict(Booking.objects.filter(status="booked").values_list("pk", "start"))
    del before[visits[2].pk]
    assert booked == before | {visits[1].pk: at("18:00", salon.day())}


class Died(BaseException):
    """The worker was killed."""


def test_a_worker_killed_after_a_walk_in_was_booked_leaves_no_ghost(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch
) -> None:
    salon.sync()
    day = salon.day()
    salon.edit("set_row", row=2, values=["", f"{day:%d.%m.%Y}", "15:00", "", "Зоя", "манікюр"])

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(flights, "take_off", die)
        with pytest.raises(Died):
            salon.sync()
    assert SheetRow.objects.get().place == 1
    salon.edit("set", cell="E2", value="Зоя К")
    salon.edit("set", cell="C2", value="16:00")
    salon.sync()
    booking = Booking.objects.get()
    assert (booking.guest_name, booking.start) == ("Зоя К", at("16:00", day))
    assert_in_line(salon)


def test_a_walk_in_whose_id_could_not_be_written_is_booked_once(salon: SheetSalon) -> None:
    salon.sync()
    day = salon.day()
    salon.edit("set_row", row=2, values=["", f"{day:%d.%m.%Y}", "15:00", "", "Зоя", "манікюр"])
    salon.google.faults.set(
        [{"kind": "status", "status": 503, "match": {"path": ":batchUpdate"}, "times": 1}]
    )
    with pytest.raises(GoogleError):
        salon.sync()
    salon.edit("insert_row", row=2)
    salon.sync()
    assert Booking.objects.count() == 1
    assert_in_line(salon)


def test_blanked_rows_are_taken_out_once_the_tab_is_quiet(salon: SheetSalon, visits: list[Booking]) -> None:
    salon.cancel(visits[1])
    for _ in range(2):
        salon.sync()
        assert last_row(salon) == 5
    salon.let_minutes_pass(2)
    salon.sync()
    assert last_row(salon) == 4
    assert_in_line(salon, cancelled=1)


@pytest.mark.parametrize(
    "disturbance", [{"action": "insert_row", "row": 2}, {"action": "sort", "column": 4}], ids=str
)
def test_a_row_taken_out_in_the_wrong_place_comes_back(
    salon: SheetSalon, visits: list[Booking], disturbance: dict[str, Any]
) -> None:
    salon.cancel(visits[1])
    salon.sync()
    salon.let_minutes_pass(2)
    salon.meanwhile(disturbance)
    salon.sync()
    assert_in_line(salon, cancelled=1)


def test_a_refused_edit_in_a_row_that_we_hit_stays_with_its_reason(
    salon: SheetSalon, visits: list[Booking]
) -> None:
    salon.edit("set", cell="C2", value="14:30")
    salon.edit("clear", range="A3:F3")
    move(salon, visits[1], "20:00")
    salon.meanwhile({"action": "insert_row", "row": 2})
    salon.sync()
    shown = salon.google.staff.rows("book", "Анна")["values"]
    (told,) = [row for row in shown if "Яна" in row]
    assert (told[2], told[7]) == ("14:30", "не прийнято: час зайнятий")
    salon.let_minutes_pass(11)
    assert_in_line(salon)


def test_nothing_is_in_flight_after_calm(salon: SheetSalon, visits: list[Booking]) -> None:
    assert SheetLink.objects.get().flights is None


class TestStaleIds:
    def test_cells_cut_to_another_tab_leave_no_id_behind(
        self, salon: SheetSalon, visits: list[Booking]
    ) -> None:
        row = salon.rows()[0]
        salon.edit("clear", range="A2:F2")
        salon.edit("set_row", tab="Марія", row=2, values=row)
        salon.sync()
        visits[0].refresh_from_db()
        assert visits[0].specialist == salon.maria
        assert visits[0].status == Booking.Status.BOOKED
        salon.edit("delete_row", tab="Марія", row=2)
        for _ in range(3):
            salon.let_minutes_pass(2)
            salon.sync()
        visits[0].refresh_from_db()
        assert visits[0].status == Booking.Status.CANCELLED

    def test_a_copy_loses_the_id_and_deletions_go_on(self, salon: SheetSalon, visits: list[Booking]) -> None:
        salon.edit("copy_row", row=2, to=8)
        salon.sync()
        salon.edit("delete_row", row=3)
        for _ in range(3):
            salon.let_minutes_pass(2)
            salon.sync()
        visits[1].refresh_from_db()
        assert visits[1].status == Booking.Status.CANCELLED


def test_a_tab_whose_cells_take_nothing_is_left_alone_and_the_others_go_on(salon: SheetSalon) -> None:
    for clock in ("10:00", "11:00", "12:00"):
        salon.book(clock)
    salon.sync()
    salon.edit("merge", range="B2:B4")
    other = salon.book(specialist=salon.maria)
    tab = SheetTab.objects.filter(specialist=salon.anna)
    for _ in range(5):
        salon.sync()
    assert tab.get().state == SheetTab.State.FROZEN
    assert tab.get().reason.startswith("rows do not stay as they are written")
    assert salon.rows("Марія") == [salon.cells(other)]
    assert salon.sync().changes == 0
    salon.edit("unmerge", range="B2:B4")
    call_command("resync_sheets", project=salon.project.slug)
    assert [row[1] for row in salon.rows()] == [f"{salon.day():%d.%m.%Y}"] * 3
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 4


@pytest.mark.parametrize(("cell", "typed", "back"), [("C2", "12.30", "10:00"), ("A2", None, None)])
def test_an_edit_whose_write_failed_is_undone_by_typing_the_old_value(
    salon: SheetSalon, cell: str, typed: str | None, back: str | None
) -> None:
    booking = salon.book("10:00")
    salon.sync()
    before = booking.start
    salon.edit("set", cell=cell, value=typed or f"{salon.day(8):%d.%m}")
    salon.google.faults.set(
        [{"kind": "status", "status": 503, "match": {"path": ":batchUpdate"}, "times": 1}]
    )
    with pytest.raises(GoogleError):
        salon.sync()
    booking.refresh_from_db()
    assert booking.start != before
    salon.edit("set", cell=cell, value=back or f"{salon.day():%d.%m}")
    salon.sync()
    booking.refresh_from_db()
    assert booking.start == before
    assert salon.rows() == [salon.cells(booking)]
