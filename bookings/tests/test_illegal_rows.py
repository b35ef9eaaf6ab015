"""What the database refuses whoever writes: admin, import, a console."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from bookings.models import (
    Booking,
    DateOverride,
    DayOff,
    IdempotencyKey,
    Offering,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from bookings.tests.asking import book
from bookings.tests.factories import (
    MONDAY,
    at,
    make_client,
    make_hours,
    make_project,
    make_resource,
    make_service,
    make_specialist,
)
from projects.models import Project

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def is_refused(write: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            write()
            connection.check_constraints()  # some wait for the end of the transaction
    except (IntegrityError, DataError):
        return True
    return False


def weekly(model: type[WeeklyRange] | type[WeeklyBreak], start: int, end: int, weekday: int = 0) -> bool:
    anna = make_specialist(make_project())
    return is_refused(
        lambda: model.objects.create(
            project=anna.project, specialist=anna, weekday=weekday, start_minute=start, end_minute=end
        )
    )


@pytest.mark.parametrize("model", [WeeklyRange, WeeklyBreak])
def test_hours_and_breaks_end_after_they_start_within_one_day_of_the_week(model: Any) -> None:
    assert not weekly(model, 0, 1440)
    assert weekly(model, 600, 600)
    assert weekly(model, 600, 540)
    assert weekly(model, 600, 1441)
    assert weekly(model, -60, 540)
    assert weekly(model, 540, 600, weekday=7)


def test_ranges_of_one_weekday_may_touch_and_not_overlap() -> None:
    anna = make_specialist(make_project())
    make_hours(anna, 0, ("09:00", "13:00"), ("13:00", "14:00"))
    make_hours(anna, 1, ("09:00", "13:00"))

    assert is_refused(lambda: make_hours(anna, 0, ("12:59", "13:01")))


@pytest.mark.parametrize(
    "ranges",
    [
        [[600, 540]], [[540, 600], [570, 630]], [[600, 660], [540, 600]], [[0, 1441]], [[-1, 60]],
        [[1.5, 60]], [["9", "10"]], [[540]], [540, 600], {"from": 540}, "closed", None,
    ],
)  # fmt: skip
def test_an_override_that_is_no_list_of_ranges_in_order_is_refused(ranges: Any) -> None:
    project = make_project()

    assert is_refused(lambda: DateOverride.objects.create(project=project, date=MONDAY, ranges=ranges))


def test_a_date_has_one_override_per_owner() -> None:
    project = make_project()
    DateOverride.objects.create(project=project, date=MONDAY, ranges=[])

    assert is_refused(lambda: DateOverride.objects.create(project=project, date=MONDAY, ranges=[[0, 60]]))


def test_a_day_off_ends_after_it_begins() -> None:
    project = make_project()

    assert is_refused(
        lambda: DayOff.objects.create(project=project, date_from=MONDAY, date_to=date(2026, 11, 22))
    )


@pytest.mark.parametrize(
    "over",
    [
        {"duration_minutes": 0}, {"duration_minutes": 1441}, {"duration_minutes": -1}, {"buffer_before": -5},
        {"buffer_after": 721}, {"gap_minutes": 1441}, {"gap_start": -1}, {"price": "-1"},
    ],
)  # fmt: skip
def test_a_service_of_absurd_length_buffers_or_price_is_refused(over: dict[str, Any]) -> None:
    project = make_project()

    assert is_refused(lambda: make_service(project, **over))


@pytest.mark.parametrize(
    "over", [{"duration_minutes": 0}, {"duration_minutes": 1441}, {"buffer_before": -1}, {"price": "-0.01"}]
)
def test_a_cell_of_the_matrix_is_held_to_the_same_bounds(over: dict[str, Any]) -> None:
    anna = make_specialist(make_project())
    cut = make_service(anna.project)

    assert is_refused(
        lambda: Offering.objects.create(project=anna.project, specialist=anna, service=cut, **over)
    )


@pytest.mark.parametrize(
    "over",
    [
        {"slot_minutes": 0}, {"slot_minutes": 241}, {"horizon_days": 731}, {"min_notice_minutes": 10**6},
        {"timezone": "not a zone!"}, {"timezone": ""}, {"work_start_minute": 1200, "work_end_minute": 600},
        {"work_end_minute": 1441},
    ],
)  # fmt: skip
def test_clock_settings_of_a_salon_that_make_no_sense_are_refused(over: dict[str, Any]) -> None:
    assert is_refused(lambda: make_project(**over))


def test_a_zone_that_does_not_exist_is_refused_by_every_form() -> None:
    project = make_project()
    project.timezone = "Europe/Atlantis"

    with pytest.raises(ValidationError) as caught:
        project.full_clean()

    assert list(caught.value.message_dict) == ["timezone"]


@pytest.fixture
def noon() -> Booking:
    anna = make_specialist(make_project())
    return book(anna, make_service(anna.project), NOON)


@pytest.mark.parametrize(
    "over",
    [
        {"end": NOON}, {"end": NOON - timedelta(hours=1)}, {"busy_from": NOON + timedelta(minutes=1)},
        {"busy_until": NOON}, {"busy_until": NOON + timedelta(days=3)}, {"status": "held"},
        {"gap_from": NOON}, {"gap_until": NOON + timedelta(minutes=9)}, {"gap_from": NOON, "gap_until": NOON},
        {"gap_from": NOON, "gap_until": NOON + timedelta(hours=2)},
    ],
)  # fmt: skip
def test_a_visit_whose_times_contradict_each_other_is_refused(noon: Booking, over: dict[str, Any]) -> None:
    assert is_refused(lambda: Booking.objects.filter(pk=noon.pk).update(**over))


def copied(booking: Booking, **over: Any) -> bool:
    """Write the row a second time, past every operation; says whether the database refused."""
    row = Booking.objects.get(pk=booking.pk)
    row.pk = None
    for name, value in over.items():
        setattr(row, name, value)
    return is_refused(row.save)


def test_no_way_of_writing_puts_two_visits_into_the_same_time_but_the_overbooked_flag(noon: Booking) -> None:
    other = make_specialist(noon.project)

    assert copied(noon)
    assert copied(noon, status="held", hold_until=NOON)
    assert not copied(noon, status="cancelled")
    assert not copied(noon, specialist=other)
    assert not copied(noon, is_overbooked=True)


def test_no_way_of_writing_puts_two_visits_into_one_room() -> None:
    project = make_project()
    make_resource(project, "solarium")
    tan = make_service(project, resource_kind="solarium")
    booking = book(make_specialist(project), tan, at("12:00"))

    assert copied(booking, specialist=make_specialist(project))
    assert not copied(booking, specialist=make_specialist(project), resource=None)


def test_names_and_keys_are_there_once_per_salon_and_any_number_of_salons_have_them() -> None:
    one, two = make_project(), make_project()
    for project in (one, two):
        Specialist.objects.create(project=project, name="Anna")
        IdempotencyKey.objects.create(project=project, key="k", fingerprint="f", visit_id=_VISIT)
        make_client(project, contact_id="c1")

    assert is_refused(lambda: Specialist.objects.create(project=one, name="Anna"))
    assert is_refused(
        lambda: IdempotencyKey.objects.create(project=one, key="k", fingerprint="f", visit_id=_VISIT)
    )
    assert is_refused(lambda: make_client(one, contact_id="c1"))
    assert Project.objects.count() == 2


_VISIT = "11111111-1111-4111-8111-111111111111"
