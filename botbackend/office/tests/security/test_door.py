"""Coming in: a password, then a code where there is one; and what stays shut without."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from botbackend.office.security.door import SECONDS_FOR_CODE
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.staff.sign_in import LINKS_FOR_ONE_ACCOUNT
from projects.models import Authenticator, SignIn
from projects.security import second_factor
from projects.tests.authenticators import code_of, with_second_factor
from projects.tests.factories import make_project, make_staff

pytestmark = pytest.mark.django_db
PASSWORD = "a long sentence of mine"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def owner() -> User:
    user = make_colleague(make_project())
    user.set_password(PASSWORD)
    user.save()
    return user


def come_in(browser: Client, user: User, **more: str) -> HttpResponse:
    form = {"username": user.username, "password": PASSWORD, **more}
    return browser.post("/admin/login/", form)  # type: ignore[return-value]


def is_in(browser: Client) -> bool:
    return browser.get(reverse("office:security")).status_code == 200


def test_the_password_is_enough_without_a_second_step() -> None:
    browser, user = Client(), owner()
    answer = come_in(browser, user, next="/admin/security/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/security/")
    assert is_in(browser)


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_the_door_leads_to_no_other_site(elsewhere: str) -> None:
    assert come_in(Client(), owner(), next=elsewhere)["Location"] == reverse("office:home")


def test_a_wrong_password_and_a_stranger_hear_the_same() -> None:
    user = owner()
    answers = [
        Client().post("/admin/login/", {"username": name, "password": "wrong"})
        for name in (user.username, "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    said = {answer.context["form"].non_field_errors()[0] for answer in answers}
    assert len(said) == 1


def test_who_does_not_work_here_stays_outside() -> None:
    client = make_staff(is_staff=False, password=PASSWORD)
    assert come_in(Client(), client).status_code == 422


def test_with_a_second_step_the_password_alone_opens_nothing(clock: time_machine.Traveller) -> None:
    browser, user = Client(), owner()
    secret, _ = with_second_factor(user)
    clock.shift(60)
    assert come_in(browser, user, next="/admin/security/")["Location"] == reverse("office:sign-in-code")
    assert not is_in(browser)
    assert browser.post(reverse("office:sign-in-code"), {"code": "000000"}).status_code == 422
    assert not is_in(browser)
    clock.shift(5)
    answer = browser.post(reverse("office:sign-in-code"), {"code": code_of(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/security/")
    assert is_in(browser)
    assert SignIn.objects.get().factor == SignIn.Factor.APP


def test_a_recovery_code_lets_in_and_says_how_many_are_left() -> None:
    browser, user = Client(), owner()
    _, codes = with_second_factor(user)
    come_in(browser, user)
    browser.post(reverse("office:sign-in-code"), {"code": codes[3]})
    assert "9 are left" in browser.get(reverse("office:security")).content.decode()
    assert SignIn.objects.get().factor == SignIn.Factor.RECOVERY


def test_the_code_is_asked_for_ten_minutes_and_only_under_the_same_password(
    clock: time_machine.Traveller,
) -> None:
    user = owner()
    _, codes = with_second_factor(user)
    late, other = Client(), Client()
    come_in(late, user)
    clock.shift(SECONDS_FOR_CODE + 1)
    assert late.post(reverse("office:sign-in-code"), {"code": codes[0]})["Location"] == "/admin/login/"
    come_in(other, user)
    user.set_password("another long sentence")
    user.save()
    assert other.post(reverse("office:sign-in-code"), {"code": codes[0]})["Location"] == "/admin/login/"
    assert not is_in(late)
    assert not is_in(other)


def test_nobody_comes_to_the_code_without_a_password() -> None:
    assert Client().get(reverse("office:sign-in-code"))["Location"] == "/admin/login/"


def test_guessing_codes_has_an_end_at_the_brake() -> None:
    browser, user = Client(), owner()
    with_second_factor(user)
    come_in(browser, user)
    codes = [browser.post(reverse("office:sign-in-code"), {"code": "000000"}).status_code for _ in range(12)]
    assert codes[:9] == [422] * 9
    assert codes[-1] == 429


@pytest.mark.parametrize(
    ("language", "said"), [("pl", "Spróbuj ponownie za"), ("uk", "Спробуйте ще раз через")]
)
def test_who_tried_too_often_is_told_when_to_try_again_in_the_own_language(language: str, said: str) -> None:
    browser, user = Client(headers={"accept-language": language}), owner()
    typed = {"username": user.username, "password": "wrong"}
    for _ in range(12):
        answer = browser.post("/admin/login/?next=/admin/", typed)
    page = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in page
    assert re.search(rf"{said} \d+", page)
    assert 'href="/admin/login/?next=/admin/"' in page
    assert 0 < int(answer["Retry-After"]) <= 60


def test_who_waits_for_an_hour_is_not_told_so_in_seconds() -> None:
    for _ in range(LINKS_FOR_ONE_ACCOUNT + 1):
        answer = Client().post("/admin/password-reset/", {"email": "olha@example.com"})
    assert answer.status_code == 429
    assert re.search(r"Try again in \d\d minutes\.", answer.content.decode())


PAGES = ["office:home", "office:security", "office:technical", "admin:auth_user_changelist"]


@pytest.mark.parametrize("page", PAGES)
def test_where_it_is_required_nothing_opens_without(page: str, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    operator = make_staff(is_superuser=True)
    answer = signed_in(operator).get(reverse(page))
    assert (answer.status_code, answer["Location"]) == (302, reverse("office:security-second-step"))


def test_parts_of_a_page_lead_the_whole_page_there(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    salon = make_project()
    answer = signed_in(make_colleague(salon)).get(
        reverse("office:inbox-count", args=[salon.slug]), headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, reverse("office:security-second-step"))


@pytest.mark.parametrize("role", [Role.STAFF, Role.SPECIALIST])
def test_colleagues_who_own_nothing_work_without(role: Role, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    assert is_in(signed_in(make_colleague(make_project(), role)))


def test_setting_it_up_opens_the_salon_and_ends_other_sessions(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    user = owner()
    browser, elsewhere = signed_in(user), signed_in(user)
    elsewhere.get(reverse("office:security-second-step"))
    page = browser.get(reverse("office:security-second-step"))
    secret = page.context["secret"].replace(" ", "")
    assert f">{page.context['secret']}<" in page.content.decode()
    assert "<svg" in page.content.decode()
    assert " style=" not in page.content.decode()
    address = reverse("office:security-second-step")
    mine = {"password": PASSWORD}
    assert browser.post(address, {"new": "000000", **mine}).context["secret"] == page.context["secret"]
    done = browser.post(address, {"new": code_of(secret), **mine})
    assert len(done.context["codes"]) == 10
    assert done["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert is_in(browser)
    assert not is_in(elsewhere)


@pytest.mark.parametrize("password", ["", "another one than mine"])
def test_nobody_sets_it_up_without_the_password(password: str) -> None:
    user = owner()
    browser, address = signed_in(user), reverse("office:security-second-step")
    secret = browser.get(address).context["secret"].replace(" ", "")
    answer = browser.post(address, {"new": code_of(secret), "password": password})
    assert (answer.status_code, "errorlist" in answer.content.decode()) == (422, True)
    assert not second_factor.has_second_factor(user)


def test_removing_it_ends_the_sessions_that_had_passed_it(settings: Settings) -> None:
    user = owner()
    _, codes = with_second_factor(user)
    here, elsewhere = Client(), Client()
    for browser, code in zip((here, elsewhere), codes, strict=False):
        come_in(browser, user)
        browser.post(reverse("office:sign-in-code"), {"code": code})
        assert is_in(browser)
    assert here.post(reverse("office:security-remove"), {"code": codes[2]}).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_session_that_passed_a_step_of_before_passes_no_more(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    user = owner()
    _, codes = with_second_factor(user)
    browser = Client()
    come_in(browser, user)
    browser.post(reverse("office:sign-in-code"), {"code": codes[0]})
    assert is_in(browser)
    Authenticator.objects.filter(user=user).delete()
    answer = browser.get(reverse("office:security"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("office:security-second-step"))


def test_replacing_it_asks_for_the_one_before(clock: time_machine.Traveller) -> None:
    user = owner()
    _, codes = with_second_factor(user)
    browser = signed_in(user)
    address = reverse("office:security-second-step")
    secret = browser.get(address).context["secret"].replace(" ", "")
    assert browser.post(address, {"code": "wrong", "new": code_of(secret)}).status_code == 422
    assert browser.post(address, {"code": codes[0], "new": code_of(secret)}).status_code == 200
    clock.shift(60)
    assert browser.post(reverse("office:security-recovery-codes"), {"code": codes[1]}).status_code == 422
    renewed = browser.post(reverse("office:security-recovery-codes"), {"code": code_of(secret)})
    assert len(renewed.context["codes"]) == 10
    last = {"code": renewed.context["codes"][0]}
    assert browser.post(reverse("office:security-remove"), last)["Location"] == reverse("office:security")
    assert not SignIn.objects.filter(user=user, factor="app").exists()
    assert come_in(Client(), user)["Location"] == reverse("office:home")
