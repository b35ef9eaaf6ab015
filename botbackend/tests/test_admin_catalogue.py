"""What an owner types about services and the people who do them."""

from typing import Any

import pytest
from django.test import Client

from bookings.models import Service
from bookings.tests.factories import make_project, make_specialist
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


def test_names_in_languages_are_typed_line_by_line(salon: Project, owner: Client) -> None:
    owner.post(f"{URL}add/", form_of(salon, names_en=" Coloring  of hair ", names_pl="", names_ru="Окраска"))
    service = Service.objects.get()
    assert service.names == {"en": "Coloring of hair", "ru": "Окраска"}
    page = owner.get(f"{URL}{service.pk}/change/").content.decode()
    assert 'value="Окраска"' in page
    owner.post(f"{URL}{service.pk}/change/", form_of(salon, names_en="", names_ru=""))
    service.refresh_from_db()
    assert service.names == {}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"names_en": "\u200b"}, "names"),
        ({"names_en": "x" * 201}, "names"),
        ({"names_en": "cut"}, "names"),
        ({"names_en": "TRIM"}, "names"),
        ({"name": "Trim"}, "name"),
    ],
)
def test_a_name_that_another_service_has_or_that_is_none_is_an_error_of_its_field(
    salon: Project, owner: Client, typed: dict[str, str], field: str
) -> None:
    Service.objects.create(project=salon, name="Cut", duration_minutes=60, names={"en": "Trim"})
    assert set(errors_of(owner.post(f"{URL}add/", form_of(salon, **typed)))) == {field}


def test_a_name_that_a_service_out_of_use_has_is_free(salon: Project, owner: Client) -> None:
    Service.objects.create(
        project=salon, name="Cut", duration_minutes=60, names={"en": "Trim"}, is_active=False
    )
    owner.post(f"{URL}add/", form_of(salon, names_en="Trim"))
    assert Service.objects.get(is_active=True).names == {"en": "Trim"}


def test_a_person_has_names_in_languages_too(salon: Project, owner: Client) -> None:
    anna = make_specialist(salon, "Анна")
    page = f"/admin/bookings/specialist/{anna.pk}/change/"
    form: dict[str, Any] = {"name": "Анна", "position": 0, "is_active": "on", "names_en": "Anna"}
    for inline in owner.get(page).context["inline_admin_formsets"]:
        form |= {f"{inline.formset.prefix}-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    owner.post(page, form)
    anna.refresh_from_db()
    assert anna.name_in("en") == "Anna"
