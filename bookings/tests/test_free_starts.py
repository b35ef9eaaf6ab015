"""What the slot list shows for one service."""

from datetime import date

import pytest

from bookings.models import Service, Specialist
from bookings.selectors import find_slots
from bookings.tests.factories import (
    MONDAY,
    NOW,
    at,
    clocks,
    make_booking,
    make_project,
    make_service,
    make_specialist,
)

pytestmark = pytest.mark.django_db


def monday(specialist: Specialist, service: Service, day: date = MONDAY) -> list[str]:
    specialist.project.refresh_from_db()
    return clocks(
        find_slots(
            project=specialist.project,
            service_ids=[service.pk],
            specialist_id=specialist.pk,
            date_from=day,
            date_to=day,
            now=NOW,
        )
    )


def test_it_offers_the_last_start_that_still_ends_at_closing() -> None:
    project = make_project()
    anna = make_specialist(project)

    assert monday(anna, make_service(project))[-1] == "20:00"
    assert monday(anna, make_service(project, duration_minutes=90))[-1] == "19:30"


def test_it_offers_the_times_that_touch_a_visit_and_none_that_meets_it() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    make_booking(anna, cut, at("12:00"))

    free = monday(anna, cut)

    assert {"11:00", "13:00"} <= set(free)
    assert not {"11:30", "12:00", "12:30"} & set(free)
