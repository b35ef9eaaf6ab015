"""Staff may put a visit on top of another: on purpose, with a reason, on record."""

from datetime import timedelta

import pytest

from bookings.errors import (
    DayOff_,
    InThePast,
    InvalidRequest,
    NotOffered,
    OutsideHours,
    SlotTaken,
    TooFar,
    TooSoon,
)
from bookings.models import Booking, DayOff, Specialist
from bookings.operations import change_booking
from bookings.tests.asking import book, free
from bookings.tests.factories import (
    BOT,
    MONDAY,
    NOW,
    STAFF,
    at,
    make_offering,
    make_project,
    make_resource,
    make_service,
    make_specialist,
)
from bookings.values import VisitChange

pytestmark = pytest.mark.django_db


def test_a_reason_puts_the_visit_on_top_of_another_and_is_written_down() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    book(anna, cut, at("12:00"))

    second = book(anna, cut, at("12:30"), overbook_reason="a regular in a hurry")

    event = second.events.get()
    assert (second.is_overbooked, event.action, event.reason, event.actor) == (
        True, "overbooked", "a regular in a hurry", "test",
    )  # fmt: skip


def test_without_a_reason_staff_are_refused_like_anybody() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    book(anna, cut, at("12:00"))

    for reason in ("", "   "):
        with pytest.raises(SlotTaken):
            book(anna, cut, at("12:30"), overbook_reason=reason)
    assert Booking.objects.count() == 1


def test_a_client_cannot_overbook() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    first = book(anna, cut, at("12:00"))

    with pytest.raises(InvalidRequest):
        book(anna, cut, at("12:30"), origin=BOT, overbook_reason="please")
    with pytest.raises(InvalidRequest):
        change_booking(
            project=project,
            booking_id=first.pk,
            origin=BOT,
            change=VisitChange(start=at("15:00"), overbook_reason="please"),
        )


def test_a_reason_takes_a_visit_outside_the_hours_and_leaves_it_under_the_constraint() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    with pytest.raises(OutsideHours):
        book(anna, cut, at("20:30"))

    late = book(anna, cut, at("20:30"), overbook_reason="she is a bride")

    event = late.events.get()
    assert (late.is_overbooked, event.action, event.reason) == (False, "booked", "she is a bride")
    with pytest.raises(SlotTaken):
        book(anna, cut, at("19:45"))


def test_a_day_off_is_worked_for_a_reason_and_on_top_of_others_only_where_somebody_is() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    DayOff.objects.create(project=project, specialist=anna, date_from=MONDAY, date_to=MONDAY)
    with pytest.raises(DayOff_):
        book(anna, cut, at("12:00"))

    first = book(anna, cut, at("12:00"), overbook_reason="for her she comes")
    second = book(anna, cut, at("12:30"), overbook_reason="and for her daughter")

    assert (first.is_overbooked, second.is_overbooked) == (False, True)
    assert second.events.get().action == "overbooked"


def test_a_reason_lifts_neither_the_notice_nor_the_horizon_nor_what_somebody_does() -> None:
    project = make_project(min_notice_minutes=120)
    anna, cut, color = make_specialist(project), make_service(project), make_service(project, "Color")
    make_offering(anna, cut)
    Specialist.objects.filter(pk=anna.pk).update(does_every_service=False)
    for start, service, refusal, now in (
        (at("12:00"), cut, TooSoon, at("11:00")),
        (at("12:00"), cut, InThePast, at("13:00")),
        (at("12:00"), cut, TooFar, at("12:00", MONDAY - timedelta(days=400))),
        (at("12:00"), color, NotOffered, NOW),
    ):
        with pytest.raises(refusal):
            book(anna, service, start, now=now, overbook_reason="please")


def test_what_is_on_top_still_takes_its_time_from_those_who_come_later() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    book(anna, cut, at("12:00"))
    book(anna, cut, at("12:30"), overbook_reason="squeezed in")

    assert not {"11:30", "12:00", "12:30", "13:00"} & set(free(anna, cut))
    with pytest.raises(SlotTaken):
        book(anna, cut, at("13:00"))


def test_an_overbooked_visit_without_a_free_room_has_none() -> None:
    project = make_project()
    make_resource(project, "solarium")
    tan = make_service(project, resource_kind="solarium")
    book(make_specialist(project), tan, at("12:00"))

    second = book(make_specialist(project), tan, at("12:00"), overbook_reason="they are a couple")

    assert second.resource is None


def test_a_visit_is_moved_on_top_of_another_only_with_a_reason_and_back_without() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    book(anna, cut, at("12:00"))
    second = book(anna, cut, at("15:00"))

    moved = change_booking(
        project=project,
        booking_id=second.pk,
        origin=STAFF,
        now=NOW,
        change=VisitChange(start=at("12:30"), overbook_reason="asked"),
    )
    assert (moved.is_overbooked, moved.events.last().action) == (True, "overbooked")  # type: ignore[union-attr]
    back = change_booking(
        project=project, booking_id=second.pk, origin=STAFF, now=NOW, change=VisitChange(start=at("15:00"))
    )

    assert (back.is_overbooked, back.events.last().action) == (False, "changed")  # type: ignore[union-attr]
