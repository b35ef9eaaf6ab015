"""A hold that ended was never a visit: no list, page or figure shows it, however it ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from bookings.errors import BookingNotFound
from bookings.models import Booking, BookingEvent
from bookings.operations import change_booking, reject_booking, release_holds
from bookings.stats import booking_figures
from bookings.tests.asking import book
from bookings.tests.factories import NOW, STAFF, at
from bookings.tests.test_holds import TEN_MINUTES, HoldSalon
from bookings.values import VisitChange
from projects.tests.factories import bearer, make_key

pytestmark = pytest.mark.django_db


def _release(salon: HoldSalon, held: Booking) -> None:
    release_holds(project=salon.project, hold_ids=[held.pk])


def _reject(salon: HoldSalon, held: Booking) -> None:
    reject_booking(project=salon.project, booking_id=held.pk, origin=STAFF, now=NOW)


def _replace(salon: HoldSalon, held: Booking) -> None:
    salon.hold("17:00", hold_ids=[held.pk])


def _lapse(salon: HoldSalon, held: Booking) -> None:
    """Nobody swept it up yet: the row still says that it is held."""
    Booking.objects.filter(pk=held.pk).update(hold_until=NOW)


def _sweep(salon: HoldSalon, held: Booking) -> None:
    _lapse(salon, held)
    book(salon.anna, salon.cut, at("12:00"))


def _cancel_as_before(salon: HoldSalon, held: Booking) -> None:
    """What an earlier version wrote when a hold was cancelled over the API."""
    Booking.objects.filter(pk=held.pk).update(status="cancelled")
    BookingEvent.objects.create(project=salon.project, booking=held, action="cancelled", source="api")


ENDS = [_release, _reject, _replace, _lapse, _sweep, _cancel_as_before]


def listed(salon: HoldSalon, query: str = "") -> list[int]:
    headers: dict[str, Any] = bearer(make_key(salon.project))
    answer = Browser().get(f"/projects/{salon.project.slug}/bookings{query}", headers=headers).json()
    return [row["id"] for row in answer["bookings"]]


def status_of_page(salon: HoldSalon, booking: Booking) -> int:
    headers: dict[str, Any] = bearer(make_key(salon.project))
    return Browser().get(f"/projects/{salon.project.slug}/bookings/{booking.pk}", headers=headers).status_code


@pytest.mark.parametrize("end", ENDS)
@time_machine.travel(NOW, tick=False)
def test_an_ended_hold_is_in_no_list_no_page_and_no_figure(
    end: Callable[[HoldSalon, Booking], None],
) -> None:
    salon = HoldSalon()
    held = salon.hold()
    end(salon, held)

    assert held.pk not in listed(salon)
    assert held.pk not in listed(salon, "?status=cancelled,held")
    assert status_of_page(salon, held) == 404
    day = timedelta(days=1)
    figures = booking_figures(project=salon.project, start=NOW - day, end=NOW + day)
    assert figures.cancelled == 0
    browser = Browser()
    browser.force_login(User.objects.create_superuser("operator"))
    page = browser.get(reverse("admin:bookings_booking_changelist"))
    assert held.pk not in [row.pk for row in page.context["cl"].result_list]
    trail = browser.get(reverse("admin:bookings_bookingevent_changelist"))
    assert held.pk not in [row.booking_id for row in trail.context["cl"].result_list]


@time_machine.travel(NOW, tick=False)
def test_a_hold_that_holds_and_a_cancelled_visit_stay_in_the_lists() -> None:
    salon = HoldSalon()
    held = salon.hold()
    was_held = salon.hold("14:00", client=book(salon.anna, salon.cut, at("16:00")).client)
    visit = book(salon.anna, salon.cut, at("14:00"), was_held.client, hold_ids=[was_held.pk])
    reject_booking(project=salon.project, booking_id=visit.pk, origin=STAFF, now=NOW)

    assert listed(salon, "?status=held") == [held.pk]
    assert listed(salon, "?status=cancelled") == [visit.pk]
    assert (status_of_page(salon, held), status_of_page(salon, visit)) == (200, 200)
    day = timedelta(days=1)
    assert booking_figures(project=salon.project, start=NOW - day, end=NOW + day).cancelled == 1


@time_machine.travel(NOW, tick=False)
def test_an_ended_hold_can_be_neither_moved_nor_cancelled() -> None:
    salon = HoldSalon()
    held = salon.hold()
    release_holds(project=salon.project, hold_ids=[held.pk])

    with pytest.raises(BookingNotFound):
        reject_booking(project=salon.project, booking_id=held.pk, origin=STAFF, now=NOW)
    with pytest.raises(BookingNotFound):
        change_booking(
            project=salon.project,
            booking_id=held.pk,
            origin=STAFF,
            now=NOW,
            change=VisitChange(start=at("15:00")),
        )


@time_machine.travel(NOW, tick=False)
def test_a_hold_leaves_the_list_in_the_second_it_lapses() -> None:
    salon = HoldSalon()
    held = salon.hold()

    with time_machine.travel(NOW + TEN_MINUTES - timedelta(seconds=1), tick=False):
        assert listed(salon) == [held.pk]
    with time_machine.travel(NOW + TEN_MINUTES, tick=False):
        assert listed(salon) == []
