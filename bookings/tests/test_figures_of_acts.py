"""What happened to visits in a period: a slip that was put back counts nowhere."""

from datetime import timedelta

import pytest
import time_machine

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
    of_missed = {"project": salon.project, "booking_ids": [missed.pk], "origin": STAFF}
    of_cancelled = {"project": salon.project, "booking_ids": [cancelled.pk], "origin": STAFF}
    for _ in range(2):
        finish_visit(**of_missed, status=missed.Status.NO_SHOW)
        cancel_visit(**of_cancelled)
        assert (figures(salon).no_show, figures(salon).cancelled) == (1, 1)
        restore_visit(**of_missed)
        restore_visit(**of_cancelled)
        assert (figures(salon).no_show, figures(salon).cancelled) == (0, 0)
