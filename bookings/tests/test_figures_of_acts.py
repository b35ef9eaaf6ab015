"""What happened to visits in a period: a slip that was put back counts nowhere."""

from datetime import timedelta

import pytest
import time_machine

from bookings.models import Booking
from bookings.operations import cancel_visit, finish_visit, restore_visit
from bookings.stats import BookingFigures, booking_figures
from bookings.tests.asking import book
from bookings.tests.factories import NOW, STAFF, at
from bookings.tests.test_holds import HoldSalon

pytestmark = pytest.mark.django_db


def figures(salon: HoldSalon) -> BookingFigures:
    day = timedelta(days=1)
    return booking_figures(project=salon.project, start=NOW - day, end=NOW + day)


@time_machine.travel(NOW, tick=False)
def test_an_act_that_was_put_back_counts_nowhere_and_one_that_stands_counts_once() -> None:
    salon = HoldSalon()
    missed, cancelled = book(salon.anna, salon.cut, at("12:00")), book(salon.anna, salon.cut, at("16:00"))
    project, no_show = salon.project, Booking.Status.NO_SHOW
    for _ in range(2):
        finish_visit(project=project, booking_ids=[missed.pk], status=no_show, origin=STAFF)
        cancel_visit(project=project, booking_ids=[cancelled.pk], origin=STAFF)
        assert (figures(salon).no_show, figures(salon).cancelled) == (1, 1)
        for visit in (missed, cancelled):
            restore_visit(project=project, booking_ids=[visit.pk], origin=STAFF)
        assert (figures(salon).no_show, figures(salon).cancelled) == (0, 0)
