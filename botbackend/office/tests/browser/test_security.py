"""An owner who must have a second step sets it up alone, at a desk and on a phone."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django import Settings

from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, follow, keep_picture
from botbackend.office.tests.people import make_colleague
from projects.tests.authenticators import code_of
from projects.tests.factories import make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PASSWORD = "a long sentence of mine"


def owner() -> User:
    user = make_colleague(make_project(name="Hair & Co"))
    user.set_password(PASSWORD)
    user.save()
    return user


def at_the_door(visit: Visit, user: User) -> Page:
    page = visit(user)
    page.context.clear_cookies()
    page.goto("/admin/")
    return page


def come_in(page: Page, user: User) -> None:
    page.get_by_label("Your e-mail").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_from_the_first_password_to_the_calendar_and_back_by_a_recovery_code(
    visit: Visit, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    user = owner()
    page = at_the_door(visit, user)
    assert_usable(page)
    keep_picture(page, "sign-in")
    come_in(page, user)
    expect(page.get_by_role("heading", name="Set up the second step")).to_be_visible()
    expect(page.locator("svg.qr")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "second-step")
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(code_of(secret))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert_usable(page)
    keep_picture(page, "recovery-codes")
    code = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("link", name="Calendar")).to_be_visible()
    page.get_by_label("Menu").click()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/admin/")
    come_in(page, user)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "code")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("9 are left")).to_be_visible()


def test_devices_and_passwords_stand_behind_the_menu(visit: Visit) -> None:
    user = owner()
    visit(user).goto("/admin/")
    page = visit(user)
    page.goto("/admin/")
    page.get_by_label("Menu").click()
    page.get_by_role("link", name="Security").click()
    expect(page.get_by_text("this device")).to_be_visible()
    expect(page.locator("[aria-labelledby=devices] li")).to_have_count(2)
    assert_usable(page)
    keep_picture(page, "security")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("That device is signed out.")).to_be_visible()
    expect(page.locator("[aria-labelledby=devices] li")).to_have_count(1)
    follow(page.get_by_role("link", name="Change the password"))
    assert_usable(page)


@pytest.mark.parametrize("can_mail", [True, False])
def test_who_forgot_the_password_is_told_what_to_do(visit: Visit, settings: Settings, can_mail: bool) -> None:
    settings.DEFAULT_FROM_EMAIL = "salon@example.com" if can_mail else "botbackend@localhost"
    page = at_the_door(visit, owner())
    follow(page.get_by_role("link", name="I forgot the password"))
    assert_usable(page)
    if not can_mail:
        expect(page.get_by_text("sends no mail")).to_be_visible()
        return
    page.get_by_label("Your e-mail").fill("anna@example.com")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_text("a link is on its way")).to_be_visible()
    assert_usable(page)
