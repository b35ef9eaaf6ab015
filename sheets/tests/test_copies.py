"""Tabs that staff duplicate: which of the two is the mirror's."""

import json
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from bookings.models import Booking
from bookings.tests.factories import at
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from dialogues.models import StaffTask
from sheets.adoption import contact
from sheets.adoption.tests.books import fill, read_layout
from sheets.handlers import poll
from sheets.models import SheetLink
from sheets.tabs.copies import LIST_AGAIN, TASK
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


class TestBesideTheOriginal:
    """Nobody reads a copy, so whoever types there is told."""

    COPY = "Copy of Анна"

    @pytest.fixture
    def visit(self, salon: SheetSalon) -> Booking:
        booking = salon.book("10:00")
        salon.book("11:00")
        salon.sync()
        Task.objects.all().delete()  # the cycle that the visits asked for
        return booking

    def cycle(self, salon: SheetSalon) -> None:
        """What workers do once Drive tells that the spreadsheet changed, a while after the last time."""
        SheetLink.objects.update(listed_at=F("listed_at") - LIST_AGAIN - timedelta(seconds=1))
        self.look()

    def look(self) -> None:
        SheetLink.objects.update(look_at=timezone.now(), drive_version="")
        poll(None)  # type: ignore[arg-type]  # the clock's claim says nothing
        run_due()

    def tasks(self, state: str = StaffTask.State.OPEN) -> list[StaffTask]:
        return list(StaffTask.objects.filter(kind=TASK, state=state))

    def test_staff_are_told_once_what_becomes_of_what_they_type_there(
        self, salon: SheetSalon, visit: Booking
    ) -> None:
        salon.edit("duplicate")
        salon.edit("set", self.COPY, cell="C2", value="15:00")
        for _ in range(3):
            self.cycle(salon)
        [task] = self.tasks()
        assert f'"{self.COPY}" is a copy of the tab "Анна"' in task.reason
        visit.refresh_from_db()
        assert visit.start == at("10:00", salon.day())
        assert salon.google.staff.rows("book", self.COPY)["values"][1][2] == "15:00"

    def test_who_says_it_is_done_is_not_asked_again_but_of_the_next_copy(
        self, salon: SheetSalon, visit: Booking
    ) -> None:
        salon.edit("duplicate")
        self.cycle(salon)
        StaffTask.objects.update(state=StaffTask.State.DONE)
        self.cycle(salon)
        assert not self.tasks()
        salon.edit("duplicate", title="Анна зимова")
        self.cycle(salon)
        [task] = self.tasks()
        assert "Анна зимова" in task.reason
        assert self.COPY not in task.reason

    def test_the_task_ends_with_the_copy(self, salon: SheetSalon, visit: Booking) -> None:
        salon.edit("duplicate")
        self.cycle(salon)
        salon.edit("delete_sheet", self.COPY)
        self.cycle(salon)
        assert not self.tasks()
        assert len(self.tasks(StaffTask.State.DONE)) == 1

    def test_a_copy_of_a_tab_with_their_own_columns_is_known_too(self, salon: SheetSalon) -> None:
        fill(salon.google, "book", read_layout("own_columns"))
        self.cycle(salon)
        self.accept(salon)
        self.cycle(salon)
        title = salon.google.books["book"].sheets[0].title
        salon.edit("duplicate", title)
        self.cycle(salon)
        [task] = self.tasks()
        assert json.dumps(title, ensure_ascii=False) in task.reason

    def accept(self, salon: SheetSalon) -> None:
        waiting = contact.waiting_plan(salon.link())
        assert waiting is not None
        contact.accept(salon.link(), adoption_id=waiting.pk, who="Owner")

    def test_tabs_of_the_salons_own_are_no_copies(self, salon: SheetSalon, visit: Booking) -> None:
        salon.edit("add_sheet", title="Прайс")
        for number, row in enumerate([["Манікюр", "700"], ["Стрижка", "500"], ["Брови", "300"]], 1):
            salon.edit("set_row", "Прайс", row=number, values=row)
        salon.edit("copy", row=2, count=1, to=5, to_sheet="Прайс")  # one visit as an example
        self.cycle(salon)
        assert not self.tasks()

    def test_a_quiet_spreadsheet_is_not_listed_again_for_a_while(
        self, salon: SheetSalon, visit: Booking
    ) -> None:
        self.cycle(salon)
        before = salon.google.counters["read"]
        for _ in range(3):
            self.look()
        assert salon.google.counters["read"] == before + 3
