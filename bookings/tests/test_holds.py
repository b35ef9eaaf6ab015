"""Time kept free while a client makes up their mind."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.errors import IdempotencyKeyReused, InvalidRequest, SlotTaken, WrongStatus
from bookings.models import Booking, Client, Service, Specialist
from bookings.operations import Item, change_booking, hold_slots, release_holds
from bookings.tests.asking import book, free
from bookings.tests.factories import (
    BOT,
    NOW,
    STAFF,
    at,
    make_client,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import VisitChange, VisitRequest
from projects.models import Project

pytestmark = pytest.mark.django_db
TEN_MINUTES = timedelta(minutes=10)


class HoldSalon:
    """Anna, an hour's cut, and Olena who thinks about it."""

    def __init__(self, **over: Any) -> None:
        self.project: Project = make_project(**over)
        self.anna: Specialist = make_specialist(self.project)
        self.cut: Service = make_service(self.project)
        self.olena: Client = make_client(self.project)
        self.project.refresh_from_db()

    def hold(
        self,
        clock: str = "12:00",
        *,
        until: datetime = NOW + TEN_MINUTES,
        moving: Booking | None = None,
        now: datetime = NOW,
        **over: Any,
    ) -> Booking:
        items = [Item(self.cut.pk, self.anna.pk, at(clock))]
        values: dict[str, Any] = {
            "project": self.project, "client": self.olena, "items": items, "origin": BOT,
        }  # fmt: skip
        request = VisitRequest(**values | over)
        return hold_slots(request=request, until=until, moving=moving, now=now)[0]


def test_a_held_slot_is_neither_offered_nor_given_to_anybody_else() -> None:
    salon = HoldSalon()
    salon.hold()

    assert "12:00" not in free(salon.anna, salon.cut)
    with pytest.raises(SlotTaken):
        book(salon.anna, salon.cut, at("12:00"))


def test_a_hold_turns_into_the_booking_and_keeps_its_id() -> None:
    salon = HoldSalon()
    held = salon.hold()

    booking = book(salon.anna, salon.cut, at("12:00"), salon.olena, hold_ids=[held.pk])

    assert (booking.pk, booking.status, booking.hold_until) == (held.pk, "booked", None)
    assert [event.action for event in booking.events.all()] == ["held", "booked"]


def test_a_hold_that_is_not_needed_any_more_is_let_go_with_the_booking() -> None:
    salon = HoldSalon()
    held = salon.hold("15:00")

    book(salon.anna, salon.cut, at("12:00"), salon.olena, hold_ids=[held.pk])

    held.refresh_from_db()
    assert held.status == "cancelled"
    assert "15:00" in free(salon.anna, salon.cut)


def test_a_lapsed_hold_is_free_for_the_next_client_without_any_sweeper() -> None:
    salon = HoldSalon()
    held = salon.hold()
    later = NOW + TEN_MINUTES

    assert "12:00" in free(salon.anna, salon.cut, now=later)
    booking = book(salon.anna, salon.cut, at("12:00"), now=later)

    held.refresh_from_db()
    assert (held.status, booking.status) == ("cancelled", "booked")
    assert held.events.last().action == "expired"  # type: ignore[union-attr]


def test_a_hold_is_not_free_one_second_before_it_lapses() -> None:
    salon = HoldSalon()
    salon.hold()

    with pytest.raises(SlotTaken):
        book(salon.anna, salon.cut, at("12:00"), now=NOW + TEN_MINUTES - timedelta(seconds=1))


def test_somebody_elses_hold_cannot_be_used() -> None:
    salon = HoldSalon()
    held = salon.hold()

    with pytest.raises(WrongStatus):
        book(salon.anna, salon.cut, at("12:00"), make_client(salon.project), hold_ids=[held.pk])

    held.refresh_from_db()
    assert held.status == "held"


def test_a_new_hold_may_take_the_place_of_the_one_it_replaces() -> None:
    salon = HoldSalon()
    first = salon.hold()

    second = salon.hold("12:30", hold_ids=[first.pk])

    first.refresh_from_db()
    assert (first.status, second.status) == ("cancelled", "held")


def test_the_hold_of_a_move_may_meet_the_visit_that_is_moved_and_nobody_elses() -> None:
    salon = HoldSalon()
    booking = book(salon.anna, salon.cut, at("12:00"), salon.olena)

    held = salon.hold("12:30", moving=booking)
    with pytest.raises(SlotTaken):
        book(salon.anna, salon.cut, at("13:00"))
    moved = change_booking(
        project=salon.project,
        booking_id=booking.pk,
        origin=BOT,
        now=NOW,
        change=VisitChange(start=at("12:30"), hold_ids=[held.pk]),
    )

    held.refresh_from_db()
    assert (moved.start, moved.gap_from, held.status) == (at("12:30"), None, "cancelled")
    assert "11:30" in free(salon.anna, salon.cut)


def test_a_booking_made_of_a_moves_hold_occupies_all_of_its_time() -> None:
    salon = HoldSalon()
    booking = book(salon.anna, salon.cut, at("12:00"), salon.olena)
    held = salon.hold("12:30", moving=booking)
    Booking.objects.filter(pk=booking.pk).update(status="cancelled")

    made = book(salon.anna, salon.cut, at("12:30"), salon.olena, hold_ids=[held.pk])

    assert (made.pk, made.gap_from, made.gap_until) == (held.pk, None, None)


def test_a_repeated_hold_is_the_same_hold() -> None:
    salon = HoldSalon()

    first = salon.hold(idempotency_key="turn 1")
    again = salon.hold(idempotency_key="turn 1")

    assert again.pk == first.pk
    assert Booking.objects.count() == 1
    with pytest.raises(IdempotencyKeyReused):
        salon.hold("15:00", idempotency_key="turn 1")


def test_a_repeat_of_a_hold_that_became_a_booking_is_refused_and_holds_nothing() -> None:
    salon = HoldSalon()
    held = salon.hold(idempotency_key="turn 1")
    book(salon.anna, salon.cut, at("12:00"), salon.olena, hold_ids=[held.pk])

    with pytest.raises(WrongStatus):
        salon.hold(idempotency_key="turn 1")

    assert Booking.objects.count() == 1


def test_a_hold_must_end_in_the_future() -> None:
    with pytest.raises(InvalidRequest):
        HoldSalon().hold(until=NOW)


def test_releasing_lets_holds_go_and_leaves_bookings_alone() -> None:
    salon = HoldSalon()
    held, booking = salon.hold(), book(salon.anna, salon.cut, at("15:00"), origin=STAFF)

    assert release_holds(project=salon.project, hold_ids=[held.pk, booking.pk]) == 1

    booking.refresh_from_db()
    assert booking.status == "booked"
    assert "12:00" in free(salon.anna, salon.cut)


def test_another_salons_hold_cannot_be_released() -> None:
    salon, other = HoldSalon(), HoldSalon()
    held = salon.hold()

    assert release_holds(project=other.project, hold_ids=[held.pk]) == 0

    held.refresh_from_db()
    assert held.status == "held"
