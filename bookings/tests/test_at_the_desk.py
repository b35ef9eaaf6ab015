"""Whoever sits in the salon sees the client: no notice binds them, and the past is written in afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.errors import BookingError, InThePast, OutsideHours, TooSoon
from bookings.models import Booking
from bookings.operations import change_booking
from bookings.selectors import find_slots
from bookings.tests.asking import book
from bookings.tests.factories import MONDAY, STAFF, at, make_project, make_service, make_specialist
from bookings.values import Origin, VisitChange

pytestmark = pytest.mark.django_db
DESK = replace(STAFF, at_desk=True)
WHOLE_DESK = replace(DESK, beyond_horizon=True)


@pytest.mark.parametrize("now", [at("11:30"), at("11:59"), at("12:00")])
def test_no_notice_binds_the_desk_and_it_binds_programs(now: datetime) -> None:
    project = make_project(min_notice_minutes=120)
    anna, cut = make_specialist(project), make_service(project)
    with pytest.raises(TooSoon):
        book(anna, cut, at("12:00"), now=now)
    assert book(anna, cut, at("12:00"), now=now, origin=DESK).status == "booked"


def test_a_visit_of_the_next_hour_changes_hands() -> None:
    project = make_project(min_notice_minutes=120)
    anna, maria, cut = make_specialist(project), make_specialist(project), make_service(project)
    visit = book(anna, cut, at("12:00"))
    change = VisitChange(specialist_id=maria.pk)
    who: dict[str, Any] = {"project": project, "booking_id": visit.pk, "change": change, "now": at("11:55")}
    with pytest.raises(TooSoon):
        change_booking(origin=STAFF, **who)
    assert change_booking(origin=DESK, **who).specialist == maria


@pytest.mark.parametrize(
    ("ago", "origin", "refusal"),
    [
        (timedelta(minutes=1), DESK, InThePast),
        (timedelta(minutes=1), WHOLE_DESK, None),
        (timedelta(days=31), WHOLE_DESK, None),
        (timedelta(days=31, minutes=1), WHOLE_DESK, InThePast),
    ],
)
def test_what_took_place_is_written_in_for_a_month(
    ago: timedelta, origin: Origin, refusal: type[BookingError] | None
) -> None:
    project = make_project(min_notice_minutes=120)
    anna, cut = make_specialist(project), make_service(project)
    wish: dict[str, Any] = {"now": at("12:00") + ago, "origin": origin}
    if refusal is None:
        assert book(anna, cut, at("12:00"), **wish).start == at("12:00")
        return
    with pytest.raises(refusal):
        book(anna, cut, at("12:00"), **wish)
    assert not Booking.objects.exists()


def test_the_past_has_its_hours_too() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    with pytest.raises(OutsideHours):
        book(anna, cut, at("21:00"), now=at("22:00"), origin=WHOLE_DESK)
    book(anna, cut, at("21:00"), now=at("22:00"), origin=WHOLE_DESK, overbook_reason="she stayed late")


def test_the_free_times_of_the_desk_begin_now() -> None:
    project = make_project(min_notice_minutes=120)
    anna, cut = make_specialist(project), make_service(project)
    asked: dict[str, Any] = {
        "project": project, "service_ids": [cut.pk], "specialist_id": anna.pk, "date_from": MONDAY,
        "date_to": MONDAY, "now": at("11:50"), "limit": 1,
    }  # fmt: skip
    assert [slot.start for slot in find_slots(**asked)] == [at("14:00")]
    assert [slot.start for slot in find_slots(**asked, at_desk=True)] == [at("12:00")]
