"""What binds the one who books: block, cap, deadline, grid; and how a visit may end."""

from datetime import timedelta
from typing import Any

import pytest

from bookings.errors import (
    BookingNotFound,
    ClientBlocked,
    InvalidRequest,
    NotOffered,
    PastDeadline,
    TooManyVisits,
    WrongStatus,
)
from bookings.models import Booking
from bookings.operations import (
    Item,
    change_booking,
    complete_booking,
    get_or_create_client,
    hold_slots,
    mark_no_show,
    reject_booking,
)
from bookings.selectors import active_visits
from bookings.tests.asking import book, free
from bookings.tests.factories import (
    BOT,
    MONDAY,
    NOW,
    STAFF,
    at,
    make_client,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import VisitChange, VisitRequest

pytestmark = pytest.mark.django_db


def test_a_client_has_no_more_visits_ahead_than_the_salon_allows() -> None:
    project = make_project(max_active_visits=2)
    anna, cut, olena = make_specialist(project), make_service(project), make_client(project)
    for clock in ("12:00", "13:00"):
        book(anna, cut, at(clock), olena, origin=BOT)

    with pytest.raises(TooManyVisits):
        book(anna, cut, at("14:00"), olena, origin=BOT)
    with pytest.raises(TooManyVisits):
        hold_slots(
            request=VisitRequest(
                project=project, client=olena, items=[Item(cut.pk, anna.pk, at("14:00"))], origin=BOT
            ),
            until=NOW + timedelta(minutes=10),
            now=NOW,
        )
    assert book(anna, cut, at("14:00"), olena, origin=STAFF).status == "booked"
    assert book(anna, cut, at("15:00"), origin=BOT).status == "booked"  # somebody else


def test_a_cancelled_or_past_visit_does_not_count_against_the_cap() -> None:
    project = make_project(max_active_visits=1)
    anna, cut, olena = make_specialist(project), make_service(project), make_client(project)
    first = book(anna, cut, at("12:00"), olena, origin=BOT)
    reject_booking(project=project, booking_id=first.pk, origin=BOT, now=NOW)

    book(anna, cut, at("13:00"), olena, origin=BOT)
    book(anna, cut, at("15:00"), olena, origin=BOT, now=at("14:30"))

    assert active_visits(client=olena, now=at("14:30")) == [Booking.objects.get(start=at("15:00"))]


def test_no_cap_means_no_cap() -> None:
    project = make_project(max_active_visits=0)
    anna, cut, olena = make_specialist(project), make_service(project), make_client(project)

    for hour in range(9, 21):
        book(anna, cut, at(f"{hour:02d}:00"), olena, origin=BOT)

    assert len(active_visits(client=olena, now=NOW)) == 12


def test_a_blocked_client_takes_no_new_time_and_may_leave() -> None:
    project = make_project()
    anna, cut, olena = make_specialist(project), make_service(project), make_client(project)
    booking = book(anna, cut, at("12:00"), olena)
    olena.is_blocked = True
    olena.save()

    with pytest.raises(ClientBlocked) as caught:
        book(anna, cut, at("15:00"), olena, origin=BOT)
    with pytest.raises(ClientBlocked):
        change_booking(
            project=project, booking_id=booking.pk, origin=BOT, now=NOW, change=VisitChange(start=at("15:00"))
        )

    assert caught.value.alternatives == []
    assert reject_booking(project=project, booking_id=booking.pk, origin=BOT, now=NOW).status == "cancelled"


@pytest.mark.parametrize(("asked", "is_late"), [("12:00", False), ("12:01", True)])
def test_a_client_cancels_and_moves_up_to_the_deadline_and_staff_always(asked: str, is_late: bool) -> None:
    project = make_project(cancel_deadline_hours=24)
    anna, cut, day = make_specialist(project), make_service(project), MONDAY + timedelta(days=1)
    booking = book(anna, cut, at("12:00", day))
    wish: dict[str, Any] = {"project": project, "booking_id": booking.pk, "now": at(asked)}

    if is_late:
        with pytest.raises(PastDeadline):
            change_booking(**wish, origin=BOT, change=VisitChange(start=at("15:00", day)))
        with pytest.raises(PastDeadline):
            reject_booking(**wish, origin=BOT)
        booking.refresh_from_db()
        assert (booking.status, booking.start) == ("booked", at("12:00", day))
    origin = STAFF if is_late else BOT
    assert reject_booking(**wish, origin=origin).status == "cancelled"


def test_a_client_cannot_touch_another_clients_visit() -> None:
    project = make_project()
    anna, cut, other = make_specialist(project), make_service(project), make_client(project)
    booking = book(anna, cut, at("12:00"))

    with pytest.raises(BookingNotFound):
        reject_booking(project=project, booking_id=booking.pk, origin=BOT, client=other)
    with pytest.raises(BookingNotFound):
        change_booking(
            project=project,
            booking_id=booking.pk,
            origin=BOT,
            client=other,
            now=NOW,
            change=VisitChange(start=at("15:00")),
        )
    with pytest.raises(BookingNotFound):
        reject_booking(project=make_project(), booking_id=booking.pk, origin=STAFF)


def test_a_client_keeps_to_the_grid_that_the_list_shows() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)

    with pytest.raises(NotOffered):
        book(anna, cut, at("12:10"), origin=BOT)
    assert book(anna, cut, at("12:10"), origin=STAFF).start == at("12:10")


def test_a_no_show_frees_its_time_and_a_correction_by_an_old_repeat_does_not_win() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    booking = book(anna, cut, at("12:00"))
    act: dict[str, Any] = {"project": project, "booking_id": booking.pk, "origin": STAFF}

    complete_booking(**act, idempotency_key="k1")
    mark_no_show(**act, idempotency_key="k2")
    again = complete_booking(**act, idempotency_key="k1")

    assert again.status == "no_show"
    assert [event.action for event in booking.events.all()] == ["booked", "completed", "no_show"]
    assert "12:00" in free(anna, cut)


def test_the_status_flow_has_no_way_back() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    gone, done = book(anna, cut, at("12:00")), book(anna, cut, at("15:00"))
    reject_booking(project=project, booking_id=gone.pk, origin=STAFF)
    complete_booking(project=project, booking_id=done.pk, origin=STAFF)

    for act in (complete_booking, mark_no_show):
        with pytest.raises(WrongStatus):
            act(project=project, booking_id=gone.pk, origin=STAFF)
    with pytest.raises(WrongStatus):
        reject_booking(project=project, booking_id=done.pk, origin=STAFF)
    for booking in (gone, done):
        with pytest.raises(WrongStatus):
            change_booking(
                project=project,
                booking_id=booking.pk,
                origin=STAFF,
                now=NOW,
                change=VisitChange(start=at("17:00")),
            )


@pytest.mark.parametrize("count", [0, 9])
def test_a_visit_of_no_services_or_of_too_many_is_a_clear_error(count: int) -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)

    with pytest.raises(InvalidRequest) as caught:
        hold_slots(
            request=VisitRequest(
                project=project,
                client=make_client(project),
                items=[Item(cut.pk, anna.pk, at("12:00"))] * count,
                origin=STAFF,
            ),
            until=NOW + timedelta(minutes=10),
            now=NOW,
        )

    assert "items" in caught.value.fields


@pytest.mark.parametrize("name", ["\u00a8", "\u00b8", "\u0301"])
def test_a_name_of_mere_marks_is_nobody_who_was_emptied(name: str) -> None:
    project = make_project()
    emptied = make_client(project, name="")
    assert get_or_create_client(project=project, name=name) != emptied
