"""No address is forgotten by the benchmark of a large installation, and each has a good answer there."""

import pytest

from botbackend.workshop.bench import endpoints
from botbackend.workshop.bench._office.salon import find_salon
from botbackend.workshop.bench._town.api import CALLS, routes
from botbackend.workshop.bench._town.requests import questions
from botbackend.workshop.bench._town.seed import Town, make_town

SMALL = Town(salons=10, clients=100, largest=40, visits=900, messages=2_000)


def test_every_address_outside_of_the_office_is_asked_for() -> None:
    assert {call.route for call in CALLS} == set(routes())


@pytest.mark.django_db(transaction=True)
def test_every_line_of_the_table_is_an_address_with_a_good_answer() -> None:
    make_town(SMALL)
    endpoints.settle_settings()
    rows = list(endpoints.measure(1))
    assert len({row.what for row in rows}) == len(rows) == len(list(questions(find_salon())))
    assert all("statements" in row.note for row in rows)
