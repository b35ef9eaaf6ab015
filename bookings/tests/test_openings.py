"""Wishes for a whole visit: at once, done by an hour, in another order, not with somebody, as last time."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bookings.engine.openings import Openings, read_board
from bookings.models import Booking
from bookings.operations import Item, activate_booking
from bookings.selectors import check_items, own_visits
from bookings.tests.asking import book
from bookings.tests.factories import (
    BOT,
    MONDAY,
    NOW,
    at,
    make_client,
    make_hours,
    make_offering,
    make_project,
    make_resource,
    make_service,
    make_specialist,
)
from bookings.values import Slot, VisitRequest, When, WishedService
from projects.models import Project

pytestmark = pytest.mark.django_db

ALL_DAY = When()


def openings(project: Project, *items: WishedService, at_once: bool = False, **over: Any) -> Openings:
    asked = {"first": MONDAY, "last": MONDAY, "now": NOW, **over}
    return Openings(read_board(project=project, items=items, **asked), items, at_once=at_once)


def clocks(found: Openings, when: When = ALL_DAY) -> list[str]:
    return [found.writer.moment(start).strftime("%H:%M") for start in found.starts(when)]


def visits(found: Openings, when: When = ALL_DAY) -> list[tuple[Slot, ...]]:
    return [visit for start in found.starts(when) for visit in found.visits_at(start, when, limit=50)]


def of(*services: Any, who: Any = None, no: Any = ()) -> WishedService:
    return WishedService(
        tuple(one.pk for one in services), who and who.pk, frozenset(person.pk for person in no)
    )


def people(found: list[tuple[Slot, ...]], start: datetime) -> list[list[int]]:
    return [[slot.specialist_id for slot in visit] for visit in found if visit[0].start == start]


def test_at_once_means_the_same_start_with_different_specialists() -> None:
    project = make_project()
    anna, bohdan = make_specialist(project), make_specialist(project)
    cut, colour = make_service(project), make_service(project, duration_minutes=90)
    book(bohdan, cut, at("12:00"))

    found = visits(openings(project, of(cut), of(colour), at_once=True))

    assert at("11:30") not in {visit[0].start for visit in found}
    assert sorted(people(found, at("13:00"))) == sorted([[anna.pk, bohdan.pk], [bohdan.pk, anna.pk]])
    assert all(cut_.start == colour_.start for cut_, colour_ in found)
    assert visits(openings(project, of(cut, who=anna), of(colour, who=anna), at_once=True)) == []


def test_one_room_serves_one_of_those_who_come_at_once() -> None:
    project = make_project()
    make_specialist(project), make_specialist(project)
    make_resource(project, "cabin")
    tan, cut = make_service(project, resource_kind="cabin"), make_service(project)

    assert visits(openings(project, of(tan), of(tan), at_once=True)) == []
    assert visits(openings(project, of(tan), of(cut), at_once=True))
    make_resource(project, "cabin")
    assert visits(openings(project, of(tan), of(tan), at_once=True))


def test_done_by_two_binds_the_end_of_the_last_service_without_its_buffer() -> None:
    project = make_project()
    anna = make_specialist(project)
    cut = make_service(project, buffer_after=30)
    make_offering(anna, cut)
    slow = make_specialist(project)
    make_offering(slow, cut, duration_minutes=90)
    found, by_two = openings(project, of(cut), of(cut, who=anna)), When(time_from=10 * 60, ends_by=14 * 60)

    ends = {visit[-1].end for visit in visits(found, by_two)}

    assert max(ends) == at("14:00")
    assert clocks(found, by_two)[0] == "10:00"
    assert people(visits(found, by_two), at("12:00")) == []  # 12:00-13:00, 13:30-14:30 with one pair of hands
    assert people(visits(found, by_two), at("11:30")) == [[anna.pk, anna.pk], [slow.pk, anna.pk]]


def test_a_word_that_fits_several_services_and_a_specialist_who_is_ruled_out() -> None:
    project = make_project()
    anna, bohdan = make_specialist(project), make_specialist(project)
    short, long = make_service(project, duration_minutes=30), make_service(project)
    make_offering(anna, long)

    found = visits(openings(project, of(short, long, no=[bohdan])))

    assert {slot.specialist_id for (slot,) in found} == {anna.pk}
    assert {slot.service_id for (slot,) in found} == {short.pk, long.pk}
    assert visits(openings(project, of(short, who=bohdan, no=[bohdan]))) == []


def test_all_who_are_free_at_a_start_are_named_the_least_busy_first() -> None:
    project = make_project()
    anna, bohdan = make_specialist(project), make_specialist(project)
    cut = make_service(project)
    book(anna, cut, at("18:00"))

    assert people(visits(openings(project, of(cut))), at("12:00")) == [[bohdan.pk], [anna.pk]]


def test_other_orders_keep_the_visit_in_the_order_of_the_wish_and_can_be_booked_so() -> None:
    project = make_project()
    anna, bohdan = make_specialist(project), make_specialist(project)
    cut = make_service(project, duration_minutes=40)
    colour = make_service(project, duration_minutes=40)
    make_offering(anna, cut), make_offering(bohdan, colour)
    for person in (anna, bohdan):
        type(person).objects.filter(pk=person.pk).update(does_every_service=False)
    make_hours(anna, 0, ("12:00", "14:00"))
    make_hours(bohdan, 0, ("10:00", "12:00"))
    given = openings(project, of(cut), of(colour))

    found = visits(given.reordered())

    assert visits(given) == []
    assert [(cut_.start, colour_.start) for cut_, colour_ in found] == []  # 11:20 is off the grid
    make_hours(bohdan, 0, ("12:00", "13:00"))
    (visit,) = visits(openings(project, of(cut), of(colour)).reordered())[-1:]
    items = [Item(slot.service_id, slot.specialist_id, slot.start) for slot in visit]
    assert (visit[0].start, visit[1].start) == (at("12:40"), at("12:00"))
    assert [slot.start for slot in check_items(project=project, items=items, now=NOW)] == [
        item.start for item in items
    ]
    request = VisitRequest(project=project, client=make_client(project), items=items, origin=BOT)
    assert [row.start for row in activate_booking(request=request, now=NOW)] == [item.start for item in items]


def test_two_equal_services_have_no_other_order() -> None:
    project = make_project()
    make_specialist(project)
    cut = make_service(project)

    assert visits(openings(project, of(cut), of(cut)).reordered()) == []


def test_the_last_visits_are_the_newest_that_took_place() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    client, other = make_client(project), make_client(project)
    days = [MONDAY + timedelta(days=number) for number in range(5)]
    rows = [book(anna, cut, at("12:00", day), client) for day in days]
    book(anna, cut, at("14:00"), other)
    Booking.objects.filter(pk=rows[1].pk).update(status=Booking.Status.COMPLETED)
    Booking.objects.filter(pk=rows[2].pk).update(status=Booking.Status.CANCELLED)
    now = at("12:30", date(2026, 11, 27))  # the fifth has begun and is not over

    assert [row.pk for row in own_visits(client=client, past=3, now=now)[1]] == [
        rows[3].pk,
        rows[1].pk,
        rows[0].pk,
    ]
    assert [row.pk for row in own_visits(client=client, past=1, now=now)[1]] == [rows[3].pk]
