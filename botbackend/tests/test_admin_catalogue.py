"""What an owner types about services and the people who do them."""

import pytest
from django.test import Client

from bookings.models import Service
from bookings.tests.factories import make_project
from botbackend.tests.test_admin_forms import browser_of_owner, errors_of
from projects.models import Project

pytestmark = pytest.mark.django_db
URL = "/admin/bookings/service/"


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def owner(salon: Project) -> Client:
    return browser_of_owner(salon)


def form_of(salon: Project, **typed: str) -> dict[str, str | int]:
    empty = dict.fromkeys(["buffer_before", "buffer_after", "gap_start", "gap_minutes", "position"], 0)
    return {
        "project": salon.pk,
        "name": "Coloring",
        "duration_minutes": 60,
        "is_active": "on",
        **empty,
        **typed,
    }


def test_a_price_begins_where_the_owner_says_and_the_list_says_so_too(salon: Project, owner: Client) -> None:
    owner.post(f"{URL}add/", form_of(salon, price="1800", price_from="on", price_to="2800"))
    assert str(Service.objects.get().full_price) == "from 1800 to 2800"
    assert "from 1800 to 2800" in owner.get(URL).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"price": "1800", "price_from": "on", "price_to": "1800"}, "price_to"),
        ({"price": "1800", "price_to": "2800"}, "price_from"),
        ({"price_from": "on"}, "price"),
    ],
)
def test_what_is_no_price_is_an_error_of_its_field(
    salon: Project, owner: Client, typed: dict[str, str], field: str
) -> None:
    assert set(errors_of(owner.post(f"{URL}add/", form_of(salon, **typed)))) == {field}
