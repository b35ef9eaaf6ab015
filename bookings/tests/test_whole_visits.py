"""Visits of several services, any specialist, rooms, and the days of a month."""

from datetime import date, datetime, timedelta

import pytest

from bookings.errors import NotOffered, Refusal, SlotTaken
from bookings.models import Booking
from bookings.operations import Item, activate_booking
from bookings.selectors import check_items, find_slots, find_visits, free_days
from bookings.tests.asking import book, free
from bookings.tests.factories import (
    BOT,
    MONDAY,
    NOW,
    at,
    clocks,
    make_break,
    make_client,
    make_day_off,
    make_hours,
    make_offering,
    make_override,
    make_project,
    make_resource,
    make_service,
    make_specialist,
)
from bookings.values import VisitRequest
from projects.models import Project

pytestmark = pytest.mark.django_db


def accepts(project: Project, item: Item, now: datetime) -> bool:
    """What the operations say of the item, without writing."""
    try:
        check_items(project=project, items=[item], now=now)
    except Refusal:
        return False
    return True


def test_services_of_a_visit_follow_one_another_with_whoever_is_free() -> None:
    project = make_project()
    anna, bohdan = make_specialist(project, "Anna"), make_specialist(project, "Bohdan")
    cut, colour = make_service(project), make_service(project, duration_minutes=90)
    book(anna, cut, at("13:00"))

    visits = find_visits(
        project=project,
        wishes=[(cut.pk, anna.pk), (colour.pk, None)],
        date_from=MONDAY,
        date_to=MONDAY,
        now=NOW,
    )

    noon = next(visit for visit in visits if visit[0].start == at("12:00"))
    assert [(slot.specialist_id, slot.start, slot.end) for slot in noon] == [
        (anna.pk, at("12:00"), at("13:00")), (bohdan.pk, at("13:00"), at("14:30")),
    ]  # fmt: skip
    assert at("18:30") in [visit[0].start for visit in visits]
    assert visits[-1][1].end == at("21:00")


def test_every_visit_that_is_listed_can_be_booked_and_is_one_visit() -> None:
    project = make_project()
    make_specialist(project), make_specialist(project)
    cut = make_service(project, buffer_after=10)
    (visit,) = find_visits(
        project=project, wishes=[(cut.pk, None)] * 2, date_from=MONDAY, date_to=MONDAY, limit=1, now=NOW
    )

    rows = activate_booking(
        request=VisitRequest(
            project=project,
            client=make_client(project),
            items=[Item(slot.service_id, slot.specialist_id, slot.start) for slot in visit],
            origin=BOT,
        ),
        now=NOW,
    )

    assert len({row.visit_id for row in rows}) == 1
    assert [row.start for row in rows] == [slot.start for slot in visit]


def test_one_taken_service_means_none_is_booked() -> None:
    project = make_project()
    anna, bohdan = make_specialist(project), make_specialist(project)
    cut = make_service(project)
    book(bohdan, cut, at("13:00"))
    items = [Item(cut.pk, anna.pk, at("12:00")), Item(cut.pk, bohdan.pk, at("13:00"))]

    with pytest.raises(SlotTaken):
        activate_booking(
            request=VisitRequest(project=project, client=make_client(project), items=items, origin=BOT),
            now=NOW,
        )

    assert Booking.objects.count() == 1


def test_services_of_one_visit_must_not_overlap_with_the_same_hands() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    items = [Item(cut.pk, anna.pk, at("12:00")), Item(cut.pk, anna.pk, at("12:30"))]

    with pytest.raises(SlotTaken):
        check_items(project=project, items=items, now=NOW)


def test_the_same_hands_need_their_buffers_between_two_services_of_a_visit() -> None:
    project = make_project(slot_minutes=15)
    anna, cut = make_specialist(project), make_service(project, buffer_before=5, buffer_after=10)

    (visit,) = find_visits(
        project=project, wishes=[(cut.pk, anna.pk)] * 2, date_from=MONDAY, date_to=MONDAY, limit=1, now=NOW
    )

    assert [slot.start for slot in visit] == [at("09:00"), at("10:15")]


def test_any_specialist_is_the_least_busy_of_the_day_and_ties_go_by_the_salons_order() -> None:
    project = make_project()
    anna = make_specialist(project, "Anna", position=1)
    bohdan = make_specialist(project, "Bohdan", position=0)
    cut = make_service(project)

    given = [book(None, cut, at(clock)).specialist_id for clock in ("12:00", "14:00", "16:00")]
    tomorrow = book(None, cut, at("12:00", MONDAY + timedelta(days=1)))

    assert given == [bohdan.pk, anna.pk, bohdan.pk]
    assert tomorrow.specialist_id == bohdan.pk


def test_any_specialist_is_one_who_does_the_service() -> None:
    project = make_project()
    make_specialist(project, "Anna", does_every_service=False)
    bohdan = make_specialist(project, "Bohdan")
    cut = make_service(project)

    assert book(None, cut, at("12:00")).specialist_id == bohdan.pk
    with pytest.raises(SlotTaken):
        book(None, cut, at("12:00"))


def test_a_service_that_nobody_does_is_not_offered() -> None:
    project = make_project()
    make_specialist(project, does_every_service=False)
    cut = make_service(project)

    assert free(None, cut) == []
    with pytest.raises(NotOffered):
        book(None, cut, at("12:00"))


def test_a_specialists_own_length_price_and_buffers_come_before_the_services() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project, price="700", buffer_after=15)
    make_offering(anna, cut, duration_minutes=90, price="900", buffer_after=0, buffer_before=30)

    booking = book(anna, cut, at("12:00"))

    assert (booking.end, booking.busy_from, booking.busy_until) == (at("13:30"), at("11:30"), at("13:30"))
    assert booking.price == 900


def test_hours_of_several_ranges_breaks_and_own_days_off_are_kept() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    make_hours(anna, 0, ("09:00", "13:00"), ("14:00", "20:00"))
    make_break(project, 0, "17:00", "18:00")

    assert free(anna, cut) == [
        *("09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "14:00", "14:30", "15:00"),
        *("15:30", "16:00", "18:00", "18:30", "19:00"),
    ]
    assert free(anna, cut, MONDAY + timedelta(days=1)) == []  # a weekday left out is closed


def test_an_override_is_the_whole_truth_of_its_date() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    make_break(project, 0, "12:00", "13:00")
    make_override(project, MONDAY, ("11:00", "14:00"))
    make_override(project, MONDAY + timedelta(days=1), ("11:00", "12:00"), specialist=anna)

    assert free(anna, cut) == ["11:00", "11:30", "12:00", "12:30", "13:00"]
    assert free(anna, cut, MONDAY + timedelta(days=1)) == ["11:00"]


def test_a_room_is_needed_from_start_to_end_and_frees_the_next_client_after() -> None:
    project = make_project()
    make_resource(project, "solarium")
    anna, bohdan = make_specialist(project), make_specialist(project)
    tan, cut = make_service(project, resource_kind="solarium"), make_service(project)
    first = book(anna, tan, at("12:00"))

    assert first.resource is not None
    assert not {"11:30", "12:00", "12:30"} & set(free(bohdan, tan))
    assert {"12:00", "12:30"} <= set(free(bohdan, cut))
    assert book(bohdan, tan, at("13:00")).resource == first.resource


def test_a_second_room_lets_a_second_client_in() -> None:
    project = make_project()
    make_resource(project, "solarium"), make_resource(project, "solarium")
    tan = make_service(project, resource_kind="solarium")

    rooms = {book(make_specialist(project), tan, at("12:00")).resource_id for _ in range(2)}

    assert len(rooms) == 2
    with pytest.raises(SlotTaken):
        book(make_specialist(project), tan, at("12:00"))


def test_a_service_whose_room_does_not_exist_is_never_free() -> None:
    project = make_project()
    tan = make_service(project, resource_kind="solarium")

    assert free(make_specialist(project), tan) == []


def test_the_days_of_a_month_are_those_on_which_the_list_offers_anything() -> None:
    project = make_project(horizon_days=12)
    anna, cut = make_specialist(project), make_service(project)
    make_day_off(project, date(2026, 11, 25), date(2026, 11, 26))
    full = MONDAY + timedelta(days=1)
    for hour in range(9, 21):
        book(anna, cut, at(f"{hour:02d}:00", full))

    november = free_days(project=project, service_ids=[cut.pk], month_start=date(2026, 11, 1), now=NOW)
    december = free_days(project=project, service_ids=[cut.pk], month_start=date(2026, 12, 1), now=NOW)

    assert [day.day for day in november] == [22, 23, 27, 28, 29, 30]
    assert [day.day for day in december] == [1, 2, 3, 4]


def test_what_the_list_offers_is_what_the_operation_accepts() -> None:
    project = make_project(slot_minutes=15, allow_nesting=True, min_notice_minutes=45)
    anna = make_specialist(project)
    cut = make_service(
        project, duration_minutes=45, buffer_before=10, buffer_after=5, gap_start=15, gap_minutes=15
    )
    make_break(project, 0, "13:05", "14:10", anna)
    for clock in ("10:05", "16:40"):
        book(anna, cut, at(clock))
    now = at("09:20")
    offered = set(free(anna, cut, now=now))

    for minute in range(8 * 60, 22 * 60, 15):
        clock = f"{minute // 60:02d}:{minute % 60:02d}"
        item = Item(cut.pk, anna.pk, at(clock))
        assert accepts(project, item, now) == (clock in offered), clock
    assert offered


def test_wished_times_bound_the_start_both_included() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    found = find_slots(
        project=project,
        service_ids=[cut.pk],
        specialist_id=anna.pk,
        date_from=MONDAY,
        date_to=MONDAY,
        time_from=at("12:00").time(),
        time_to=at("13:00").time(),
        now=NOW,
    )

    assert clocks(found) == ["12:00", "12:30", "13:00"]
