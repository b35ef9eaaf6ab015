"""Several visits of one client: one transaction, all or none; two people at the same moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bookings.errors import IdempotencyKeyReused, InvalidRequest, SlotTaken, TooManyVisits
from bookings.limits import MAX_VISITS
from bookings.models import Booking, IdempotencyKey, Specialist
from bookings.operations import Item, activate_booking, activate_visits, hold_visits
from bookings.tests.factories import (
    BOT,
    NOW,
    at,
    make_booking,
    make_client,
    make_offering,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import VisitRequest

pytestmark = pytest.mark.django_db
UNTIL = NOW + timedelta(minutes=10)
WEEKS = [at("18:00") + timedelta(weeks=3 * index) for index in range(3)]


class Card:
    """A client with a salon of two specialists and one service; asks for visits together."""

    def __init__(self, **salon: int) -> None:
        self.project = make_project(**salon)
        self.anna, self.maria = (make_specialist(self.project, name) for name in ("Anna", "Maria"))
        self.cut = make_service(self.project)
        self.client = make_client(self.project)

    def item(self, start: datetime, who: Specialist | None = None, guest: str = "") -> Item:
        return Item(self.cut.pk, (who or self.anna).pk, start, guest)

    def request(self, *items: Item, **over: Any) -> VisitRequest:
        return VisitRequest(project=self.project, client=self.client, items=items, origin=BOT, **over)

    def requests(self, visits: Sequence[Sequence[Item]], **over: Any) -> list[VisitRequest]:
        keys = [f"card:{place}" for place in range(len(visits))]
        return [
            self.request(*items, idempotency_key=key, **over) for key, items in zip(keys, visits, strict=True)
        ]

    def series(self) -> list[list[Item]]:
        return [[self.item(start)] for start in WEEKS]

    def book(self, visits: Sequence[Sequence[Item]], **over: Any) -> list[list[Booking]]:
        made = activate_visits(requests=self.requests(visits, **over), now=NOW)
        return [one.bookings for one in made]


def stored() -> list[tuple[str, datetime]]:
    return list(Booking.objects.order_by("start", "status").values_list("status", "start"))


def test_the_dates_of_a_series_are_visits_of_their_own_and_may_lie_weeks_apart() -> None:
    card = Card()
    visits = card.book(card.series())

    assert stored() == [("booked", start) for start in WEEKS]
    assert len({row.visit_id for rows in visits for row in rows}) == 3


def test_what_a_card_held_becomes_its_visits() -> None:
    card = Card()
    held = hold_visits(requests=[card.request(*items) for items in card.series()], until=UNTIL, now=NOW)
    requests = [
        card.request(*items, hold_ids=[row.pk for row in rows])
        for items, rows in zip(card.series(), held, strict=True)
    ]

    made = activate_visits(requests=requests, now=NOW)

    assert [row.pk for one in made for row in one.bookings] == [row.pk for rows in held for row in rows]
    assert {status for status, _ in stored()} == {"booked"}


@pytest.mark.parametrize("act", ["hold", "book"])
def test_one_refused_visit_means_none_and_the_refusal_says_which(act: str) -> None:
    card = Card()
    make_booking(card.anna, card.cut, WEEKS[1])

    ask = partial(hold_visits, until=UNTIL) if act == "hold" else activate_visits
    with pytest.raises(SlotTaken) as refused:
        ask(requests=card.requests(card.series()), now=NOW)

    assert refused.value.items == (card.item(WEEKS[1]),)
    assert {slot.start.date() for slot in refused.value.alternatives} == {WEEKS[1].date()}
    assert stored() == [("booked", WEEKS[1])]
    assert not IdempotencyKey.objects.exists()


def test_a_visit_of_a_card_may_not_meet_another_of_the_same_card() -> None:
    card = Card()
    with pytest.raises(SlotTaken):
        card.book([[card.item(at("10:00"))], [card.item(at("10:30"))]])
    assert stored() == []


def test_new_visits_may_take_what_the_card_before_them_held() -> None:
    card = Card()
    ((old,),) = hold_visits(requests=[card.request(card.item(WEEKS[0]))], until=UNTIL, now=NOW)
    requests = [
        card.request(card.item(WEEKS[0]), hold_ids=[old.pk]),
        card.request(card.item(WEEKS[1])),
    ]

    hold_visits(requests=requests, until=UNTIL, now=NOW)

    assert stored() == [("cancelled", WEEKS[0]), ("held", WEEKS[0]), ("held", WEEKS[1])]


def test_a_repeat_of_a_card_books_nothing_more() -> None:
    card = Card()
    first, again = card.book(card.series()), card.book(card.series())

    assert [row.pk for rows in first for row in rows] == [row.pk for rows in again for row in rows]
    assert Booking.objects.count() == 3


def test_two_people_come_at_once_to_two_specialists_each_under_their_own_name() -> None:
    card = Card()
    ((mother, daughter),) = card.book(
        [[card.item(at("12:00")), card.item(at("12:00"), card.maria, "Настя ")]], guest_phone="0501234567"
    )

    assert mother.start == daughter.start
    assert (mother.guest_name, mother.guest_phone) == ("", "")
    assert (daughter.guest_name, daughter.guest_phone) == ("Настя", "+380501234567")


def test_whoever_alone_can_do_one_of_two_services_is_not_given_away_to_the_other() -> None:
    card = Card()
    styling = make_service(card.project)
    card.maria.does_every_service = False
    card.maria.save()
    make_offering(card.maria, card.cut)  # Anna, who comes first, does both

    ((cut, styled),) = card.book(
        [[Item(card.cut.pk, None, at("12:00")), Item(styling.pk, None, at("12:00"))]]
    )

    assert (cut.specialist_id, cut.service_id) == (card.maria.pk, card.cut.pk)
    assert (styled.specialist_id, styled.service_id) == (card.anna.pk, styling.pk)


def test_one_specialist_cannot_see_two_people_at_once() -> None:
    card = Card()
    with pytest.raises(SlotTaken):
        card.book([[card.item(at("12:00")), card.item(at("12:00"))]])
    assert stored() == []


def test_all_visits_of_a_card_count_against_the_salons_cap() -> None:
    card = Card(max_active_visits=2)
    with pytest.raises(TooManyVisits):
        card.book(card.series())
    card.book(card.series()[:2])
    assert len(stored()) == 2


def test_whoever_is_free_may_do_a_visit_of_a_card() -> None:
    card = Card()
    make_booking(card.anna, card.cut, WEEKS[1])

    visits = card.book([[Item(card.cut.pk, None, start)] for start in WEEKS])

    assert visits[1][0].specialist_id == card.maria.pk


@pytest.mark.parametrize("count", [0, MAX_VISITS + 1])
def test_a_card_has_some_visits_and_not_a_lifetime_of_them(count: int) -> None:
    card = Card()
    with pytest.raises(InvalidRequest):
        card.book([[card.item(WEEKS[0])]] * count)


def test_the_same_visit_for_somebody_else_is_another_request() -> None:
    card = Card()
    card.book([[card.item(WEEKS[0])]])
    with pytest.raises(IdempotencyKeyReused):
        card.book([[card.item(WEEKS[0], guest="Iryna")]])


def test_a_request_names_the_guest_of_all_items_that_name_none() -> None:
    card = Card()
    items = [card.item(at("10:00")), card.item(at("11:00"), guest="Iryna")]

    rows = activate_booking(request=card.request(*items, guest_name="Mark"), now=NOW)

    assert [row.guest_name for row in rows] == ["Mark", "Iryna"]
