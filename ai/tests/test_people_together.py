"""People who want to come at once where not all can: the largest group, the rest right after, one card."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from ai.facts.search import FreeTimes, SearchedItem, SlotSearch, free_times
from ai.tests.factories import SalonRows, Talk, bodies, make_item, make_wish, responds, understood
from ai.tests.test_played_kinds import facts_of
from bookings.models import Booking
from bookings.tests.factories import (
    KYIV,
    MONDAY,
    NOW,
    at,
    make_booking,
    make_day_off,
    make_hours,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import Slot
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

pytestmark = pytest.mark.django_db
HORIZON = NOW.date() + timedelta(days=60)
TUESDAY = MONDAY + timedelta(days=1)


class Salon:
    """So many people who all cut."""

    def __init__(self, people: int = 2) -> None:
        self.project = make_project()
        self.people = [make_specialist(self.project, name) for name in ("Anna", "Maria", "Olena")[:people]]
        self.cut = make_service(self.project)
        self.project.refresh_from_db()

    def find(self, count: int, *, day: date = MONDAY, **wish: Any) -> FreeTimes:
        items = (SearchedItem((self.cut.pk,)),) * count
        search = SlotSearch(items, days=((day, day),), at_once=True, **wish)
        return free_times(project=self.project, zone=KYIV, now=NOW, horizon=HORIZON, search=search)


def clocks(visit: tuple[Slot, ...]) -> list[str]:
    return [f"{slot.start:%H:%M}" for slot in visit]


def test_at_the_wished_hour_as_many_as_can_come_together_and_the_rest_right_after() -> None:
    found = Salon(2).find(3, time_from=time(15), exact=True)
    assert [clocks(visit) for visit in found.visits] == [["15:00", "15:00", "16:00"]]
    assert (found.relaxed, found.partly) == (("at_once",), ())


def test_where_all_could_come_together_is_told_next() -> None:
    salon = Salon(3)
    make_booking(salon.people[0], salon.cut, at("15:00"), now=NOW)
    found = salon.find(3, time_from=time(15), exact=True)
    assert [clocks(visit) for visit in found.visits] == [["15:00", "15:00", "16:00"]]
    assert [set(clocks(visit)) for visit in found.following] == [{"14:00"}, {"16:00"}, {"13:30"}]


def test_without_an_hour_the_day_is_spread_over() -> None:
    found = Salon(2).find(4)
    assert len(found.visits) == 4
    for visit in found.visits:
        first = visit[0].start
        assert [slot.start - first for slot in visit] == [timedelta(0)] * 2 + [timedelta(hours=1)] * 2


def test_a_part_that_the_day_has_is_told_beside_the_days_that_have_all() -> None:
    salon = Salon(2)
    for who in salon.people:
        make_hours(who, 0, ("15:00", "16:00"))
        make_hours(who, 1, ("10:00", "20:00"))
    found = salon.find(3)
    assert [clocks(visit) for visit in found.partly] == [["15:00", "15:00"]]
    assert found.left == 1
    assert {visit[0].start.date() for visit in found.visits} == {TUESDAY}
    assert all(len(visit) == 3 for visit in found.visits)


def test_two_of_whom_one_can_come_then_are_offered_an_hour_for_both() -> None:
    salon = Salon(2)
    make_booking(salon.people[0], salon.cut, at("15:00"), now=NOW)
    found = salon.find(2, time_from=time(15), exact=True)
    assert found.relaxed == ("time",)
    assert all(len(set(clocks(visit))) == 1 for visit in found.visits)


def test_the_next_days_are_searched_for_a_group_too() -> None:
    salon = Salon(2)
    make_day_off(salon.project, MONDAY, MONDAY)
    found = salon.find(3, time_from=time(15), exact=True)
    assert "day" in found.relaxed
    assert all(clocks(visit) == ["15:00", "15:00", "16:00"] for visit in found.visits)


def ask(claude: ClaudeStandIn, salon: SalonRows, talk: Talk, *names: str) -> dict[str, Any]:
    """Three people want manicures tomorrow at 15:00; returns what was looked up."""
    salon.offers(salon.olga, salon.manicure)
    items = [make_item(salon.manicure.pk, guest=name) for name in names]
    wish = make_wish("book", day=salon.day(), time_from="15:00", exact=True, at_once=True) | {"items": items}
    understood(claude, wishes=[wish])
    responds(
        claude,
        "Two of you can begin together {s1.time} with {s1.who}, the third {s1.then}. Is that fine?",
    )
    said = talk.say("three manicures tomorrow at 15:00, all at once: me, Beth and Lucy")
    assert said.startswith("Two of you can begin together at 15:00 with ")
    assert said.endswith(", the third at 16:00. Is that fine?")
    (found,) = facts_of(claude, "respond", 0)["wishes"]
    return dict(found)


def test_a_group_is_offered_and_then_stands_on_one_card_each_with_their_name(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    found = ask(claude, salon, talk, "", "Beth", "Lucy")
    (slot,) = found["slots"]
    assert (slot["together"], slot["then"]) == (2, "at 16:00")
    assert slot["starts"] == ["15:00", "15:00", "16:00"]
    assert found["relaxed"] == ["at_once"]
    names = ("", "Beth", "Lucy")
    items = [make_item(salon.manicure.pk, guest=name) for name in names]
    wish = make_wish("book", day=salon.day(), time_from="15:00", exact=True, at_once=True) | {"items": items}
    understood(claude, wishes=[wish])
    all_of_it = [
        {"service": salon.manicure.pk, "specialist": 0, "start": "s1", "for": name} for name in names
    ]
    responds(
        claude, {"propose_booking": {"visits": [{"items": all_of_it}], "guest_phone": "", "note": ""}}, ""
    )
    card = talk.say("yes, me and Beth first, then Lucy")
    assert card.count("Manicure — ") == 3
    assert "at 16:00, 600 UAH (for Lucy)" in card
    claude.script.set([])
    assert talk.say("yes").startswith("Done, you are booked:")
    booked = {row.guest_name: row.start for row in Booking.objects.filter(status="booked")}
    assert booked == {"": salon.at("15:00"), "Beth": salon.at("15:00"), "Lucy": salon.at("16:00")}
    assert len(bodies(claude, "understand")) <= 3


def test_a_search_of_the_model_finds_the_group_too(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    salon.offers(salon.olga, salon.manicure)
    understood(claude, wants="question", to_answer=True)
    wish = make_wish("book", day=salon.day(), time_from="15:00", exact=True, at_once=True)
    wish = {name: value for name, value in wish.items() if name not in ("kind", "visits")}
    wish |= {"items": [make_item(salon.manicure.pk)] * 3}
    responds(claude, {"find_slots": {"wish": wish}}, "Two {s1.time}, one {s1.then}?")
    assert talk.say("could three of us come at once?") == "Two at 15:00, one at 16:00?"
