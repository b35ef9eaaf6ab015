"""Edge cases of clocks and dates, by the numbers of the list that the engine was built against.

1  test_on_the_spring_forward_day_hours_are_those_of_the_new_clock
2  test_the_same_wall_clock_hour_is_another_instant_after_the_clock_goes_back
3  test_a_notice_of_a_week_that_lands_on_the_clock_change_moves_no_working_hour
5  test_starts_in_the_skipped_hour_do_not_exist_and_noon_is_still_noon
6  test_the_repeated_hour_can_be_booked_twice_as_two_instants
7  test_free_starts: test_it_offers_the_last_start_that_still_ends_at_closing
13 test_a_notice_past_closing_is_an_empty_list_and_no_error
27 test_a_second_before_noon_leaves_twelve_hourly_starts_today
27 test_a_notice_of_twenty_five_hours_leaves_eleven_hourly_starts_tomorrow
28 test_a_moment_given_in_another_zone_is_booked_on_the_salons_date
29 test_a_closed_date_is_empty_and_its_neighbour_is_not
29 test_late_hours_of_one_date_are_still_that_dates_although_utc_has_moved_on
"""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bookings.errors import InvalidRequest
from bookings.models import Service, Specialist
from bookings.selectors import find_slots, next_slots
from bookings.tests.asking import CHICAGO, NEW_YORK, book, free, slots_of
from bookings.tests.factories import (
    MONDAY,
    NOW,
    at,
    make_override,
    make_project,
    make_service,
    make_specialist,
    minutes,
)

pytestmark = pytest.mark.django_db
SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)  # the United States, both Sundays


def make_salon(
    zone: str, opens: str, closes: str, *, slot_minutes: int = 60, **over: int
) -> tuple[Specialist, Service]:
    """Somebody who works from `opens` to `closes` every day, and a service of one slot."""
    project = make_project(
        timezone=zone,
        work_start_minute=minutes(opens),
        work_end_minute=minutes(closes),
        slot_minutes=slot_minutes,
        **{"horizon_days": 365, **over},
    )
    return make_specialist(project), make_service(project, duration_minutes=slot_minutes)


def utc_starts(anna: Specialist, cut: Service, day: date, now: datetime) -> list[str]:
    return [slot.start.astimezone(UTC).strftime("%d %H:%M") for slot in slots_of(anna, cut, day, now)]


def test_on_the_spring_forward_day_hours_are_those_of_the_new_clock() -> None:
    anna, cut = make_salon("America/New_York", "13:00", "18:00")

    starts = utc_starts(anna, cut, SPRING, datetime(2026, 3, 1, tzinfo=UTC))

    assert starts == ["08 17:00", "08 18:00", "08 19:00", "08 20:00", "08 21:00"]


@pytest.mark.parametrize(("day", "first"), [(FALL - timedelta(days=1), "31 12:00"), (FALL, "01 13:00")])
def test_the_same_wall_clock_hour_is_another_instant_after_the_clock_goes_back(day: date, first: str) -> None:
    anna, cut = make_salon("America/New_York", "08:00", "12:00")

    assert utc_starts(anna, cut, day, datetime(2026, 10, 1, tzinfo=UTC))[0] == first


def test_a_notice_of_a_week_that_lands_on_the_clock_change_moves_no_working_hour() -> None:
    anna, cut = make_salon("America/New_York", "09:00", "12:00", min_notice_minutes=7 * 1440)
    a_week_before = at("01:00", SPRING - timedelta(days=7), NEW_YORK)

    assert free(anna, cut, SPRING, a_week_before) == ["09:00", "10:00", "11:00"]


def test_starts_in_the_skipped_hour_do_not_exist_and_noon_is_still_noon() -> None:
    anna, cut = make_salon("America/Chicago", "00:00", "24:00", slot_minutes=30)
    day, now = date(2015, 3, 8), datetime(2015, 3, 1, tzinfo=UTC)

    starts = free(anna, cut, day, now)

    assert [start for start in starts if "01:00" <= start < "04:00"] == ["01:00", "01:30", "03:00", "03:30"]
    assert "12:30" in starts
    assert len(starts) == 46
    booking = book(anna, cut, at("12:30", day, CHICAGO), now=now)
    assert booking.start == datetime(2015, 3, 8, 17, 30, tzinfo=UTC)


def test_the_repeated_hour_can_be_booked_twice_as_two_instants() -> None:
    anna, cut = make_salon("America/Chicago", "00:00", "06:00", slot_minutes=30)
    now = datetime(2026, 10, 25, tzinfo=UTC)

    first = book(anna, cut, at("01:30", FALL, CHICAGO, fold=0), now=now)
    second = book(anna, cut, at("01:30", FALL, CHICAGO, fold=1), now=now)

    assert second.start - first.start == timedelta(hours=1)
    shown = [slot.start.isoformat() for slot in slots_of(anna, cut, FALL, now)]
    assert [start[11:] for start in shown if start[11:13] == "01"] == ["01:00:00-05:00", "01:00:00-06:00"]


def test_a_visit_across_the_repeated_hour_lasts_its_elapsed_time() -> None:
    anna, _ = make_salon("America/Chicago", "00:00", "06:00", slot_minutes=30)
    long = make_service(anna.project, duration_minutes=120)

    booking = book(anna, long, at("00:30", FALL, CHICAGO), now=datetime(2026, 10, 25, tzinfo=UTC))

    assert booking.end - booking.start == timedelta(hours=2)
    assert booking.end.astimezone(CHICAGO).strftime("%H:%M %z") == "01:30 -0600"


def test_a_notice_past_closing_is_an_empty_list_and_no_error() -> None:
    anna, cut = make_salon("UTC", "09:00", "17:00", min_notice_minutes=35)

    assert free(anna, cut, MONDAY, datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == []


def test_a_second_before_noon_leaves_twelve_hourly_starts_today() -> None:
    anna, cut = make_salon("UTC", "00:00", "24:00")

    starts = free(anna, cut, MONDAY, datetime(2026, 11, 23, 11, 59, 59, tzinfo=UTC))

    assert (len(starts), starts[0], starts[-1]) == (12, "12:00", "23:00")


def test_a_notice_of_twenty_five_hours_leaves_eleven_hourly_starts_tomorrow() -> None:
    anna, cut = make_salon("UTC", "00:00", "24:00", min_notice_minutes=1500)
    now = datetime(2026, 11, 23, 11, 59, 59, tzinfo=UTC)

    assert free(anna, cut, MONDAY, now) == []
    starts = free(anna, cut, MONDAY + timedelta(days=1), now)
    assert (len(starts), starts[0]) == (11, "13:00")


def test_a_start_exactly_at_the_end_of_the_notice_is_soon_enough() -> None:
    anna, cut = make_salon("UTC", "00:00", "24:00", min_notice_minutes=60)

    assert free(anna, cut, MONDAY, datetime(2026, 11, 23, 11, 0, tzinfo=UTC))[0] == "12:00"
    assert free(anna, cut, MONDAY, datetime(2026, 11, 23, 11, 0, 1, tzinfo=UTC))[0] == "13:00"


def test_the_horizon_includes_its_last_date_and_not_the_next() -> None:
    anna, cut = make_salon("UTC", "09:00", "11:00", horizon_days=2)

    assert free(anna, cut, MONDAY + timedelta(days=1)) == ["09:00", "10:00"]  # NOW is a Sunday
    assert free(anna, cut, MONDAY + timedelta(days=2)) == []


def test_a_moment_given_in_another_zone_is_booked_on_the_salons_date() -> None:
    anna, cut = make_salon("UTC", "00:00", "24:00")
    make_override(anna.project, MONDAY, ("09:00", "12:00"))
    amsterdam = timezone(timedelta(hours=1))

    booking = book(anna, cut, datetime(2026, 11, 23, 0, 0, tzinfo=amsterdam))

    assert booking.start == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # the salon's Sunday, not Monday
    assert "23:00" not in free(anna, cut, MONDAY - timedelta(days=1))


def test_a_closed_date_is_empty_and_its_neighbour_is_not() -> None:
    anna, cut = make_salon("America/New_York", "08:00", "17:00")
    tuesday = MONDAY + timedelta(days=1)
    make_override(anna.project, tuesday)

    assert free(anna, cut, tuesday) == []
    assert len(free(anna, cut, tuesday + timedelta(days=1))) == 9


def test_late_hours_of_one_date_are_still_that_dates_although_utc_has_moved_on() -> None:
    anna, cut = make_salon("America/New_York", "08:00", "17:00")
    tuesday = MONDAY + timedelta(days=1)
    make_override(anna.project, tuesday, ("22:00", "23:00"), specialist=anna)

    assert utc_starts(anna, cut, tuesday, NOW) == ["25 03:00"]  # 22:00 in winter; the listed case is summer
    assert "22:00" not in free(anna, cut, tuesday + timedelta(days=1))


def test_zones_off_the_hour_keep_to_the_wall_clock() -> None:
    anna, cut = make_salon("Asia/Kathmandu", "09:00", "11:00")

    assert utc_starts(anna, cut, MONDAY, NOW) == ["23 03:15", "23 04:15"]


def test_hours_up_to_midnight_let_a_visit_run_on_where_the_next_day_opens_at_midnight() -> None:
    anna, _ = make_salon("Europe/Kyiv", "00:00", "24:00")
    long = make_service(anna.project, duration_minutes=180)

    booking = book(anna, long, at("23:00"))

    assert booking.end == at("02:00", MONDAY + timedelta(days=1))


def test_hours_up_to_midnight_end_at_midnight_where_the_next_day_opens_later() -> None:
    anna, cut = make_salon("Europe/Kyiv", "15:00", "24:00")

    assert free(anna, cut)[-1] == "23:00"
    assert free(anna, make_service(anna.project, duration_minutes=120))[-1] == "22:00"


def test_the_grid_counts_from_midnight_and_not_from_opening() -> None:
    anna, cut = make_salon("Europe/Kyiv", "09:05", "12:00", slot_minutes=30)

    assert free(anna, cut) == ["09:30", "10:00", "10:30", "11:00", "11:30"]


def test_an_unknown_zone_is_a_clear_error() -> None:
    anna, cut = make_salon("Mars/Olympus", "09:00", "12:00")

    with pytest.raises(InvalidRequest) as caught:
        find_slots(project=anna.project, service_ids=[cut.pk], date_from=MONDAY, date_to=MONDAY, now=NOW)

    assert "timezone" in caught.value.fields


def test_the_next_free_starts_after_a_moment_may_lie_weeks_ahead() -> None:
    anna, cut = make_salon("Europe/Kyiv", "09:00", "11:00")
    for offset in range(20):
        make_override(anna.project, MONDAY + timedelta(days=offset))

    found = next_slots(
        project=anna.project, service_ids=[cut.pk], after=at("10:00", MONDAY), now=NOW, limit=3
    )

    later = MONDAY + timedelta(days=20)
    assert [slot.start for slot in found] == [
        at("09:00", later), at("10:00", later), at("09:00", later + timedelta(days=1)),
    ]  # fmt: skip


def test_a_free_start_exactly_at_the_asked_moment_counts_as_next() -> None:
    anna, cut = make_salon("Europe/Kyiv", "09:00", "12:00")

    (found,) = next_slots(
        project=anna.project, service_ids=[cut.pk], after=at("10:00", MONDAY), now=NOW, limit=1
    )

    assert found.start == at("10:00", MONDAY)
