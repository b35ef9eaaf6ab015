"""Rows that vanished in a bunch: staff decide, one by one or all at once, and the mirror goes on."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bookings.models import Booking
from botbackend.outbox.api import put
from botbackend.outbox.testing import run_due
from dialogues.models import StaffTask
from sheets.models import SheetRow, SheetTab
from sheets.rhythm.hints import mark_dirty
from sheets.tests.salon import SheetSalon
from sheets.trouble import vanished

CLOCKS = ("10:00", "11:00", "12:00", "13:00", "14:00", "15:00")


@pytest.fixture
def frozen(salon: SheetSalon) -> list[Booking]:
    """Six visits of whose rows five were deleted."""
    booked = [salon.book(clock) for clock in CLOCKS]
    salon.sync()
    for _ in range(5):
        salon.edit("delete_row", row=2)
    mark_dirty(salon.project, seconds=0, when_waiting="earlier")
    run_due("sheet.dirty")
    assert is_frozen(salon)
    return booked


def is_frozen(salon: SheetSalon) -> bool:
    return SheetTab.objects.get(specialist=salon.anna).state == SheetTab.State.FROZEN


def standing(salon: SheetSalon) -> list[str]:
    return [row[2] for row in salon.rows() if any(row)]


def status(booked: list[Booking]) -> list[str]:
    return [Booking.objects.get(pk=one.pk).status for one in booked]


def test_one_task_lists_the_visits(salon: SheetSalon, frozen: list[Booking]) -> None:
    task = StaffTask.objects.get(kind=vanished.TASK)
    assert all(clock in task.reason for clock in CLOCKS[:5])
    assert CLOCKS[5] not in task.reason
    assert status(frozen) == ["booked"] * 6


def test_put_back_writes_all_rows_again(salon: SheetSalon, frozen: list[Booking]) -> None:
    call_command("resync_sheets", project=salon.project.slug, put_back=[])
    salon.sync()
    assert standing(salon) == [*CLOCKS]
    assert status(frozen) == ["booked"] * 6
    assert not is_frozen(salon)
    assert StaffTask.objects.get(kind=vanished.TASK).state == StaffTask.State.DONE


def test_cancel_means_what_was_deleted(salon: SheetSalon, frozen: list[Booking]) -> None:
    call_command("resync_sheets", project=salon.project.slug, cancel=[])
    salon.sync()
    assert standing(salon) == ["15:00"]
    assert status(frozen) == ["cancelled"] * 5 + ["booked"]


def test_each_can_be_decided_by_itself(salon: SheetSalon, frozen: list[Booking]) -> None:
    first, second, *rest = [row.pk for row in vanished.vanished_rows(salon.link())]
    vanished.cancel_vanished(salon.link(), row_ids=[first], who="Owner")
    vanished.put_back(salon.link(), row_ids=[second])
    assert is_frozen(salon)
    vanished.put_back(salon.link(), row_ids=rest)
    salon.sync()
    assert standing(salon) == [*CLOCKS[1:]]
    assert status(frozen) == ["cancelled"] + ["booked"] * 5


def pass_a_while(salon: SheetSalon) -> None:
    SheetRow.objects.exclude(missing_since=None).update(missing_since=timezone.now() - timedelta(minutes=5))


def test_a_tab_that_is_set_going_again_cancels_nothing_that_nobody_decided(
    salon: SheetSalon, frozen: list[Booking]
) -> None:
    first, second, *_ = [row.pk for row in vanished.vanished_rows(salon.link())]
    vanished.cancel_vanished(salon.link(), row_ids=[first, second], who="Owner")
    pass_a_while(salon)  # three are left, which alone would have been believed
    for _ in range(2):
        with pytest.raises(CommandError):
            call_command("resync_sheets", project=salon.project.slug)
        pass_a_while(salon)
    assert is_frozen(salon)
    assert status(frozen) == ["cancelled"] * 2 + ["booked"] * 4


def test_settings_that_change_meanwhile_cancel_nothing_either(
    salon: SheetSalon, frozen: list[Booking]
) -> None:
    undecided = [row.pk for row in vanished.vanished_rows(salon.link())]
    vanished.cancel_vanished(salon.link(), row_ids=undecided[:2], who="Owner")
    pass_a_while(salon)
    put("project.changed", key=str(salon.project.pk), project=salon.project)
    run_due("project.changed")
    salon.sync()
    assert is_frozen(salon)
    assert status(frozen) == ["cancelled"] * 2 + ["booked"] * 4


@pytest.mark.parametrize("is_put_back", [False, True])
def test_rows_that_staff_brought_back_by_themselves_stand_once(salon: SheetSalon, is_put_back: bool) -> None:
    booked = [salon.book(clock) for clock in CLOCKS]
    salon.sync()
    for _ in range(5):
        salon.edit("delete_row", row=2)
    mark_dirty(salon.project, seconds=0, when_waiting="earlier")
    run_due("sheet.dirty")
    for _ in range(5):
        salon.edit("undo")
    if is_put_back:
        vanished.put_back(salon.link(), row_ids=[row.pk for row in vanished.vanished_rows(salon.link())])
    call_command("resync_sheets", project=salon.project.slug)
    salon.sync()
    assert standing(salon) == [*CLOCKS]
    assert status(booked) == ["booked"] * 6
    assert Booking.objects.count() == 6
    assert not is_frozen(salon)
    assert StaffTask.objects.get(kind=vanished.TASK).state == StaffTask.State.DONE


def test_a_row_that_may_stand_in_a_frozen_tab_cancels_nothing(salon: SheetSalon) -> None:
    salon.book("10:00")
    visit = salon.book("12:00", specialist=salon.maria)
    salon.sync()
    salon.edit("set", cell="C1", value="Нотатки")
    salon.sync()
    assert is_frozen(salon)
    salon.edit("cut", tab="Марія", range="A2:F2", to_sheet="Анна", to=5, to_column=0)
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)
    visit.refresh_from_db()
    assert visit.status == Booking.Status.BOOKED
    salon.edit("set", cell="C1", value="Time")
    SheetTab.objects.update(state=SheetTab.State.OK)
    salon.sync()
    visit.refresh_from_db()
    assert (visit.status, visit.specialist) == (Booking.Status.BOOKED, salon.anna)
