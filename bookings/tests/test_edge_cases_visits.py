"""Edge cases of visits that meet each other, by the numbers of the list the engine was built against.

8  test_a_start_exactly_at_closing_is_refused
9  test_free_starts: test_it_offers_the_times_that_touch_a_visit_and_none_that_meets_it
10 test_a_free_start_whose_end_is_not_free_is_neither_offered_nor_taken
11 test_a_short_visit_strictly_inside_a_candidate_forbids_it
14 test_buffers_of_neighbours_add_up
15 test_the_buffer_after_a_visit_that_began_before_the_asked_time_is_seen
17 test_the_last_visit_may_end_at_closing_with_its_buffer_outside
18 test_a_visit_may_be_moved_into_its_own_time
19 test_it_keeps_the_old_slot_when_a_change_is_refused
19 test_a_granted_change_frees_the_old_slot_at_once
20 test_a_cancelled_slot_can_be_booked_again
22 test_concurrency: test_eight_clients_get_a_hundred_slots_exactly_once
22 test_concurrency: test_overlapping_visits_with_different_starts_are_one_visit_and_refusals
23 test_a_repeat_of_the_same_request_is_the_same_visit
24 test_concurrency: test_three_clients_for_any_of_two_get_two_specialists_and_one_refusal
30 test_a_day_off_stops_new_visits_and_lists_the_booked_ones_for_staff
33 test_a_service_taken_from_a_specialist_is_refused_on_submit_too
34 test_another_client_fits_into_the_processing_gap_only_where_the_salon_nests
"""

from datetime import timedelta

import pytest

from bookings.errors import DayOff_, NotOffered, OutsideHours, SlotTaken
from bookings.models import Booking, Specialist
from bookings.operations import change_booking, reject_booking
from bookings.selectors import visits_on_days_off
from bookings.tests.asking import book, free, slots_of
from bookings.tests.factories import (
    MONDAY,
    NOW,
    STAFF,
    at,
    make_client,
    make_day_off,
    make_offering,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import VisitChange

pytestmark = pytest.mark.django_db


def test_a_start_exactly_at_closing_is_refused() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)

    with pytest.raises(OutsideHours) as caught:
        book(anna, cut, at("21:00"))

    assert caught.value.alternatives
    assert not Booking.objects.exists()


def test_a_free_start_whose_end_is_not_free_is_neither_offered_nor_taken() -> None:
    project = make_project()
    anna, quick = make_specialist(project), make_service(project, duration_minutes=30)
    book(anna, quick, at("12:50"))

    assert "12:30" not in free(anna, quick)
    with pytest.raises(SlotTaken):
        book(anna, quick, at("12:30"))
    assert book(anna, quick, at("12:20")).end == at("12:50")


def test_a_short_visit_strictly_inside_a_candidate_forbids_it() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    quick = make_service(project, duration_minutes=30)
    book(anna, quick, at("10:10"))

    assert "10:00" not in free(anna, cut)
    with pytest.raises(SlotTaken):
        book(anna, cut, at("10:00"))


def test_buffers_of_neighbours_add_up() -> None:
    project = make_project(slot_minutes=15)
    anna, plain = make_specialist(project), make_service(project)
    padded = make_service(project, duration_minutes=30, buffer_before=15, buffer_after=30)
    book(anna, padded, at("12:30"))
    second = book(anna, padded, at("14:30"))

    assert not [start for start in free(anna, padded) if "13:00" <= start < "14:30"]
    reject_booking(project=project, booking_id=second.pk, origin=STAFF)
    book(anna, padded, at("15:00"))  # taken until 13:30 and from 14:45: 15 + 30 + 30 minutes fit once
    assert [start for start in free(anna, padded) if "13:00" <= start < "15:00"] == ["13:45"]
    assert [start for start in free(anna, plain) if "13:00" <= start < "15:00"] == ["13:30", "13:45"]


def test_the_buffer_after_a_visit_that_began_before_the_asked_time_is_seen() -> None:
    project = make_project(slot_minutes=15, work_start_minute=8 * 60)
    anna, cut = make_specialist(project), make_service(project, duration_minutes=45, buffer_after=30)
    book(anna, cut, at("08:30"))

    found = slots_of(anna, cut, time_from=at("09:30").time())

    assert found[0].start == at("09:45")


def test_the_last_visit_may_end_at_closing_with_its_buffer_outside() -> None:
    project = make_project(work_end_minute=18 * 60)
    anna = make_specialist(project)

    assert free(anna, make_service(project, buffer_after=30))[-1] == "17:00"
    assert free(anna, make_service(project, buffer_before=30))[0] == "09:00"


@pytest.mark.parametrize("start", ["12:30", "12:00", "11:30"])
def test_a_visit_may_be_moved_into_its_own_time(start: str) -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    booking = book(anna, cut, at("12:00"))

    moved = change_booking(
        project=project, booking_id=booking.pk, origin=STAFF, now=NOW, change=VisitChange(start=at(start))
    )

    assert (moved.pk, moved.start) == (booking.pk, at(start))


def test_it_keeps_the_old_slot_when_a_change_is_refused() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    book(anna, cut, at("15:00"))
    booking = book(anna, cut, at("12:00"))

    with pytest.raises(SlotTaken) as caught:
        change_booking(
            project=project,
            booking_id=booking.pk,
            origin=STAFF,
            now=NOW,
            change=VisitChange(start=at("15:30")),
        )

    assert caught.value.alternatives
    booking.refresh_from_db()
    assert (booking.status, booking.start) == ("booked", at("12:00"))
    assert [event.action for event in booking.events.all()] == ["booked"]
    assert "12:00" not in free(anna, cut)


def test_a_granted_change_frees_the_old_slot_at_once() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    booking = book(anna, cut, at("12:00"))

    change_booking(
        project=project, booking_id=booking.pk, origin=STAFF, now=NOW, change=VisitChange(start=at("15:00"))
    )

    assert book(anna, cut, at("12:00")).pk != booking.pk
    events = [(event.action, event.before and event.before["start"]) for event in booking.events.all()]
    assert events == [("booked", None), ("changed", at("12:00").astimezone(NOW.tzinfo).isoformat())]


def test_a_cancelled_slot_can_be_booked_again() -> None:
    project = make_project()
    anna, cut, olena = make_specialist(project), make_service(project), make_client(project)
    first = book(anna, cut, at("12:00"), olena, idempotency_key="turn 1")
    reject_booking(project=project, booking_id=first.pk, origin=STAFF)

    again = book(anna, cut, at("12:00"), olena, idempotency_key="turn 2")

    assert again.pk != first.pk
    assert set(Booking.objects.values_list("status", flat=True)) == {"cancelled", "booked"}


def test_a_repeat_of_the_same_request_is_the_same_visit() -> None:
    project = make_project()
    anna, cut, olena = make_specialist(project), make_service(project), make_client(project)

    first = book(anna, cut, at("12:00"), olena, idempotency_key="turn 1")
    again = book(anna, cut, at("12:00"), olena, idempotency_key="turn 1")

    assert again.pk == first.pk
    assert Booking.objects.get().events.count() == 1


def test_a_day_off_stops_new_visits_and_lists_the_booked_ones_for_staff() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    booking = book(anna, cut, at("12:00"))
    book(anna, cut, at("12:00", MONDAY + timedelta(days=2)))

    make_day_off(project, MONDAY, MONDAY + timedelta(days=1), anna)

    assert free(anna, cut) == free(anna, cut, MONDAY + timedelta(days=1)) == []
    with pytest.raises(DayOff_):
        book(anna, cut, at("15:00"))
    booking.refresh_from_db()
    assert booking.status == "booked"
    assert visits_on_days_off(project=project, now=NOW) == [booking]


def test_a_service_taken_from_a_specialist_is_refused_on_submit_too() -> None:
    project = make_project()
    anna, cut, colour = make_specialist(project), make_service(project), make_service(project)
    make_offering(anna, colour)
    Specialist.objects.filter(pk=anna.pk).update(does_every_service=False)

    assert free(anna, cut) == []
    with pytest.raises(NotOffered):
        book(anna, cut, at("12:00"))
    assert book(anna, colour, at("12:00")).service == colour


def test_another_client_fits_into_the_processing_gap_only_where_the_salon_nests() -> None:
    for nests, inside in ((False, []), (True, ["10:30"])):
        project = make_project(slot_minutes=15, allow_nesting=nests)
        anna, quick = make_specialist(project), make_service(project, duration_minutes=30)
        colour = make_service(project, duration_minutes=75, gap_start=30, gap_minutes=30)  # hands on 30 + 15
        book(anna, colour, at("10:00"))

        assert [start for start in free(anna, quick) if "09:45" <= start < "11:15"] == inside
        for start in inside:
            assert book(anna, quick, at(start)).end == at("11:00")
        with pytest.raises(SlotTaken):
            book(anna, quick, at("10:45"))
