"""A search keeps what was asked, relaxes in a fixed order, says what it gave up, and lies about nothing."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from ai.facts.search import FreeTimes, SearchedItem, SlotSearch, exact_visits, free_times
from bookings.models import Service, Specialist
from bookings.tests.asking import book
from bookings.tests.factories import (
    KYIV,
    MONDAY,
    NOW,
    at,
    make_day_off,
    make_hours,
    make_offering,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import Slot
from projects.models import Project

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
SUNDAY = NOW.date()


def item(*services: Service, who: Specialist | None = None, no: Sequence[Specialist] = ()) -> SearchedItem:
    ids = tuple(service.pk for service in services)
    return SearchedItem(ids, who.pk if who else None, frozenset(person.pk for person in no))


def find(project: Project, *items: SearchedItem, day: date | None = None, **wish: Any) -> FreeTimes:
    if day is not None:
        wish["days"] = ((day, day),)
    project.refresh_from_db()
    horizon = SUNDAY + timedelta(days=project.booking_rules.horizon_days)
    search = SlotSearch(items, **wish)
    return free_times(project=project, zone=KYIV, now=NOW, horizon=horizon, search=search)


def starts(visits: Sequence[Sequence[Slot]]) -> list[datetime]:
    return [visit[0].start for visit in visits]


def names(visits: Sequence[Sequence[Slot]]) -> list[int]:
    return [visit[0].specialist_id for visit in visits]


class Salon:
    """Anna and Bohdan, a cut of an hour; Anna alone colours."""

    def __init__(self, **over: Any) -> None:
        self.project = make_project(**over)
        self.anna = make_specialist(self.project, "Anna")
        self.bohdan = make_specialist(self.project, "Bohdan", does_every_service=False)
        self.cut, self.colour = make_service(self.project), make_service(self.project, duration_minutes=120)
        make_offering(self.bohdan, self.cut)


@pytest.fixture
def salon(db: None) -> Salon:
    return Salon()


def test_several_days_are_spread_and_all_who_are_free_at_a_start_are_named(salon: Salon) -> None:
    found = find(salon.project, item(salon.cut), days=((MONDAY, MONDAY + timedelta(days=2)),))

    by_start = {
        start: names([v for v in found.visits if v[0].start == start]) for start in starts(found.visits)
    }
    assert len(found.visits) == 12
    assert found.relaxed == ()
    assert len({start.date() for start in by_start}) == 3
    assert all(set(who) == {salon.anna.pk, salon.bohdan.pk} for who in by_start.values())


def test_an_exact_start_names_everyone_who_is_free_then_and_nothing_else(salon: Salon) -> None:
    found = find(salon.project, item(salon.cut), day=MONDAY, time_from=time(12), exact=True)

    assert starts(found.visits) == [at("12:00")] * 2
    assert sorted(names(found.visits)) == sorted([salon.anna.pk, salon.bohdan.pk])
    assert (found.relaxed, found.following) == ((), ())


def test_a_taken_start_gives_the_nearest_of_that_day_and_the_same_time_of_the_next_days(salon: Salon) -> None:
    book(salon.anna, salon.colour, at("12:00"))

    found = find(salon.project, item(salon.colour), day=MONDAY, time_from=time(12), exact=True)

    assert found.relaxed == ("time",)
    assert {"10:00", "14:00"} <= {start.strftime("%H:%M") for start in starts(found.visits)}
    assert starts(found.following) == [at("12:00", MONDAY + timedelta(number)) for number in (-1, 1, 2)]


def test_the_nearest_days_are_those_before_too(salon: Salon) -> None:
    book(salon.anna, salon.colour, at("12:00", FRIDAY))
    wish: dict[str, Any] = {"day": FRIDAY, "time_from": time(12), "exact": True}
    around = [at("12:00", FRIDAY + timedelta(days=number)) for number in (-1, 1, -2)]

    found = find(salon.project, item(salon.colour), **wish)

    assert (found.relaxed, starts(found.following)) == (("time",), around)
    make_day_off(salon.project, FRIDAY, FRIDAY)
    found = find(salon.project, item(salon.colour), **wish)
    assert (found.relaxed, starts(found.visits)) == (("day",), around)


def test_what_was_looked_at_is_told_where_no_days_were_named(salon: Salon) -> None:
    horizon = SUNDAY + timedelta(days=salon.project.booking_rules.horizon_days)

    any_monday = find(
        salon.project, item(salon.colour), weekdays=frozenset({0}), time_from=time(12), exact=True
    )

    assert len({start.date() for start in starts(any_monday.visits)}) > 4
    assert any_monday.searched == ((SUNDAY, horizon),)
    assert find(salon.project, item(salon.cut), day=MONDAY).searched == ()


def test_the_start_of_a_visit_that_is_to_be_moved_is_no_offer(salon: Salon) -> None:
    present = frozenset({(salon.colour.pk, salon.anna.pk, at("12:00"))})
    wish: dict[str, Any] = {"day": MONDAY, "time_from": time(12), "exact": True, "present": present}

    found = find(salon.project, item(salon.colour), **wish)

    assert found.relaxed == ("time",)
    assert at("12:00") not in starts(found.visits)
    other = find(salon.project, item(salon.cut), **wish)
    assert set(names(other.visits)) == {salon.anna.pk, salon.bohdan.pk}


def test_relaxed_times_of_a_day_come_nearest_first(salon: Salon) -> None:
    for clock in ("15:00", "17:00"):
        book(salon.anna, salon.colour, at(clock))

    found = find(salon.project, item(salon.colour), day=MONDAY, time_from=time(17), time_to=time(18))

    assert found.relaxed == ("time",)
    nearest, *earlier = starts(found.visits)
    assert nearest == at("19:00")
    assert earlier == sorted(earlier, reverse=True)
    assert earlier[0] == at("13:00")


def test_the_named_specialist_is_kept_as_long_as_their_day_has_any_time(salon: Salon) -> None:
    book(salon.anna, salon.cut, at("18:00"))
    evening: dict[str, Any] = {"day": MONDAY, "time_from": time(18), "time_to": time(18)}

    found = find(salon.project, item(salon.cut, who=salon.anna), **evening)

    assert (found.relaxed, set(names(found.visits))) == (("time",), {salon.anna.pk})
    make_day_off(salon.project, MONDAY, MONDAY, salon.anna)
    found = find(salon.project, item(salon.cut, who=salon.anna), **evening)
    assert (found.relaxed, set(names(found.visits))) == (("specialist",), {salon.bohdan.pk})
    assert starts(found.visits) == [at("18:00")]


def test_following_days_keep_weekday_and_window_first(salon: Salon) -> None:
    make_day_off(salon.project, MONDAY, MONDAY)

    found = find(
        salon.project,
        item(salon.cut),
        day=MONDAY,
        weekdays=frozenset({0}),
        time_from=time(17),
        time_to=time(18),
    )

    assert found.relaxed == ("day",)
    assert {start.date() for start in starts(found.visits)} <= {MONDAY + timedelta(weeks=n) for n in range(9)}
    assert {start.hour for start in starts(found.visits)} <= {17, 18}


def test_who_was_ruled_out_is_never_offered(salon: Salon) -> None:
    make_day_off(salon.project, MONDAY, TUESDAY, salon.bohdan)

    found = find(salon.project, item(salon.cut, no=[salon.anna]), day=MONDAY)

    assert set(names(found.visits)) == {salon.bohdan.pk}
    assert found.relaxed == ("day",)
    only = find(salon.project, item(salon.colour, no=[salon.anna]), day=MONDAY)
    assert (only.visits, only.relaxed) == ((), ("only_excluded",))


def test_at_once_is_kept_on_other_days_before_it_is_given_up(salon: Salon) -> None:
    make_day_off(salon.project, MONDAY, MONDAY, salon.bohdan)
    both = (item(salon.cut), item(salon.colour))

    found = find(salon.project, *both, day=MONDAY, at_once=True, time_from=time(14))

    assert found.relaxed == ("day",)
    assert all(cut.start == colour.start for cut, colour in found.visits)
    make_day_off(salon.project, SUNDAY, SUNDAY + timedelta(days=100), salon.bohdan)
    found = find(salon.project, *both, day=MONDAY, at_once=True)
    assert found.relaxed == ("at_once",)
    assert {start.date() for start in starts(found.visits)} == {MONDAY}


def test_another_order_is_tried_before_anything_is_given_up_and_is_said(salon: Salon) -> None:
    make_hours(salon.bohdan, 0, ("15:00", "16:00"))
    wish = (item(salon.cut, who=salon.bohdan), item(salon.colour))

    found = find(salon.project, *wish, day=MONDAY, time_to=time(16), time_is="end")

    assert found.relaxed == ("order",)
    assert [(cut.start, colour.start) for cut, colour in found.visits] == [(at("15:00"), at("13:00"))]


def test_done_by_an_hour_means_the_whole_visit_within_the_two_times(salon: Salon) -> None:
    found = find(
        salon.project, item(salon.colour), item(salon.cut), day=MONDAY,
        time_from=time(10), time_to=time(14), time_is="end",
    )  # fmt: skip

    assert min(starts(found.visits)) == at("10:00")
    assert max(visit[-1].end for visit in found.visits) == at("14:00")
    assert found.relaxed == ()


def test_earliest_and_latest_come_first(salon: Salon) -> None:
    span = ((MONDAY, TUESDAY),)

    earliest = find(salon.project, item(salon.cut), days=span, pick="earliest")
    latest = find(salon.project, item(salon.cut), days=span, pick="latest")

    assert starts(earliest.visits)[:4] == [at("09:00"), at("09:00"), at("09:30"), at("09:30")]
    assert starts(latest.visits)[::2][:3] == [at("20:00"), at("20:00", TUESDAY), at("19:30")]


def test_alternatives_come_in_the_order_of_the_wish(salon: Salon) -> None:
    found = find(salon.project, item(salon.cut), days=((FRIDAY, FRIDAY), (TUESDAY, TUESDAY)))

    assert list(dict.fromkeys(start.date() for start in starts(found.visits))) == [FRIDAY, TUESDAY]
    assert found.relaxed == ()


def test_without_days_the_first_free_ones_are_told_however_far(salon: Salon) -> None:
    make_day_off(salon.project, SUNDAY, SUNDAY + timedelta(days=20))

    found = find(salon.project, item(salon.cut))

    first = SUNDAY + timedelta(days=21)
    assert found.relaxed == ()
    assert {start.date() for start in starts(found.visits)} == {first + timedelta(days=n) for n in range(3)}


def test_each_date_of_a_series_is_told_by_itself(salon: Salon) -> None:
    second, third = MONDAY + timedelta(weeks=2), MONDAY + timedelta(weeks=4)
    book(salon.anna, salon.colour, at("12:00", second))
    make_day_off(salon.project, third, third)
    series = {"time_from": time(12), "exact": True, "every_weeks": 2, "times": 3}

    found = find(salon.project, item(salon.colour), day=MONDAY, **series)

    assert [len(visits) > 0 for visits in found.series] == [True, True, False]
    assert starts(found.series[0]) == [at("12:00")]
    assert at("14:00", second) in starts(found.series[1])
    assert found.relaxed == ("time",)
    assert starts(found.following)[:2] == [at("12:00", third + timedelta(days=n)) for n in (-1, 1)]


def test_named_dates_are_a_series_too(salon: Salon) -> None:
    days = (MONDAY, TUESDAY, FRIDAY)

    found = find(salon.project, item(salon.cut), days=tuple((day, day) for day in days), times=3)

    assert [{start.date() for start in starts(visits)} for visits in found.series] == [{day} for day in days]


def test_every_visit_at_a_moment_is_known_with_its_specialist(salon: Salon) -> None:
    def exact(clock: str) -> list[list[int]]:
        wish = [item(salon.cut), item(salon.colour)]
        found = exact_visits(project=salon.project, now=NOW, items=wish, start=at(clock))
        return sorted([slot.specialist_id for slot in visit] for visit in found)

    anna, bohdan = salon.anna.pk, salon.bohdan.pk
    assert exact("12:00") == sorted([[anna, anna], [bohdan, anna]])
    assert exact("12:10") == []
    book(salon.anna, salon.cut, at("12:00"))
    assert exact("12:00") == [[bohdan, anna]]
