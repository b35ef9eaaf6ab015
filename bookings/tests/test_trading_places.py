"""Visits that trade places: held, moved and cancelled together by one act, or left exactly as they were."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.errors import BookingNotFound, PastDeadline, SlotTaken, WrongStatus
from bookings.models import Booking, BookingEvent, Service, Specialist
from bookings.operations import change_bookings, hold_visits
from bookings.tests.factories import (
    BOT,
    NOW,
    at,
    make_booking,
    make_client,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import Item, VisitChange, VisitRequest
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db
UNTIL = NOW + timedelta(minutes=10)
Places = dict[Booking, Item]


class Salon:
    """Olena's visits with Anna and Maria: cuts of an hour, a colouring of two."""

    def __init__(self) -> None:
        self.project = make_project()
        self.anna, self.maria = (make_specialist(self.project, name) for name in ("Anna", "Maria"))
        self.cut = make_service(self.project)
        self.colour = make_service(self.project, duration_minutes=120)
        self.olena = make_client(self.project)

    def visit(self, clock: str, who: Specialist | None = None, what: Service | None = None) -> Booking:
        return make_booking(who or self.anna, what or self.cut, at(clock), client=self.olena, now=NOW)

    def hold(self, places: Places, *leaving: Booking) -> list[Booking]:
        requests = [
            VisitRequest(project=self.project, client=self.olena, items=[item], origin=BOT)
            for item in places.values()
        ]
        held = hold_visits(requests=requests, until=UNTIL, moving=list(places), leaving=leaving, now=NOW)
        return [row for (row,) in held]

    def change(self, places: Places, *leaving: Booking, holds: Any = (), **over: Any) -> list[Booking]:
        own = {visit.pk: [row.pk] for visit, row in zip(places, holds, strict=False)}
        changes = {
            visit.pk: VisitChange(
                start=item.start,
                specialist_id=item.specialist_id,
                service_id=item.service_id,
                hold_ids=own.get(visit.pk, []),
            )
            for visit, item in places.items()
        }
        values: dict[str, Any] = {"origin": BOT, "client": self.olena, "now": NOW}
        return change_bookings(
            project=self.project,
            changes=changes,
            cancelled=[visit.pk for visit in leaving],
            **values | over,
        )


def place(visit: Booking, of: Booking) -> Item:
    """The visit where the other one is."""
    return Item(visit.service_id, of.specialist_id, of.start)


def ring(*visits: Booking) -> Places:
    """Each goes where the next one is."""
    return {one: place(one, two) for one, two in zip(visits, [*visits[1:], visits[0]], strict=True)}


def stand(*visits: Booking) -> list[tuple[int, datetime, str]]:
    for visit in visits:
        visit.refresh_from_db()
    return [(visit.specialist_id, visit.start, visit.status) for visit in visits]


@pytest.mark.parametrize("with_whom", ["the same", "each other's"])
def test_two_visits_trade_places_from_hold_to_yes(with_whom: str) -> None:
    salon = Salon()
    one = salon.visit("10:00")
    two = salon.visit("11:00", salon.anna if with_whom == "the same" else salon.maria)
    before = stand(one, two)

    places = ring(one, two)
    held = salon.hold(places)
    assert [row.start for row in held] == [two.start, one.start]
    changed = salon.change(places, holds=held)

    assert [row.pk for row in changed] == [one.pk, two.pk]
    assert stand(one, two) == before[::-1]
    assert {row.status for row in Booking.objects.filter(pk__in=[row.pk for row in held])} == {"cancelled"}
    assert not Booking.objects.filter(is_overbooked=True, status="booked").exists()


def test_three_visits_move_on_in_a_ring() -> None:
    salon = Salon()
    visits = [salon.visit("10:00"), salon.visit("11:00"), salon.visit("12:00", salon.maria)]
    one, two, three = stand(*visits)
    places = ring(*visits)
    salon.change(places, holds=salon.hold(places))
    assert stand(*visits) == [two, three, one]


def test_a_visit_moves_into_the_place_that_another_gives_up() -> None:
    salon = Salon()
    stays, goes = salon.visit("10:00"), salon.visit("15:00")
    places = {stays: place(stays, goes)}

    held = salon.hold(places, goes)
    with pytest.raises(SlotTaken):
        make_booking(salon.anna, salon.cut, goes.start, now=NOW)
    salon.change(places, goes, holds=held)

    assert stand(stays, goes) == [
        (salon.anna.pk, goes.start, "booked"),
        (salon.anna.pk, goes.start, "cancelled"),
    ]
    assert BookingEvent.objects.filter(booking=goes, action="cancelled").count() == 1


def test_the_held_places_of_a_trade_are_nobody_elses() -> None:
    salon = Salon()
    one, two = salon.visit("10:00"), salon.visit("13:00", what=salon.colour)
    salon.hold({one: Item(one.service_id, salon.anna.pk, at("14:30")), two: place(two, one)})
    for clock in ("10:00", "11:00", "15:00"):
        with pytest.raises(SlotTaken):
            make_booking(salon.anna, salon.cut, at(clock), now=NOW)


@pytest.mark.parametrize("act", ["hold", "change"])
def test_visits_of_unequal_length_that_do_not_fit_stay_both(act: str) -> None:
    salon = Salon()
    short, long = salon.visit("10:00"), salon.visit("11:00", what=salon.colour)
    before = stand(short, long)
    with pytest.raises(SlotTaken):
        getattr(salon, act)(ring(short, long))
    assert stand(short, long) == before
    assert not Booking.objects.filter(status="held").exists()


def test_what_is_taken_meanwhile_leaves_all_as_they_were() -> None:
    salon = Salon()
    one, two, goes = salon.visit("10:00"), salon.visit("11:00"), salon.visit("16:00")
    make_booking(salon.anna, salon.cut, at("18:00"), now=NOW)
    before = stand(one, two, goes)
    with pytest.raises(SlotTaken):
        salon.change({one: place(one, two), two: Item(two.service_id, salon.anna.pk, at("18:00"))}, goes)
    assert stand(one, two, goes) == before


def test_a_trade_is_refused_of_what_is_not_the_clients() -> None:
    salon = Salon()
    own = salon.visit("10:00")
    other = make_booking(salon.anna, salon.cut, at("11:00"), now=NOW)
    with pytest.raises(BookingNotFound):
        salon.change(ring(own, other))
    with pytest.raises(BookingNotFound):
        salon.change({own: place(own, other)}, other)


def test_a_place_is_not_freed_by_a_visit_that_may_not_be_cancelled_any_more() -> None:
    salon = Salon()
    stays, goes = salon.visit("20:00"), salon.visit("10:00")
    change_settings(salon.project, cancel_deadline_hours=24)
    before = stand(stays, goes)
    for act in (salon.hold, salon.change):
        with pytest.raises(PastDeadline):
            act({stays: Item(stays.service_id, salon.maria.pk, stays.start)}, goes)
    assert stand(stays, goes) == before


def test_a_repeat_of_a_trade_changes_nothing_more() -> None:
    salon = Salon()
    one, two = salon.visit("10:00"), salon.visit("11:00")
    places = ring(one, two)
    salon.change(places, idempotency_key="yes:1")
    events = BookingEvent.objects.count()
    again = salon.change(places, idempotency_key="yes:1")
    assert [row.start for row in again] == [at("11:00"), at("10:00")]
    assert BookingEvent.objects.count() == events


def test_the_place_of_a_visit_that_is_over_with_already_is_not_taken_by_a_trade() -> None:
    salon = Salon()
    one, gone = salon.visit("10:00"), salon.visit("12:00")
    Booking.objects.filter(pk=gone.pk).update(status=Booking.Status.NO_SHOW)
    with pytest.raises(WrongStatus):
        salon.change({one: Item(salon.cut.pk, salon.anna.pk, at("12:00"))}, gone)
    one.refresh_from_db()
    gone.refresh_from_db()
    assert (one.start, gone.status) == (at("10:00"), "no_show")
