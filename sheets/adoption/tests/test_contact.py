"""First contact over HTTP: nothing of theirs is touched before yes, everything right after it."""

import json
from typing import Any

import pytest

from bookings.models import Booking, Client
from bookings.tests.factories import at
from botbackend.outbox.testing import run_due
from dialogues.models import StaffTask
from sheets.adoption import contact
from sheets.adoption.tests.books import LAYOUTS, fill, read_layout
from sheets.models import SheetAdoption, SheetLink, SheetRow, SheetTab
from sheets.tests.salon import SheetSalon

Values = dict[str, list[list[Any]]]
VISITS = {"seed": 5, "grid": 4, "ukrainian": 3, "bare": 3, "own_columns": 2}
FIRST_TAB = {name: next(iter(read_layout(name))) for name in LAYOUTS}


def values(salon: SheetSalon) -> Values:
    """Everything that stands in the spreadsheet, as shown."""
    return {
        sheet.title: salon.google.staff.rows("book", sheet.title)["values"]
        for sheet in salon.google.books["book"].sheets
    }


def entered(salon: SheetSalon) -> dict[tuple[str, int, int], Any]:
    """What was typed into every cell."""
    return {
        (sheet.title, row, column): dict(cell.entered or {})
        for sheet in salon.google.books["book"].sheets
        for row, column, cell in sheet.cells()
    }


def begin(salon: SheetSalon, name: str) -> SheetAdoption:
    """A first cycle of a filled spreadsheet; the plan that waits."""
    fill(salon.google, "book", read_layout(name))
    return meet(salon)


def meet(salon: SheetSalon) -> SheetAdoption:
    """The first cycle of a spreadsheet that holds something; the plan that waits."""
    with pytest.raises(contact.AwaitsYes):
        salon.sync()
    waiting = contact.waiting_plan(salon.link())
    assert waiting is not None
    return waiting


def accept(salon: SheetSalon, plan: SheetAdoption) -> None:
    contact.accept(salon.link(), adoption_id=plan.pk, who="Owner")
    salon.sync()


@pytest.mark.parametrize("name", LAYOUTS)
class TestFiveLayouts:
    def test_nothing_is_written_before_yes(self, salon: SheetSalon, name: str) -> None:
        fill(salon.google, "book", read_layout(name))
        before = entered(salon), salon.google.counters["write"]
        with pytest.raises(contact.AwaitsYes):
            salon.sync()
        assert (entered(salon), salon.google.counters["write"]) == before
        assert not Booking.objects.exists()
        assert not Client.objects.exists()
        assert not SheetTab.objects.exists()
        assert not SheetRow.objects.exists()

    def test_after_yes_the_visits_are_there_and_every_cell_of_theirs_means_the_same(
        self, salon: SheetSalon, name: str
    ) -> None:
        plan = begin(salon, name)
        before = values(salon)
        accept(salon, plan)
        after = values(salon)
        assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == VISITS[name]
        for title, rows in before.items():
            assert len(after[title]) == len(rows)
            for row, was in zip(after[title], rows, strict=True):
                assert all(_means_the_same(*cells) for cells in zip(row, was, strict=False))

    def test_each_visit_has_its_id_in_its_own_row_and_a_second_cycle_changes_nothing(
        self, salon: SheetSalon, name: str
    ) -> None:
        accept(salon, begin(salon, name))
        ids = {}
        for tab in SheetTab.objects.all():
            for row in salon.google.staff.rows("book", tab.title)["values"][tab.columns.first_row :]:
                if len(row) > tab.columns.uid and row[tab.columns.uid]:
                    ids[row[tab.columns.uid]] = str(row[tab.columns.client_name or 0])
        assert ids == {row.row_uid: row.booking.guest_name for row in SheetRow.objects.all()}
        before = entered(salon), salon.google.counters["write"]
        assert salon.sync().changes == 0
        assert (entered(salon), salon.google.counters["write"]) == before

    def test_a_visit_of_the_bot_comes_into_the_book_and_goes_again(
        self, salon: SheetSalon, name: str
    ) -> None:
        accept(salon, begin(salon, name))
        title = FIRST_TAB[name]
        before = len(values(salon)[title])
        added = salon.book("19:00", name="Зоя")
        salon.sync()
        layout = SheetTab.objects.get(specialist=salon.anna).columns
        (row,) = [row for row in values(salon)[title] if "Зоя" in row]
        assert row[layout.time] == "19:00"
        salon.cancel(added)
        salon.sync()
        salon.sync()
        assert "Зоя" not in json.dumps(values(salon)[title], ensure_ascii=False)
        assert len([row for row in values(salon)[title] if any(row)]) <= before

    def test_what_staff_type_afterwards_becomes_a_visit(self, salon: SheetSalon, name: str) -> None:
        accept(salon, begin(salon, name))
        title, tab = FIRST_TAB[name], SheetTab.objects.get(specialist=salon.anna)
        line: list[Any] = [None] * tab.columns.uid
        for column, text in tab.columns.place(
            {1: f"{salon.day(12):%d.%m.%Y}", 2: "18:00", 4: "Зоя", 5: "Стрижка"}
        ):
            line[column] = text
        salon.edit("set_row", title, row=len(values(salon)[title]) + 1, values=line)
        salon.sync()
        assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == VISITS[name] + 1


def _means_the_same(now: object, was: object) -> bool:
    """Our client's id may stand where none was, a service has its own name; all else is as it was typed."""
    return str(now).lower() == str(was).lower() or (was in ("", "-") and str(now).startswith("#"))


class TestClients:
    def test_equal_names_stay_apart_and_one_phone_is_one_person(self, salon: SheetSalon) -> None:
        accept(salon, begin(salon, "seed"))
        people = sorted((one.name, one.phone) for one in Client.objects.all())
        assert people == [
            ("Ірина", ""), ("Ірина", ""), ("Ірина", "+380672223344"),
            ("Олена", "+380501112233"), ("Софія", ""),
        ]  # fmt: skip

    def test_a_visit_that_the_bot_has_is_not_doubled(self, salon: SheetSalon) -> None:
        own = salon.book("10:00", name="Олена", specialist=salon.anna)
        plan = begin(salon, "own_columns")
        assert [row["kind"] for row in plan.plan[0]["rows"]] == ["known", "visit"]
        accept(salon, plan)
        assert Booking.objects.count() == 2
        assert SheetRow.objects.filter(booking=own).count() == 1

    def test_what_the_rules_refuse_is_told_before_and_explained_after(self, salon: SheetSalon) -> None:
        salon.book("10:00", name="Хтось", service=salon.haircut)
        plan = begin(salon, "own_columns")
        assert [(row["kind"], row["reason"]) for row in plan.plan[0]["rows"]] == [
            ("refused", "slot_taken"),
            ("visit", ""),
        ]
        accept(salon, plan)
        assert "час зайнятий" in json.dumps(values(salon), ensure_ascii=False)


class TestAnswers:
    def test_staff_get_one_task_and_the_mirror_rests(self, salon: SheetSalon) -> None:
        fill(salon.google, "book", read_layout("bare"))
        salon.book()
        run_due(ignore_due=True)
        run_due(ignore_due=True)
        assert SheetLink.objects.get().state == SheetLink.State.PLAN
        assert StaffTask.objects.filter(kind=contact.TASK).count() == 1

    def test_another_plan_than_the_one_seen_is_not_carried_out(self, salon: SheetSalon) -> None:
        plan = begin(salon, "bare")
        salon.edit("set", cell="C2", value="Інша")
        with pytest.raises(contact.PlanChanged):
            contact.accept(salon.link(), adoption_id=plan.pk, who="Owner")
        assert not Booking.objects.exists()
        newer = contact.waiting_plan(salon.link())
        assert newer is not None
        assert newer.pk != plan.pk
        accept(salon, newer)
        assert "Інша" in [one.name for one in Client.objects.all()]

    def test_a_change_that_changes_no_plan_does_not_stand_in_the_way(self, salon: SheetSalon) -> None:
        plan = begin(salon, "own_columns")
        salon.edit("set", cell="I2", value="ще одна примітка")
        accept(salon, plan)
        assert Booking.objects.count() == 2

    def test_a_no_leaves_everything_and_is_not_asked_again(self, salon: SheetSalon) -> None:
        plan = begin(salon, "bare")
        before = entered(salon)
        contact.refuse(salon.link(), adoption_id=plan.pk, who="Owner")
        with pytest.raises(contact.AwaitsYes):
            salon.sync()
        assert contact.waiting_plan(salon.link()) is None
        assert entered(salon) == before
        assert contact.plan_again(salon.link()) is not None

    def test_a_decided_plan_keeps_nothing_of_the_clients(self, salon: SheetSalon) -> None:
        plan = begin(salon, "bare")
        accept(salon, plan)
        plan.refresh_from_db()
        assert (plan.plan, plan.state, plan.decided_by) == (None, SheetAdoption.State.ACCEPTED, "Owner")


def test_a_cleared_row_is_no_move_into_the_past_of_the_same_client(salon: SheetSalon) -> None:
    accept(salon, begin(salon, "seed"))
    visit = Booking.objects.get(start=at("10:00", salon.day()), specialist=salon.anna)
    salon.edit("clear", range="A4:F4")
    salon.sync()
    visit.refresh_from_db()
    assert visit.status == Booking.Status.CANCELLED


class TestHalfHoursOfAVisit:
    """The grid repeats a visit in each of its half hours: 10:00 and 10:30 are one manicure."""

    GONE = "не прийнято: продовження візиту, якого тут уже немає; видаліть рядок або впишіть інше"

    @pytest.fixture
    def visit(self, salon: SheetSalon) -> Booking:
        accept(salon, begin(salon, "grid"))
        return Booking.objects.get(start=at("10:00", salon.day()))

    def at_half_past(self, salon: SheetSalon) -> list[Any]:
        return next(row for row in values(salon)["Анна"][25:] if row[2:3] == ["10:30"])

    def test_they_are_no_visit_when_the_visit_moves(self, salon: SheetSalon, visit: Booking) -> None:
        salon.edit("set", cell="C28", value="18:45")
        for _ in range(2):
            salon.sync()
        visit.refresh_from_db()
        assert visit.start == at("18:45", salon.day())
        assert Booking.objects.count() == VISITS["grid"]
        assert self.at_half_past(salon)[7] == self.GONE
        salon.edit("undo")
        salon.sync()
        assert self.at_half_past(salon)[7:] in ([], [""])

    def test_they_are_no_visit_when_the_client_cancels(self, salon: SheetSalon, visit: Booking) -> None:
        salon.cancel(visit)
        for _ in range(2):
            salon.sync()
        assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == VISITS["grid"] - 1
        assert self.at_half_past(salon)[7] == self.GONE

    def test_they_do_not_stand_for_its_own_row_when_that_is_deleted(
        self, salon: SheetSalon, visit: Booking
    ) -> None:
        salon.edit("delete_row", row=28)
        for _ in range(2):
            salon.sync()
            salon.let_minutes_pass(2)
        visit.refresh_from_db()
        assert visit.status == Booking.Status.CANCELLED
        assert Booking.objects.count() == VISITS["grid"]

    def test_dashes_in_the_place_of_the_client_free_the_slot(self, salon: SheetSalon, visit: Booking) -> None:
        salon.edit("paste", row=28, column=3, values=[["-", "-", "-"]])
        for _ in range(3):
            salon.sync()
            salon.let_minutes_pass(2)
        visit.refresh_from_db()
        assert visit.status == Booking.Status.CANCELLED
        assert values(salon)["Анна"][27][2:] == ["10:00", "-", "-", "-"]
        assert not SheetRow.objects.filter(booking=visit).exists()
        assert self.at_half_past(salon)[7] == self.GONE

    def test_a_client_typed_into_another_slot_has_moved(self, salon: SheetSalon, visit: Booking) -> None:
        for row in (28, 29):
            salon.edit("paste", row=row, column=3, values=[["-", "-", "-"]])
        for row in (42, 43):
            salon.edit("paste", row=row, column=4, values=[["Олена", "Манікюр"]])
        for _ in range(2):
            salon.sync()
        visit.refresh_from_db()
        assert (visit.status, visit.start) == (Booking.Status.BOOKED, at("17:00", salon.day()))
        assert Booking.objects.count() == VISITS["grid"]

    def test_what_staff_type_there_is_a_visit(self, salon: SheetSalon, visit: Booking) -> None:
        salon.cancel(visit)
        salon.sync()
        row = next(n for n, row in enumerate(values(salon)["Анна"], 1) if n > 25 and row[2:3] == ["10:30"])
        salon.edit("set", cell=f"E{row}", value="Зоя")
        salon.sync()
        assert Booking.objects.get(start=at("10:30", salon.day())).guest_name == "Зоя"


class TestNoYesNeeded:
    def test_an_empty_spreadsheet_is_filled_at_once(self, salon: SheetSalon) -> None:
        salon.book()
        salon.sync()
        assert len(salon.rows()) == 1

    def test_a_new_specialist_whose_tab_holds_something_waits_alone(self, salon: SheetSalon) -> None:
        booking = salon.book()
        salon.sync()
        salon.edit("add_sheet", title="Інна")
        rows = read_layout("bare")["Анна"]
        for number, row in enumerate(rows, 1):
            salon.edit("set_row", "Інна", row=number, values=row)
        inna = type(salon.anna).objects.create(project=salon.project, name="Інна")
        moved = salon.book("16:00")
        salon.sync()
        assert salon.rows() == [salon.cells(booking), salon.cells(moved)]
        waiting = contact.waiting_plan(salon.link())
        assert waiting is not None
        accept(salon, waiting)
        assert Booking.objects.filter(specialist=inna).count() == 3

    def test_a_tab_that_stays_theirs_leaves_room_for_one_of_ours(self, salon: SheetSalon) -> None:
        fill(salon.google, "book", {"Анна": [["Прайс"], ["Манікюр", 700]]})
        booking = salon.book()
        accept(salon, meet(salon))
        assert values(salon)["Анна"] == [["Прайс"], ["Манікюр", "700"]]
        assert salon.rows(f"Анна {salon.anna.pk}") == [salon.cells(booking)]
