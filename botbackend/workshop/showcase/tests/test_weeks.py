"""The demo's four weeks."""

from datetime import timedelta

import pytest
from django.db.models import F

from bookings.models import Booking, BookingEvent
from bookings.tests.factories import NOW, make_project, make_service, make_specialist
from botbackend.workshop.showcase.weeks import fill_weeks

pytestmark = pytest.mark.django_db


def test_it_fills_past_and_future_days_once_and_ends_what_is_past() -> None:
    salon = make_project()
    make_specialist(salon), make_service(salon), make_service(salon, duration_minutes=120)
    made = fill_weeks(salon=salon, now=NOW)
    visits = Booking.objects.filter(project=salon)
    assert made.visits == visits.count() > 50
    assert visits.filter(start__lt=NOW - timedelta(days=10)).exists()
    assert visits.filter(start__gt=NOW + timedelta(days=10)).exists()
    assert not visits.filter(end__lt=NOW, status=Booking.Status.BOOKED).exists()
    assert fill_weeks(salon=salon, now=NOW).visits == 0


def test_what_was_done_to_visits_was_done_when_it_would_have_been() -> None:
    salon = make_project()
    make_specialist(salon), make_service(salon)
    fill_weeks(salon=salon, now=NOW)
    events = BookingEvent.objects.filter(project=salon)
    assert not events.filter(action="booked", at__gte=F("booking__start")).exists()
    assert not events.filter(action="completed").exclude(at=F("booking__end")).exists()
    assert len({event.at.date() for event in events.filter(action="booked")}) > 10


def test_it_leaves_a_day_alone_on_which_somebody_booked() -> None:
    salon = make_project()
    anna = make_specialist(salon)
    make_service(salon)
    fill_weeks(salon=salon, now=NOW)
    later = NOW + timedelta(days=7)
    before = set(Booking.objects.filter(project=salon).values_list("pk", flat=True))
    fill_weeks(salon=salon, now=later)
    fresh = Booking.objects.filter(project=salon, specialist=anna).exclude(pk__in=before)
    assert fresh.exists()
    assert not fresh.filter(start__lt=NOW + timedelta(days=14)).exists()
