"""Two people at work on one visit at the same moment: real threads, real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser

from bookings.models import Booking, BookingEvent
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 8


def at_once(*jobs: Callable[[], int]) -> list[int]:
    """Run the jobs at the same moment; return what each was answered, in their order."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], int]) -> int:
        try:
            gate.wait()
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def send(salon: Salon, browser: Browser, name: str, pk: int, typed: dict[str, Any]) -> int:
    code: int = salon.post(name, pk, browser=browser, **typed).status_code
    return code


def test_of_two_who_move_one_visit_one_wins_and_the_other_is_told() -> None:
    salon = Salon()
    other = signed_in(salon.colleague(Role.STAFF))
    rows = salon.book_several([(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")])
    for early, late in [("12:00", "16:00"), ("13:00", "17:00")] * (ROUNDS // 2):
        edition = salon.edition(rows[0])
        one, two = (salon.moved_to(rows[0], clock, edition=edition) for clock in (early, late))
        codes = at_once(
            partial(send, salon, salon.browser, "visit-move", rows[0].pk, one),
            partial(send, salon, other, "visit-move", rows[0].pk, two),
        )
        assert sorted(codes) == [204, 409]
        haircut, manicure = Booking.objects.order_by("start")
        assert haircut.start in (salon.at(early), salon.at(late))
        assert manicure.start == haircut.end


def test_a_visit_that_is_moved_and_cancelled_at_once_is_one_of_both() -> None:
    salon = Salon()
    other = signed_in(salon.colleague(Role.STAFF))
    for clock in ("10:00", "12:00", "14:00", "16:00"):
        visit = salon.book(clock)
        edition = salon.edition(visit)
        wish = salon.moved_to(visit, "19:00", edition=edition, specialist=salon.maria.pk)
        moved, cancelled = at_once(
            partial(send, salon, salon.browser, "visit-move", visit.pk, wish),
            partial(send, salon, other, "visit-cancel", visit.pk, {"edition": edition}),
        )
        assert (moved == 204, cancelled == 200) in [(True, False), (False, True)]
        visit.refresh_from_db()
        assert visit.status == ("booked" if moved == 204 else "cancelled")
        assert BookingEvent.objects.filter(booking=visit).count() == 2
        Booking.objects.filter(pk=visit.pk).update(status="no_show")


def test_of_two_taps_on_book_one_books() -> None:
    salon = Salon()
    typed = salon.typed()
    other = signed_in(salon.owner)
    codes = at_once(
        lambda: salon.post("visit-new", **typed).status_code,
        lambda: salon.post("visit-new", browser=other, **typed).status_code,
    )
    assert codes == [204, 204]
    assert Booking.objects.count() == 1
