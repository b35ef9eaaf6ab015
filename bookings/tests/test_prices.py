"""A price that begins at an amount stays one: in sums, in the order of prices, in the visit, over the API."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bookings.api.answers import booking_json
from bookings.catalogue import catalogue
from bookings.models import Booking, Offering, Service, Specialist
from bookings.models.prices import Price, price_json, total_price
from bookings.operations import change_booking
from bookings.selectors import check_items, find_slots, find_visits
from bookings.tests.factories import (
    MONDAY,
    NOW,
    STAFF,
    at,
    make_booking,
    make_offering,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import Item, Slot, VisitChange

DYE = Price(Decimal(1800), is_from=True)
LONG = Price(Decimal(1800), is_from=True, to=Decimal(2800))


def plain(amount: int) -> Price:
    return Price(Decimal(amount))


# The value
@pytest.mark.parametrize(
    ("prices", "total"),
    [
        ([plain(700), plain(450)], plain(1150)),
        ([plain(700), DYE], Price(Decimal(2500), is_from=True)),
        ([plain(700), LONG], Price(Decimal(2500), is_from=True, to=Decimal(3500))),
        ([LONG, LONG], Price(Decimal(3600), is_from=True, to=Decimal(5600))),
        ([LONG, DYE], Price(Decimal(3600), is_from=True)),
        ([DYE], DYE),
        ([DYE, None], None),
        ([], None),
    ],
)
def test_a_sum_begins_somewhere_if_a_part_does(prices: list[Price | None], total: Price | None) -> None:
    assert total_price(prices) == total


def test_prices_sort_by_where_they_begin_and_the_surer_one_comes_first() -> None:
    assert sorted([DYE, plain(1900), LONG, plain(1800), plain(700)]) == [
        plain(700), plain(1800), LONG, DYE, plain(1900),
    ]  # fmt: skip


@pytest.mark.parametrize("to", [1799, 1800])
def test_a_price_that_ends_before_it_begins_is_none(to: int) -> None:
    with pytest.raises(ValueError, match="must be more"):
        Price(Decimal(1800), is_from=True, to=Decimal(to))


def test_a_plain_price_stays_one_number_in_json() -> None:
    assert price_json(None) == {"price": None}
    assert price_json(plain(700)) == {"price": 700}
    assert price_json(DYE) == {"price": 1800, "price_from": True}
    assert price_json(LONG) == {"price": 1800, "price_from": True, "price_to": 2800}
    assert [str(one) for one in (plain(700), DYE, LONG)] == ["700", "from 1800", "from 1800 to 2800"]


# The rows
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"price": None, "price_from": True}, "price"),
        ({"price": 700, "price_to": Decimal(900)}, "price_from"),
        ({"price": 700, "price_from": True, "price_to": Decimal(700)}, "price_to"),
        ({"price": None, "price_to": Decimal(900)}, "price_from"),
    ],
)
@pytest.mark.parametrize("make", [Service, Offering, Booking])
@pytest.mark.django_db
def test_columns_that_are_no_price_are_refused_by_form_and_database(
    make: Callable[..., Any], values: dict[str, Any], field: str
) -> None:
    anna = make_specialist(make_project())
    rows: dict[Any, Any] = {Service: make_service(anna.project)}
    rows[Offering] = make_offering(anna, rows[Service])
    rows[Booking] = make_booking(anna, rows[Service], at("10:00"))
    row = rows[make]
    for name, value in values.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError) as refused:
        row.check_price()
    assert list(refused.value.message_dict) == [field]
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.django_db
def test_a_visit_keeps_the_price_that_it_was_booked_at() -> None:
    anna = make_specialist(make_project())
    dye = make_service(anna.project, full_price=LONG)
    visit = make_booking(anna, dye, at("10:00"))
    Service.objects.filter(pk=dye.pk).update(price=2000, price_to=None)
    visit = Booking.objects.with_names().get(pk=visit.pk)
    assert visit.full_price == LONG
    shown = booking_json(visit, anna.project)
    assert (shown["price"], shown["price_from"], shown["price_to"]) == (1800, True, 2800)
    assert visit.events.get().after["price_from"] is True


@pytest.mark.django_db
def test_a_visit_that_becomes_another_service_takes_its_price_whole() -> None:
    anna = make_specialist(make_project())
    dye, cut = make_service(anna.project, full_price=LONG), make_service(anna.project)
    visit = make_booking(anna, dye, at("10:00"))
    change = VisitChange(service_id=cut.pk)
    moved = change_booking(project=anna.project, booking_id=visit.pk, origin=STAFF, change=change, now=NOW)
    assert moved.full_price == plain(700)
    assert not {"price_from", "price_to"} & booking_json(moved, anna.project).keys()


@pytest.mark.django_db
def test_the_own_price_of_a_specialist_takes_the_place_of_the_services_as_a_whole() -> None:
    anna = make_specialist(make_project())
    dye = make_service(anna.project, full_price=LONG)
    make_offering(anna, dye, price=2100)
    (own,) = catalogue(project=anna.project, now=NOW).offerings
    assert own.price == plain(2100)


# What is free
@pytest.fixture
def unequal(db: None) -> tuple[Specialist, Specialist, Service]:
    """Olena does it for 700, Anna for 850."""
    olena = make_specialist(make_project(), "Olena")
    anna = make_specialist(olena.project, "Anna")
    polish = make_service(olena.project)
    make_offering(anna, polish, price=850)
    return olena, anna, polish


def free(service: Service, *, who: int | None = None, day: date = MONDAY) -> list[Slot]:
    return find_slots(
        project=service.project, service_ids=[service.pk], specialist_id=who,
        date_from=day, date_to=day, time_from=time(10), time_to=time(10), now=NOW,
    )  # fmt: skip


def test_each_free_start_says_its_price_and_whether_another_is_asked_then(
    unequal: tuple[Specialist, Specialist, Service],
) -> None:
    olena, anna, polish = unequal
    assert [(slot.specialist, slot.price, slot.price_varies) for slot in free(polish)] == [
        ("Anna", plain(850), True), ("Olena", plain(700), True),
    ]  # fmt: skip
    assert [slot.price_varies for slot in free(polish, who=anna.pk)] == [False]
    make_booking(olena, polish, at("10:00"))
    assert [(slot.specialist, slot.price_varies) for slot in free(polish)] == [("Anna", False)]


def test_whoever_was_picked_for_a_client_is_marked_while_others_ask_another_price(
    unequal: tuple[Specialist, Specialist, Service],
) -> None:
    olena, anna, polish = unequal
    project, at_ten = olena.project, at("10:00")

    def picked(who: int | None) -> list[Slot]:
        (visit,) = find_visits(
            project=project, wishes=[(polish.pk, who)], date_from=MONDAY, date_to=MONDAY,
            time_from=time(10), time_to=time(10), now=NOW,
        )  # fmt: skip
        assert visit == check_items(project=project, items=[Item(polish.pk, who, at_ten)], now=NOW)
        return visit

    assert [slot.price_varies for slot in picked(None)] == [True]
    assert [slot.price_varies for slot in picked(anna.pk)] == [False]
    make_booking(anna, polish, at_ten)
    assert [(slot.specialist, slot.price_varies) for slot in picked(None)] == [("Olena", False)]


def test_a_whole_visit_costs_its_sum(unequal: tuple[Specialist, Specialist, Service]) -> None:
    olena, _, polish = unequal
    dye = make_service(olena.project, full_price=DYE)
    found = find_slots(
        project=olena.project, service_ids=[polish.pk, dye.pk], specialist_id=olena.pk,
        date_from=MONDAY, date_to=MONDAY, limit=1, now=NOW,
    )  # fmt: skip
    assert found[0].price == Price(Decimal(2500), is_from=True)
