"""Other services in a booked visit: rows that stay keep who they are, nothing is done by halves."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bookings.errors import BookingNotFound, SlotTaken, WrongStatus
from bookings.models import Booking, BookingEvent
from bookings.operations import activate_booking, change_services, edition_of
from bookings.tests.factories import (
    STAFF,
    at,
    make_client,
    make_offering,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import Item, VisitRequest
from botbackend.outbox.models import Task

pytestmark = pytest.mark.django_db


class Desk:
    """Anna and Maria, a cut of an hour, a color of two and nails of a half."""

    def __init__(self) -> None:
        self.project = make_project()
        self.anna, self.maria = make_specialist(self.project, "Anna"), make_specialist(self.project, "Maria")
        self.cut = make_service(self.project, "Cut")
        self.color = make_service(self.project, "Color", duration_minutes=120, price="1500.00")
        self.nails = make_service(self.project, "Nails", duration_minutes=30, price="300.00")

    def book(self, *wishes: tuple[Any, Any, str], **over: Any) -> list[Booking]:
        items = [Item(service.pk, who.pk, at(clock)) for service, who, clock in wishes]
        values: dict[str, Any] = {"client": make_client(self.project), "origin": STAFF}
        request = VisitRequest(project=self.project, items=items, **values | over)
        return activate_booking(request=request, now=items[0].start - timedelta(days=1))

    def change(
        self, rows: list[Booking], services: dict[int, int], *added: int, **over: Any
    ) -> list[Booking]:
        values: dict[str, Any] = {"origin": STAFF, "now": at("08:00")}
        return change_services(
            project=self.project,
            booking_ids=[row.pk for row in rows],
            services=services,
            added=added,
            **values | over,
        )


def places() -> list[tuple[str, str, datetime, datetime]]:
    rows = Booking.objects.filter(status="booked").with_names()
    return [(row.service.name, row.specialist.name, row.start, row.end) for row in rows]


def test_a_service_that_is_exchanged_keeps_its_row_and_gets_the_price_of_today() -> None:
    desk = Desk()
    rows = desk.book((desk.cut, desk.anna, "10:00"), note="window")
    (row,) = desk.change(rows, {rows[0].pk: desk.color.pk})
    assert (row.pk, row.price, row.note) == (rows[0].pk, Decimal(1500), "window")
    assert places() == [("Color", "Anna", at("10:00"), at("12:00"))]
    event = BookingEvent.objects.filter(booking=row).latest("pk")
    assert (event.action, event.before["service_id"], event.after["service_id"]) == (
        "changed",
        desk.cut.pk,
        desk.color.pk,
    )


def test_what_follows_a_longer_service_moves_by_the_difference_and_what_is_added_comes_last() -> None:
    desk = Desk()
    rows = desk.book((desk.cut, desk.anna, "10:00"), (desk.nails, desk.maria, "11:00"))
    wish = {rows[0].pk: desk.color.pk, rows[1].pk: desk.nails.pk}
    found = desk.change(rows, wish, desk.cut.pk)
    assert places() == [
        ("Color", "Anna", at("10:00"), at("12:00")),
        ("Nails", "Maria", at("12:00"), at("12:30")),
        ("Cut", "Maria", at("12:30"), at("13:30")),
    ]
    assert len({row.visit_id for row in found}) == 1
    assert BookingEvent.objects.filter(action="added").count() == 1


def test_what_is_left_out_is_let_go_and_the_visit_begins_when_it_began() -> None:
    desk = Desk()
    rows = desk.book((desk.cut, desk.anna, "10:00"), (desk.nails, desk.maria, "11:00"))
    told = Task.objects.filter(key=str(rows[0].pk))
    told.delete()
    desk.change(rows, {rows[1].pk: desk.nails.pk})
    assert places() == [("Nails", "Maria", at("10:00"), at("10:30"))]
    rows[0].refresh_from_db()
    assert rows[0].status == "cancelled"
    assert BookingEvent.objects.filter(booking=rows[0]).latest("pk").action == "removed"
    assert told.exists()  # the sheet hears of it


def test_what_stays_as_it_is_is_not_asked_for_though_the_visit_has_begun() -> None:
    desk = Desk()
    rows = desk.book((desk.cut, desk.anna, "10:00"))
    desk.change(rows, {rows[0].pk: desk.cut.pk}, desk.nails.pk, now=at("10:40"))
    assert places()[1] == ("Nails", "Anna", at("11:00"), at("11:30"))


def test_a_visit_under_way_becomes_another_service() -> None:
    desk = Desk()
    rows = desk.book((desk.cut, desk.anna, "10:00"))
    desk.change(rows, {rows[0].pk: desk.color.pk}, now=at("10:40"))
    assert places() == [("Color", "Anna", at("10:00"), at("12:00"))]


def test_time_that_is_taken_is_refused_with_what_is_free_and_nothing_is_changed() -> None:
    desk = Desk()
    rows = desk.book((desk.cut, desk.anna, "10:00"))
    desk.book((desk.cut, desk.anna, "11:30"))
    with pytest.raises(SlotTaken) as caught:
        desk.change(rows, {rows[0].pk: desk.color.pk}, desk.nails.pk)
    assert caught.value.alternatives
    assert [name for name, *_ in places()] == ["Cut", "Cut"]
    desk.change(rows, {rows[0].pk: desk.color.pk}, overbook_reason="she waits")
    rows[0].refresh_from_db()
    assert (rows[0].service, rows[0].is_overbooked) == (desk.color, True)


def test_who_does_not_do_the_new_service_gives_it_to_somebody_who_does() -> None:
    desk = Desk()
    nina = make_specialist(desk.project, "Nina", does_every_service=False)
    make_offering(nina, desk.cut)
    rows = desk.book((desk.cut, nina, "10:00"))
    (row,) = desk.change(rows, {rows[0].pk: desk.color.pk})
    assert row.specialist in (desk.anna, desk.maria)


def test_a_stale_form_a_strangers_row_and_an_ended_visit_are_refused() -> None:
    desk = Desk()
    rows = desk.book((desk.cut, desk.anna, "10:00"))
    shown = edition_of(rows)
    desk.change(rows, {rows[0].pk: desk.nails.pk}, shown=edition_of(Booking.objects.all()))
    with pytest.raises(WrongStatus):
        desk.change(rows, {rows[0].pk: desk.color.pk}, shown=shown)
    other = Desk()
    (theirs,) = other.book((other.cut, other.anna, "10:00"))
    with pytest.raises(BookingNotFound):
        desk.change([theirs], {theirs.pk: desk.cut.pk})
    Booking.objects.filter(pk=rows[0].pk).update(status="completed")
    with pytest.raises(WrongStatus):
        desk.change(rows, {rows[0].pk: desk.color.pk})
