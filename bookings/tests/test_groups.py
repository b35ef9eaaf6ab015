"""Not all can come at once: the largest group, and the others as near to it as can be."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.engine.groups import Group, Groups
from bookings.engine.openings import read_board
from bookings.errors import BookingError
from bookings.models import Service, Specialist
from bookings.selectors import check_items
from bookings.tests.factories import (
    MONDAY,
    NOW,
    at,
    make_booking,
    make_hours,
    make_offering,
    make_project,
    make_resource,
    make_service,
    make_specialist,
)
from bookings.values import Item, When, WishedService

pytestmark = pytest.mark.django_db
ANY = When()


class Salon:
    """So many people who cut; the day is from nine to nine."""

    def __init__(self, people: int = 2, **service: Any) -> None:
        self.project = make_project()
        names = ("Anna", "Maria", "Olena", "Iryna")[:people]
        self.people = [
            make_specialist(self.project, name, position=place) for place, name in enumerate(names)
        ]
        self.cut = make_service(self.project, **service)

    def groups(self, *wished: Service, when: When = ANY, **over: Any) -> list[Group]:
        self.project.refresh_from_db()
        items = [WishedService((one.pk,), **over) for one in wished]
        board = read_board(project=self.project, items=items, first=MONDAY, last=MONDAY, now=NOW)
        found = Groups(board, items)
        return [found.around(one, when) for one in found.largest(when)]

    def at(self, clock: str, count: int, **over: Any) -> Group:
        minute = int(clock[:2]) * 60 + int(clock[3:])
        (group,) = self.groups(*[self.cut] * count, when=When(time_from=minute, time_to=minute), **over)
        return group

    def take(self, who: Specialist, *clocks: str) -> None:
        for clock in clocks:
            make_booking(who, self.cut, at(clock), now=NOW)


def clocks(group: Group) -> list[str]:
    return [f"{slot.start:%H:%M}" for slot in group.slots]


def names(group: Group) -> list[str]:
    return [slot.specialist for slot in group.slots]


def test_of_three_two_come_together_and_the_third_right_after() -> None:
    group = Salon().at("15:00", 3)
    assert clocks(group) == ["15:00", "15:00", "16:00"]
    assert len(set(names(group)[:2])) == 2
    assert (group.left, group.gap) == (0, timedelta(hours=1))


def test_the_rest_come_together_too_as_far_as_they_can() -> None:
    assert clocks(Salon().at("10:00", 6)) == ["10:00", "10:00", "11:00", "11:00", "12:00", "12:00"]


def test_what_is_nearest_before_is_better_than_what_is_far_after() -> None:
    salon = Salon()
    salon.take(salon.people[0], "16:00", "17:00", "18:00", "19:00", "20:00")
    salon.take(salon.people[1], "16:00", "17:00", "18:00", "19:00")
    assert clocks(salon.at("15:00", 3)) == ["15:00", "15:00", "14:00"]


def test_who_has_no_time_that_day_is_left_and_the_others_are_told() -> None:
    salon = Salon()
    for who in salon.people:
        make_hours(who, 0, ("15:00", "16:00"))
    group = salon.at("15:00", 3)
    assert (clocks(group), group.left) == (["15:00", "15:00"], 1)


def test_without_an_hour_the_starts_with_the_most_people_count() -> None:
    salon = Salon(3)
    salon.take(salon.people[2], *[f"{hour:02}:00" for hour in range(9, 21) if hour != 13])
    found = salon.groups(*[salon.cut] * 4)
    assert [clocks(one)[:3] for one in found] == [["13:00"] * 3]


def test_each_comes_to_somebody_who_does_what_they_want() -> None:
    salon = Salon(2)
    maria = salon.people[1]
    Specialist.objects.filter(pk=maria.pk).update(does_every_service=False)
    brows = make_service(salon.project)
    make_offering(maria, salon.cut)
    when = When(time_from=15 * 60, time_to=15 * 60)
    (group,) = salon.groups(brows, brows, salon.cut, when=when)
    assert clocks(group) == ["15:00", "16:00", "15:00"]
    assert names(group) == ["Anna", "Anna", "Maria"]


def test_rooms_bound_a_group_as_hands_do() -> None:
    salon = Salon(4, resource_kind="chair")
    for _ in range(2):
        make_resource(salon.project, "chair")
    assert clocks(salon.at("15:00", 3)) == ["15:00", "15:00", "16:00"]


def test_whoever_has_to_be_done_by_an_hour_is_not_put_after_it() -> None:
    salon = Salon()
    when = When(time_from=15 * 60, ends_by=16 * 60)
    (group,) = salon.groups(*[salon.cut] * 3, when=when)
    assert (clocks(group), group.left) == (["15:00", "15:00"], 1)


def test_two_of_whom_one_can_come_are_no_group() -> None:
    assert Salon(1).groups(*[make_service(Salon(1).project)] * 2) == []


@given(
    taken=st.lists(st.tuples(st.integers(0, 2), st.integers(9, 18)), max_size=12, unique=True),
    hour=st.integers(9, 18),
    count=st.integers(3, 5),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_larger_group_is_possible_and_all_of_it_can_be_booked(
    taken: Sequence[tuple[int, int]], hour: int, count: int
) -> None:
    salon = Salon(3)
    for who, clock in taken:
        salon.take(salon.people[who], f"{clock:02}:00")
    start = at(f"{hour:02}:00")
    when = When(time_from=hour * 60, time_to=hour * 60)
    found = salon.groups(*[salon.cut] * count, when=when)
    free = sum((who, hour) not in taken for who in range(3))
    assert bool(found) is (free > 1)
    for group in found:
        assert sum(slot.start == start for slot in group.slots) == min(free, count)
        assert group.left == 0
        assert is_bookable(salon, group)


def is_bookable(salon: Salon, group: Group) -> bool:
    items = [Item(slot.service_id, slot.specialist_id, slot.start) for slot in group.slots]
    try:
        return len(check_items(project=salon.project, items=items, now=NOW)) == len(group.slots)
    except BookingError:
        return False


@pytest.mark.parametrize("minutes", [30, 45, 75, 100])
def test_a_group_of_whatever_length_can_be_booked_as_it_is(minutes: int) -> None:
    for before, after in product((0, 10), (0, 15)):
        salon = Salon(duration_minutes=minutes, buffer_before=before, buffer_after=after)
        group = salon.at("12:00", 4)
        assert is_bookable(salon, group), (minutes, before, after, clocks(group))
        starts: list[datetime] = [slot.start for slot in group.slots]
        assert starts[:2] == [at("12:00")] * 2
