"""Prices in the configuration: plain ones as ever, such as begin somewhere, and those of one specialist."""

from decimal import Decimal
from typing import Any

import pytest

from bookings.catalogue import catalogue
from bookings.models import Offering, Service, Specialist
from bookings.models.prices import Price
from botbackend.salon_api.tests.test_config import ConfiguredSalon

pytestmark = pytest.mark.django_db
SALON: dict[str, Any] = {
    "specialists": ["Anna", "Maria", "Olena"],
    "services": {"Coloring": 4, "Polish": 2, "Cut": 1},
    "specialist_services": {"Olena": ["Polish"]},
}
PRICES = {"Coloring": {"from": 1800, "to": 2800.5}, "Polish": 700, "Cut": {"from": 0.5}}
OWN = {"Anna": {"Polish": 850, "Coloring": {"from": 2000}}, "Olena": {"Polish": {"from": 600, "to": 700}}}


@pytest.fixture
def salon() -> ConfiguredSalon:
    found = ConfiguredSalon()
    found.post(SALON)
    return found


def test_prices_that_begin_somewhere_come_back_as_they_were_written(salon: ConfiguredSalon) -> None:
    answer = salon.post({"prices": PRICES, "specialist_prices": OWN})
    assert (answer["prices"], answer["specialist_prices"]) == (PRICES, OWN)
    assert salon.post(salon.get()) == answer
    assert Service.objects.get(name="Coloring").full_price == Price(Decimal(1800), True, Decimal("2800.5"))


def test_a_price_of_ones_own_holds_with_that_specialist_only(salon: ConfiguredSalon) -> None:
    salon.post({"prices": PRICES, "specialist_prices": OWN})
    ids = salon.get()["ids"]
    told = {
        (one.specialist_id, one.service_id): str(one.price)
        for one in catalogue(project=salon.project).offerings
    }
    polish = ids["services"]["Polish"]
    assert [told[number, polish] for number in ids["specialists"].values()] == [
        "850",
        "700",
        "from 600 to 700",
    ]


def test_own_prices_are_replaced_whole_and_leave_nothing_behind(salon: ConfiguredSalon) -> None:
    salon.post({"specialist_prices": OWN})
    anna = Specialist.objects.get(name="Anna")
    Offering.objects.filter(specialist=anna, service__name="Polish").update(duration_minutes=90)
    answer = salon.post({"specialist_prices": {"Maria": {"Cut": 1}}})
    assert answer["specialist_prices"] == {"Maria": {"Cut": 1}}
    assert answer["specialist_services"] == SALON["specialist_services"]
    left = Offering.objects.filter(specialist=anna).values_list("service__name", "duration_minutes", "price")
    assert list(left) == [("Polish", 90, None)]


def test_a_document_without_own_prices_keeps_them(salon: ConfiguredSalon) -> None:
    salon.post({"specialist_prices": OWN})
    assert salon.post(SALON)["specialist_prices"] == OWN
    assert salon.post({"prices": {"Cut": 1}})["specialist_prices"] == OWN


@pytest.mark.parametrize(
    ("prices", "path", "message"),
    [
        ({"Cut": {}}, "prices.Cut.from", "Field required"),
        ({"Cut": {"from": "1"}}, "prices.Cut.from", "must be a number"),
        ({"Cut": {"from": -1}}, "prices.Cut.from", "greater than or equal to 0"),
        ({"Cut": {"from": 1, "to": True}}, "prices.Cut.to", "must be a number"),
        ({"Cut": {"from": 1, "to": 1}}, "prices.Cut", "must be more than what the price begins at"),
        ({"Cut": {"from": 1, "until": 2}}, "prices.Cut.until", "unknown field"),
        ({"Cut": "700"}, "prices.Cut", "must be a number"),
        ({"Cut": -1}, "prices.Cut", "greater than or equal to 0"),
        ({"Cut": [1, 2]}, "prices.Cut", "must be a number"),
        ({"Cut": None}, "prices.Cut", "must be a number"),
    ],
)
def test_what_is_no_price_is_refused_where_it_stands(
    salon: ConfiguredSalon, prices: dict[str, Any], path: str, message: str
) -> None:
    for document, at in (
        ({"prices": prices}, path),
        ({"specialist_prices": {"Anna": prices}}, path.replace("prices", "specialist_prices.Anna")),
    ):
        fields = salon.mistakes(document)
        assert list(fields) == [at]
        assert message in fields[at][0]


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ({"specialist_prices": {"Eva": {"Cut": 1}}}, "specialist_prices.Eva", "no specialist of this name"),
        (
            {"specialist_prices": {"Anna": {"Spa": 1}}},
            "specialist_prices.Anna.Spa",
            "no service of this name",
        ),
        ({"specialist_prices": {"Olena": {"Cut": 1}}}, "specialist_prices.Olena.Cut", "does not do"),
        (
            {"specialist_services": {"Anna": ["Cut"]}, "specialist_prices": {"Anna": {"Polish": 1}}},
            "specialist_prices.Anna.Polish",
            "does not do",
        ),
        ({"specialist_prices": {"Anna": {"Cut": 1, "сut": 2}}}, "specialist_prices.Anna.сut", "same name"),
        ({"specialist_prices": {"Anna": 1}}, "specialist_prices.Anna", "an object"),
    ],
)
def test_own_prices_are_of_people_and_services_that_go_together(
    salon: ConfiguredSalon, document: dict[str, Any], path: str, message: str
) -> None:
    assert message in salon.mistakes(document)[path][0]
