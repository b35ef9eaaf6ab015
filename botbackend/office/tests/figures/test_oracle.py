"""The figures against a count by hand, on random visits."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from bookings.engine.slots import find_slots
from bookings.models import Client
from bookings.occupancy import free_minutes, working_time
from bookings.stats import visitors
from bookings.tests.factories import (
    at,
    make_booking,
    make_break,
    make_day_off,
    make_hours,
    make_override,
    make_project,
    make_service,
    make_specialist,
)
from bookings.visit_figures import Cut, visit_figures
from botbackend.office.tests.figures.oracle import cut, is_done, sum_of
from botbackend.office.tests.figures.salons import NOW, fill
from projects.periods import whole_days

pytestmark = pytest.mark.django_db
TIMES = (Cut.DAY, Cut.WEEK, Cut.MONTH)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/St_Johns", "Pacific/Apia"])
def test_one_statement_counts_what_a_count_row_by_row_gives(seed: int, zone: str) -> None:
    salon, other = make_project(timezone=zone), make_project(timezone=zone)
    rows = fill(salon, count=150, seed=seed)
    fill(other, count=30, seed=seed)
    period = whole_days(salon, date(2026, 10, 20), date(2026, 12, 1))
    inside = [row for row in rows if period.start <= row.start < period.end]
    ends = {"end": period.end, "now": NOW}
    cuts = [TIMES[seed % 3], Cut.SPECIALIST, Cut.SERVICE, Cut.SOURCE, Cut.HOUR]
    found = visit_figures(project=salon, start=period.start, end=period.end, by=cuts, now=NOW)
    assert found.total == sum_of(inside, **ends)
    for one in cuts:
        assert found.by[one] == cut(inside, one, ZoneInfo(zone), **ends), one


def test_of_no_visits_everything_is_nothing() -> None:
    salon = make_project()
    period = whole_days(salon, date(2026, 10, 20), date(2026, 12, 1))
    found = visit_figures(project=salon, start=period.start, end=period.end, by=[Cut.DAY], now=NOW)
    assert (found.total, found.by[Cut.DAY]) == (sum_of([], end=period.end, now=NOW), {})


@pytest.mark.parametrize("seed", range(3))
def test_clients_who_came_are_counted_once_and_told_from_those_who_came_again(seed: int) -> None:
    salon = make_project()
    rows = fill(salon, count=40, seed=seed)
    period = whole_days(salon, date(2026, 11, 10), date(2026, 11, 20))
    found = visitors(project=salon, start=period.start, end=period.end, now=NOW)
    done = [row for row in rows if is_done(row, NOW)]
    came = {row.client_id for row in done if period.start <= row.start < period.end}
    before = {row.client_id for row in done if row.start < period.start}
    assert (found.came, found.again) == (len(came), len(came & before))
    assert Client.objects.count() == 6


def test_working_time_is_that_of_the_hours_minute_by_minute() -> None:
    salon = make_project(work_start_minute=540, work_end_minute=1080)
    anna, bohdan, gone = make_specialist(salon), make_specialist(salon), make_specialist(salon)
    gone.is_active = False
    gone.save()
    make_hours(bohdan, 0, ("10:00", "14:00"), ("15:00", "24:00"))
    make_hours(bohdan, 6, ("00:00", "09:00"))
    make_break(salon, 0, "12:00", "12:30")
    make_day_off(salon, date(2026, 11, 24), date(2026, 11, 24))
    make_override(salon, date(2026, 11, 25), ("08:00", "09:30"), specialist=anna)
    # Kyiv's clock goes back on 25 October: the hour from three counts twice.
    make_override(salon, date(2026, 10, 25), ("02:00", "05:00"), specialist=anna)
    period = whole_days(salon, date(2026, 10, 25), date(2026, 11, 29))
    found = {one.specialist_id: one.minutes for one in working_time(
        project=salon, start=period.start, end=period.end)}  # fmt: skip
    days = 36
    anna_has = (days - 3) * 540 - 5 * 30 + 90 + 240  # a day off, two days of their own, Mondays with a break
    mondays = 5 * (4 * 60 - 30 + 9 * 60)
    sundays = 5 * 9 * 60 + 10 * 60
    assert found == {anna.pk: anna_has, bohdan.pk: mondays + sundays}


def test_working_time_and_free_times_begin_with_the_first_day_of_work() -> None:
    salon = make_project(work_start_minute=540, work_end_minute=1080)
    first = timezone.localdate() + timedelta(days=3)
    old, hired = make_specialist(salon), make_specialist(salon, works_since=first)
    later = make_specialist(salon, works_since=first + timedelta(days=30))
    period = whole_days(salon, first - timedelta(days=2), first + timedelta(days=1))
    found = {one.specialist_id: one.minutes for one in working_time(
        project=salon, start=period.start, end=period.end)}  # fmt: skip
    assert found == {old.pk: 4 * 540, hired.pk: 2 * 540, later.pk: 0}
    service = make_service(salon)
    slots = find_slots(
        project=salon,
        service_ids=[service.pk],
        specialist_id=hired.pk,
        date_from=period.first,
        date_to=period.last,
    )
    assert {slot.start.astimezone(ZoneInfo(salon.timezone)).date() for slot in slots} == {
        first,
        first + timedelta(days=1),
    }


def test_what_is_free_is_working_time_without_what_is_booked_and_its_buffers() -> None:
    salon = make_project(work_start_minute=540, work_end_minute=1080)
    anna, bohdan = make_specialist(salon), make_specialist(salon)
    service = make_service(salon, buffer_after=15)
    make_booking(anna, service, at("10:00"))
    make_booking(anna, service, at("16:30"))
    (one, two) = free_minutes(project=salon, start=at("12:00"), end=at("00:00") + timedelta(days=1))
    assert (one.minutes, one.free) == (360, 360 - 75)
    assert (two.specialist_id, two.minutes, two.free) == (bohdan.pk, 360, 360)


def test_a_visit_over_the_end_of_the_period_counts_with_what_lies_within() -> None:
    salon = make_project(work_end_minute=1440)
    visit = make_booking(make_specialist(salon), make_service(salon), at("23:00"))
    found = visit_figures(project=salon, start=at("22:00"), end=visit.end - timedelta(minutes=20), now=NOW)
    assert found.total.minutes == 40
