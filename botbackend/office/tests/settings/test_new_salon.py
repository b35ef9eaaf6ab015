"""An operator makes a salon in the office, and its owner comes by a link."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from botbackend.office.settings.founding import found_salon
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.staff.models import Invitation
from projects.models import Membership, Project
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/salons/new/"
TYPED = {
    "name": "Студія «Щастя»",
    "timezone": "Europe/Warsaw",
    "currency": "PLN",
    "language": "pl",
    "owner_email": "olha@example.com",
}
ACCOUNT = {"first_name": "Olha", "username": "olha@example.com"} | dict.fromkeys(
    ("password", "again"), "a long sentence of mine"
)


@pytest.fixture
def operator() -> Browser:
    return signed_in(make_staff(is_superuser=True))


def make(operator: Browser, **over: str) -> Any:
    return operator.post(ADDRESS, TYPED | over)


def test_the_owner_comes_by_the_link_and_the_checklist_says_what_is_missing(operator: Browser) -> None:
    assert ADDRESS in operator.get("/admin/salons/").content.decode()
    page = make(operator).content.decode()
    salon = Project.objects.get()
    assert (salon.name, salon.slug) == ("Студія «Щастя»", "studiia-shchastia")
    assert (salon.timezone, salon.currency, salon.language) == ("Europe/Warsaw", "PLN", "pl")
    checklist = reverse("office:settings", args=[salon.slug])
    assert checklist in page
    assert "Services" in operator.get(checklist).content.decode()
    found = re.search(r"http://testserver(/admin/invitation/[^<\s]+)", page)
    assert found is not None
    Browser().post(found[1], ACCOUNT)
    assert Membership.objects.get(project=salon).role == Role.OWNER


def test_a_mailed_link_leads_straight_to_the_checklist(operator: Browser, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "office@example.com"
    answer = operator.post(ADDRESS, TYPED, follow=True)
    assert answer.redirect_chain[0][0] == reverse("office:settings", args=[Project.objects.get().slug])
    page = answer.content.decode()
    assert "mailed to olha@example.com" in page
    (letter,) = mail.outbox
    assert "/admin/invitation/" in letter.body
    assert "/admin/invitation/" not in page


def test_a_second_salon_of_the_name_has_an_address_of_its_own(operator: Browser) -> None:
    for _ in range(3):
        assert make(operator).status_code == 200
    assert sorted(Project.objects.values_list("slug", flat=True)) == [
        "studiia-shchastia", "studiia-shchastia-2", "studiia-shchastia-3",
    ]  # fmt: skip
    assert make(operator, name="美容").status_code == 200
    assert Project.objects.filter(slug="salon", name="美容").exists()


def test_all_mistakes_are_said_at_their_fields_and_nothing_is_made(operator: Browser) -> None:
    wrong = {"name": " ", "timezone": "Kyiv", "currency": "XXX", "language": "de", "owner_email": "olha"}
    answer = make(operator, **wrong)
    assert (answer.status_code, answer.content.decode().count("errorlist")) == (422, 5)
    hidden = make(operator, name="\u200b\u200b")
    assert (hidden.status_code, "errorlist" in hidden.content.decode()) == (422, True)
    assert not Project.objects.exists()
    assert not Invitation.objects.exists()


def test_a_form_that_is_pressed_twice_makes_one_salon(operator: Browser) -> None:
    key = re.search(r'name="form_key" value="(\w+)"', operator.get(ADDRESS).content.decode())
    assert key is not None
    assert make(operator, form_key=key[1]).status_code == 200
    repeated = make(operator, form_key=key[1])
    people = reverse("office:settings-people", args=[Project.objects.get().slug])
    assert (repeated.status_code, repeated["Location"]) == (302, people)
    assert "olha@example.com" in operator.get(people).content.decode()
    assert Project.objects.count() == 1


def test_nobody_but_an_operator_makes_salons() -> None:
    assert Browser().get(ADDRESS)["Location"].startswith("/admin/login/")
    salon = found_salon(**TYPED, by=make_staff(is_superuser=True)).salon
    owner = signed_in(make_colleague(salon))
    assert owner.get(ADDRESS).status_code == 403
    assert make(owner).status_code == 403
    assert ADDRESS not in owner.get("/admin/salons/").content.decode()
