"""On random calendars: what is offered can be booked and keeps the wish; where nothing is, nothing fits."""

from collections.abc import Sequence
from datetime import time, timedelta
from itertools import permutations, product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ai.facts.search import SearchedItem, SlotSearch
from ai.tests.test_search import find, item
from bookings.engine.board import Board, Placement
from bookings.engine.minutes import minute_of
from bookings.engine.openings import SlotWriter, read_board
from bookings.errors import Refusal
from bookings.selectors import check_items
from bookings.tests.asking import book
from bookings.tests.factories import (
    MONDAY,
    NOW,
    at,
    make_day_off,
    make_hours,
    make_offering,
    make_project,
    make_resource,
    make_service,
    make_specialist,
)
from bookings.values import Item, Slot, WishedService

# Random salons: three days, three specialists, visits of others, breaks in hours, a room.
DAYS = [MONDAY + timedelta(days=number) for number in range(3)]
clock = st.integers(9, 20).map(time)


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    first = draw(st.sampled_from(DAYS))
    return {
        "items": draw(
            st.lists(
                st.tuples(
                    st.lists(st.integers(0, 2), min_size=1, max_size=2, unique=True),
                    st.sampled_from([None, None, 0, 1, 2]),
                    st.frozensets(st.integers(0, 2), max_size=1),
                ),
                min_size=1,
                max_size=2,
            )
        ),
        "days": draw(
            st.sampled_from(
                [(), ((first, first),), ((first, DAYS[-1]),), ((DAYS[-1], DAYS[-1]), (first, first))]
            )
        ),
        "weekdays": draw(st.sampled_from([frozenset(), frozenset(), frozenset({1}), frozenset({0, 2})])),
        "time_from": draw(st.none() | clock),
        "time_to": draw(st.none() | clock),
        "exact": draw(st.booleans()),
        "time_is": draw(st.sampled_from(["start", "start", "end"])),
        "pick": draw(st.sampled_from(["any", "earliest", "latest"])),
        "at_once": draw(st.booleans()),
    }  # fmt: skip


@st.composite
def calendars(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "rooms": draw(st.integers(0, 2)),
        "hours": draw(st.lists(st.tuples(st.integers(9, 13), st.integers(14, 19)), min_size=3, max_size=3)),
        "off": draw(st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=4)),
        "taken": draw(
            st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(9, 18)), max_size=10)
        ),
    }  # fmt: skip


class RandomSalon:
    """What was drawn, as rows."""

    def __init__(self, drawn: dict[str, Any]) -> None:
        self.project = make_project(horizon_days=3)
        self.people = [make_specialist(self.project, does_every_service=False) for _ in range(3)]
        self.services = [
            make_service(self.project, duration_minutes=60, buffer_after=30),
            make_service(self.project, duration_minutes=50),
            make_service(self.project, duration_minutes=90, resource_kind="room"),
        ]
        for _ in range(drawn["rooms"]):
            make_resource(self.project, "room")
        for number, person in enumerate(self.people):
            opens, closes = drawn["hours"][number]
            for weekday in range(3):
                make_hours(person, weekday, (f"{opens:02d}:00", f"{closes:02d}:00"))
            for service in self.services[: number + 1]:
                make_offering(person, service)
        for who, day, hour in sorted(drawn["taken"]):
            try:
                book(self.people[who], self.services[0], at(f"{hour:02d}:00", DAYS[day]))
            except Refusal:
                continue
        for who, day in drawn["off"]:
            make_day_off(self.project, DAYS[day], DAYS[day], self.people[who])

    def search(self, wish: dict[str, Any]) -> SlotSearch:
        items = tuple(
            item(
                *(self.services[number] for number in services),
                who=None if who is None else self.people[who],
                no=[self.people[number] for number in no],
            )
            for services, who, no in wish["items"]
        )
        return SlotSearch(**wish | {"items": items})

    def accepts(self, items: Sequence[Item]) -> list[Slot] | None:
        try:
            return check_items(project=self.project, items=items, now=NOW)
        except Refusal:
            return None

    def fits_somewhere(self, search: SlotSearch) -> bool:
        """Try it all: anybody, any order, any start of the grid, one service placed after another."""
        pairs = [
            [(service, who.pk) for service in one.service_ids for who in self.people
             if who.pk not in one.not_specialists and one.specialist_id in (None, who.pk)]
            for one in search.items
        ]  # fmt: skip
        open_items = [WishedService(one.service_ids) for one in search.items]
        board = read_board(
            project=self.project, items=open_items, first=DAYS[0], last=DAYS[-1] + timedelta(days=1), now=NOW
        )
        halves = [at("09:00", day) + timedelta(minutes=30 * number) for day in DAYS for number in range(24)]
        for start, chosen in product(halves, product(*pairs)):
            if search.at_once and len({who for _, who in chosen}) < len(chosen):
                continue
            for order in permutations(range(len(chosen))):
                visit = one_after_another(board, chosen, order, minute_of(start), at_once=search.at_once)
                if visit and not set(search.given_up(visit)) - {"order"}:
                    return True
        return False


def one_after_another(
    board: Board, pairs: Sequence[tuple[int, int]], order: Sequence[int], start: int, *, at_once: bool
) -> tuple[Slot, ...]:
    """Put each service as early as the engine takes it after the one before; () if there is no place."""
    board, placed = board.copy(), dict[int, Placement]()
    begin = start
    for index in order:
        service, who = pairs[index]
        for wait in [0] if at_once or not placed else [0, 30]:  # the same hands need their buffer
            try:
                one = board.place(service_id=service, specialist_ids=[who], start=begin + wait)
            except Refusal:
                continue
            board.take(one)
            placed[index] = one
            begin = start if at_once else one.end
            break
        else:
            return ()
    return tuple(SlotWriter(board.rules).visit([placed[index] for index in range(len(pairs))]))


class SearchProperties(TestCase):
    """Each example runs in a transaction of its own that is rolled back."""

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(calendars(), wishes())
    def test_what_is_offered_is_bookable_and_keeps_all_that_is_not_said_to_be_relaxed(
        self, drawn: dict[str, Any], wish: dict[str, Any]
    ) -> None:
        salon = RandomSalon(drawn)
        search = salon.search(wish)

        found = find(salon.project, *search.items, **{key: wish[key] for key in wish if key != "items"})

        assert len(set(found.visits)) == len(found.visits) <= 12
        ruled_out = [one.not_specialists for one in search.items]
        for visit in (*found.visits, *found.following):
            items = [Item(slot.service_id, slot.specialist_id, slot.start) for slot in visit]
            assert salon.accepts(items) == list(visit)
            assert not any(slot.specialist_id in no for slot, no in zip(visit, ruled_out, strict=True))
        for visit in found.visits:
            assert set(search.given_up(visit)) <= set(found.relaxed)
        assert all(search.given_up(visit) == ("day",) for visit in found.following)
        if not found.visits or set(found.relaxed) - {"order"}:
            assert not salon.fits_somewhere(search)
        if not found.visits:
            assert not salon.fits_somewhere(SlotSearch(anybody(search)))


def anybody(search: SlotSearch) -> tuple[SearchedItem, ...]:
    return tuple(SearchedItem(one.service_ids, None, one.not_specialists) for one in search.items)
