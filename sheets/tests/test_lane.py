"""What a person answers, and cycles, go one after the other: neither undoes or doubles the other."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.db import connections

from bookings.models import Booking
from botbackend.outbox import leases, outcomes
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.wire import Reply, Request
from sheets.adoption import contact
from sheets.adoption.tests.test_contact import VISITS, begin
from sheets.models import SheetAdoption, SheetLink, SheetTab
from sheets.rhythm import lane
from sheets.rhythm.hints import mark_dirty
from sheets.rhythm.lane import BusySheet, own_lane
from sheets.tests.salon import SheetSalon
from sheets.trouble import vanished

T = TypeVar("T")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon(google: GoogleStandIn) -> SheetSalon:
    return SheetSalon(google)


def in_thread(pool: ThreadPoolExecutor, act: Callable[[], T]) -> Future[T]:
    def run() -> T:
        try:
            return act()
        finally:
            connections.close_all()

    return pool.submit(run)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@contextmanager
def cycle_held_at_google(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor
) -> Iterator[Callable[[], object]]:
    """A worker runs a cycle whose first request is answered when the function is called that this yields."""
    asked, go_on, answer = threading.Event(), threading.Event(), salon.google.answer

    def slow(request: Request) -> Reply:
        if not asked.is_set():
            asked.set()
            go_on.wait(60)
        return answer(request)

    monkeypatch.setattr(salon.google, "answer", slow)
    mark_dirty(salon.project, seconds=0, when_waiting="earlier")
    worker = in_thread(pool, lambda: run_due("sheet.dirty", until_empty=False))

    def end() -> None:
        go_on.set()
        worker.result(60)

    try:
        assert asked.wait(60)
        yield end
    finally:
        end()


def test_no_yes_is_taken_while_a_cycle_looks_at_the_spreadsheet(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor
) -> None:
    plan = begin(salon, "bare")
    with cycle_held_at_google(salon, monkeypatch, pool) as end:
        yes = in_thread(pool, lambda: contact.accept(salon.link(), adoption_id=plan.pk, who="Owner"))
        with pytest.raises(TimeoutError):
            yes.result(1)
        assert not Booking.objects.exists()
        end()
        yes.result(30)
    run_due("sheet.dirty")
    assert [one.state for one in SheetAdoption.objects.all()] == [SheetAdoption.State.ACCEPTED]
    assert salon.link().state == SheetLink.State.OK
    assert Booking.objects.count() == VISITS["bare"]


@pytest.mark.parametrize("is_cancel", [True, False])
def test_no_answer_to_vanished_rows_comes_between_a_cycles_steps(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor, is_cancel: bool
) -> None:
    booked = [salon.book(f"{hour}:00") for hour in range(10, 16)]
    salon.sync()
    for _ in range(5):
        salon.edit("delete_row", row=2)
    salon.sync()
    SheetTab.objects.update(state=SheetTab.State.OK)  # somebody set the tab going again, too early

    def answer() -> int:
        link = salon.link()
        ids = [row.pk for row in vanished.vanished_rows(link)]
        if is_cancel:
            return vanished.cancel_vanished(link, row_ids=ids, who="Owner")
        return vanished.put_back(link, row_ids=ids)

    with cycle_held_at_google(salon, monkeypatch, pool) as end:
        answered = in_thread(pool, answer)
        with pytest.raises(TimeoutError):
            answered.result(1)
        assert set(Booking.objects.values_list("status", flat=True)) == {Booking.Status.BOOKED}
        end()
        assert answered.result(30) == 5
    run_due("sheet.dirty")
    assert SheetTab.objects.get(specialist=salon.anna).state == SheetTab.State.OK
    assert len(salon.rows()) == (1 if is_cancel else 6)
    cancelled = Booking.objects.filter(status=Booking.Status.CANCELLED)
    assert cancelled.count() == (5 if is_cancel else 0)
    assert booked[5] not in cancelled


def test_whoever_waits_too_long_is_told_and_nothing_was_decided(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = begin(salon, "bare")
    monkeypatch.setattr(contact, "ANSWER_PATIENCE_SECONDS", 0.1)
    with own_lane(salon.project), pytest.raises(BusySheet):
        contact.refuse(salon.link(), adoption_id=plan.pk, who="Owner")
    assert SheetAdoption.objects.get().state == SheetAdoption.State.WAITING


def test_who_waits_is_woken_by_the_end_of_the_run(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor
) -> None:
    monkeypatch.setattr(lane, "LOOK_SECONDS", 60.0)

    def take() -> int:
        with own_lane(salon.project) as claim:
            return claim.token

    with own_lane(salon.project) as first:
        second = in_thread(pool, take)
        with pytest.raises(TimeoutError):
            second.result(1)
    assert second.result(10) > first.token


def test_a_change_that_came_while_the_lane_was_held_is_not_lost(salon: SheetSalon) -> None:
    booking = salon.book("10:00")
    with own_lane(salon.project):
        mark_dirty(salon.project, seconds=0, when_waiting="earlier")
    run_due("sheet.dirty")
    assert salon.rows() == [salon.cells(booking)]


def test_a_holder_that_died_is_not_waited_for_longer_than_its_lease(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "LOOK_SECONDS", 0.05)
    mark_dirty(salon.project, seconds=0, when_waiting="earlier")
    [dead] = leases.claim_due("sheets", 1, lease=0.5)
    with own_lane(salon.project) as claim:
        assert claim.token > dead.token
    assert not outcomes.finish(dead)
