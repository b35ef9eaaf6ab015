"""`manage.py create_staff`: people come into the admin with the rights of their role."""

import io
import re

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from projects.tests.factories import make_project

pytestmark = pytest.mark.django_db

EMAIL = "anna@example.com"


def _create(*words: str) -> str:
    out = io.StringIO()
    call_command("create_staff", EMAIL, *words, stdout=out)
    return out.getvalue()


def test_the_printed_password_lets_an_owner_into_the_own_salon() -> None:
    project = make_project(slug="salon")
    printed = re.search(r"password=(\S+)", _create("--project", "salon"))
    assert printed is not None
    browser = Client()
    assert browser.login(username=EMAIL, password=printed[1])
    page = browser.get("/admin/projects/project/")
    assert page.status_code == 200
    assert project.name in page.content.decode()


@pytest.mark.parametrize(("role", "code"), [("owner", 200), ("staff", 403)])
def test_prompts_are_the_owners(role: str, code: int) -> None:
    make_project(slug="salon")
    _create("--project", "salon", "--role", role)
    browser = Client()
    browser.force_login(User.objects.get())
    assert browser.get("/admin/ai/promptversion/").status_code == code
    assert browser.get("/admin/bookings/booking/").status_code == 200


def test_a_known_person_gets_a_second_salon_and_keeps_the_password() -> None:
    make_project(slug="one")
    make_project(slug="two")
    _create("--project", "one")
    password = User.objects.get().password
    assert "password=" not in _create("--project", "two", "--role", "staff")
    user = User.objects.get()
    assert user.password == password
    assert {group.name for group in user.groups.all()} == {"Owner", "Staff"}


def test_an_operator_sees_every_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFF_PASSWORD", "a long enough passphrase")
    assert "password=" not in _create("--operator")
    assert Client().login(username=EMAIL, password="a long enough passphrase")
    assert User.objects.get().is_superuser


@pytest.mark.parametrize("words", [[], ["--project", "nowhere"]])
def test_mistakes_make_no_user(words: list[str]) -> None:
    with pytest.raises(CommandError):
        _create(*words)
    assert not User.objects.exists()
