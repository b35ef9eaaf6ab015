"""Signing in: guesses are stopped before they cost anything, and a password is worth the name."""

import io
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import CommandError, call_command
from django.test import Client

from botbackend.staff.sign_in import FOR_ONE_ACCOUNT, FROM_ONE_ADDRESS
from projects.tests.factories import make_project, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: Any, password: str, *args: Any, **named: Any) -> str:
        seen.append(password)
        return encode(self, password, *args, **named)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return seen


def sign_in(username: str, password: str, address: str = "198.51.100.7") -> str:
    answer = Client().post("/admin/login/", {"username": username, "password": password}, REMOTE_ADDR=address)
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_guesses_from_one_address_end_before_a_password_is_hashed(hashed: list[str]) -> None:
    for number in range(FROM_ONE_ADDRESS):
        assert "Too many attempts" not in sign_in(f"nobody{number}", "guess")
    hashed.clear()
    assert "Too many attempts" in sign_in("anybody", "guess")
    assert hashed == []


def test_guesses_at_one_account_end_wherever_they_come_from(hashed: list[str]) -> None:
    for number in range(FOR_ONE_ACCOUNT):
        assert "Too many attempts" not in sign_in("Anna@example.com", "guess", f"198.51.100.{number}")
    hashed.clear()
    assert "Too many attempts" in sign_in("anna@example.com ", "guess", "203.0.113.1")
    assert hashed == []


def test_the_right_password_still_lets_in_beside_somebody_elses_guesses() -> None:
    user = make_staff(make_project(), password="correct horse battery")
    for _ in range(FROM_ONE_ADDRESS + 1):
        sign_in("nobody", "guess")
    assert sign_in(user.username, "correct horse battery", "203.0.113.9") == "in"


@pytest.mark.parametrize("password", ["1", "short-pass1", "123456789012", "anna@example.com"])
def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    make_project(slug="salon")
    monkeypatch.setenv("STAFF_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("create_staff", "anna@example.com", "--project", "salon", stdout=io.StringIO())


@pytest.mark.parametrize("path", ["/admin", "/admin/"])
def test_the_admin_answers_with_and_without_its_slash(path: str) -> None:
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))
    answer = browser.get(path, follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/admin/"
