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
def test_every_line_of_the_table_is_an_address_with_a_good_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "WARM_UPS", 0)
    make_town(SMALL)
    endpoints.settle_settings()
    asked = list(questions(find_salon()))
    # Pages of the office open in the test of their own benchmark.
    rows = [endpoints.measure_one(one, 1) for one in asked if not one.what.startswith("office")]
    assert len({one.what for one in asked}) == len(asked)
    assert all("statements" in row.note for row in rows)
