"""Signing in: guesses are stopped before they cost anything, and a password is worth the name."""

import io
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern

from botbackend.staff.sign_in import FOR_ONE_ACCOUNT, FROM_ONE_ADDRESS, HASHES_PASSWORDS
from projects.tests.authenticators import with_second_factor
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


@pytest.mark.parametrize("spelling", ["ａnna@example.com", "ANNA@ｅxample.com", "\u00a0anna@example.com"])
def test_another_spelling_of_the_name_is_no_other_account(spelling: str, hashed: list[str]) -> None:
    for number in range(FOR_ONE_ACCOUNT):
        sign_in("anna@example.com", "guess", f"198.51.100.{number}")
    hashed.clear()
    assert "Too many attempts" in sign_in(spelling, "guess", "203.0.113.1")
    assert hashed == []


def test_who_is_signed_in_guesses_at_another_account_no_more_often(hashed: list[str]) -> None:
    victim = make_staff(make_project(), password="correct horse battery")
    for number in range(FOR_ONE_ACCOUNT):
        sign_in(victim.username, "guess", f"198.51.100.{number}")
    hashed.clear()
    browser = Client()
    browser.force_login(make_staff(make_project()))
    form = {"username": victim.username, "password": "correct horse battery"}
    assert browser.post("/admin/login/", form, REMOTE_ADDR="203.0.113.5").status_code == 429
    assert hashed == []


def test_who_guesses_at_a_name_shuts_out_nobody_who_is_past_the_door() -> None:
    user = make_staff(make_project(), password="correct horse battery")
    _, codes = with_second_factor(user)
    half, inside = Client(), Client()
    half.post("/admin/login/", {"username": user.username, "password": "correct horse battery"})
    inside.force_login(user)
    names = (f"account {user.pk}", str(user.pk), f"person:{user.pk}", user.username)
    for name in names:
        for number in range(FOR_ONE_ACCOUNT + 1):
            sign_in(name, "guess", f"198.51.{len(name)}.{number}")
    form = {"old_password": "correct horse battery", "new_password1": "1", "new_password2": "1"}
    assert inside.post("/admin/password_change/", form, REMOTE_ADDR="203.0.113.5").status_code == 422
    answer = half.post("/admin/login/code/", {"code": codes[0]}, REMOTE_ADDR="203.0.113.6")
    assert answer.status_code == 302


def test_the_right_password_still_lets_in_beside_somebody_elses_guesses() -> None:
    user = make_staff(make_project(), password="correct horse battery")
    for _ in range(FROM_ONE_ADDRESS + 1):
        sign_in("nobody", "guess")
    assert sign_in(user.username, "correct horse battery", "203.0.113.9") == "in"


def test_a_session_guesses_the_old_password_no_faster(hashed: list[str]) -> None:
    browser = Client()
    browser.force_login(make_staff(make_project()))
    form = {"old_password": "guess", "new_password1": "correct horse 2", "new_password2": "correct horse 2"}
    codes = [
        browser.post("/admin/password_change/", form, REMOTE_ADDR=f"198.51.100.{number}").status_code
        for number in range(FOR_ONE_ACCOUNT + 5)
    ]
    assert codes == [422] * FOR_ONE_ACCOUNT + [429] * 5
    assert len(hashed) == FOR_ONE_ACCOUNT


@pytest.mark.parametrize("page", ["auth/user/add/", "auth/user/{pk}/password/", "login/"])
def test_no_page_that_hashes_a_password_does_it_without_end(page: str, hashed: list[str]) -> None:
    operator = make_staff(is_superuser=True)
    browser = Client()
    browser.force_login(operator)
    form = {
        "username": "new",
        "password": "a",
        "password1": "correct horse 2",
        "password2": "correct horse 2",
    }
    url = f"/admin/{page.format(pk=operator.pk)}"
    for _ in range(FROM_ONE_ADDRESS):
        answer = browser.post(url, form)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert len(hashed) <= FROM_ONE_ADDRESS
    assert browser.get("/admin/password_change/").status_code == 200  # what hashes nothing is open


def test_no_page_that_hashes_a_password_was_forgotten() -> None:
    names = {pattern.name for pattern in admin.site.get_urls() if isinstance(pattern, URLPattern)}
    names |= {pattern.name for pattern in UserAdmin(User, admin.site).get_urls()}
    of_passwords = {name for name in names if name and ("password" in name or name == "login")}
    assert of_passwords - {"password_change_done"} <= set(HASHES_PASSWORDS)


@pytest.mark.parametrize("name", ["createsuperuser", "create_staff"])
@pytest.mark.parametrize("password", ["1", "short-pass1", "123456789012", "anna@example.com"])
def test_no_command_takes_a_weak_password(monkeypatch: pytest.MonkeyPatch, name: str, password: str) -> None:
    given = {
        "createsuperuser": ["--noinput", "--username", "anna@example.com", "--email", "anna@example.com"],
        "create_staff": ["anna@example.com", "--operator"],
    }
    for variable in ("STAFF_PASSWORD", "DJANGO_SUPERUSER_PASSWORD"):
        monkeypatch.setenv(variable, password)
    with pytest.raises(CommandError):
        call_command(name, *given[name], stdout=io.StringIO())
    assert not User.objects.exists()


def test_a_good_password_makes_a_superuser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")
    call_command("createsuperuser", "--noinput", "--username", "anna", "--email", "", stdout=io.StringIO())
    assert sign_in("anna", "correct horse battery") == "in"


@pytest.mark.parametrize("page", ["auth/user/add/", "auth/user/{pk}/password/"])
def test_no_form_takes_a_weak_password(page: str) -> None:
    operator = make_staff(is_superuser=True)
    browser = Client()
    browser.force_login(operator)
    form = {"username": "anna", "password1": "1", "password2": "1", "usable_password": "true"}
    assert browser.post(f"/admin/{page.format(pk=operator.pk)}", form).status_code == 200
    assert User.objects.count() == 1
    assert not authenticate(username=operator.username, password="1")


def test_one_password_at_a_time_is_hashed_and_nobody_waits_for_a_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user, answers = make_staff(make_project(), password="correct horse battery"), []
    check = MD5PasswordHasher.verify

    def meanwhile(self: Any, *args: Any) -> bool:
        answers.append(sign_in("somebody", "guess", "203.0.113.8"))
        return bool(check(self, *args))

    monkeypatch.setattr(MD5PasswordHasher, "verify", meanwhile)
    assert sign_in(user.username, "correct horse battery") == "in"
    monkeypatch.undo()
    assert len(answers) == 1
    assert "Somebody else is signing in" in answers[0]
    assert "Too many" not in sign_in("somebody", "guess", "203.0.113.8")  # the place is free again
