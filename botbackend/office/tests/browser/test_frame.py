"""The frame around every room."""

import pytest

from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.people import make_colleague
from projects.tests.factories import make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOMS = ("calendar", "inbox", "clients", "team", "assistant", "figures")


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_usable_at_both_widths_and_in_the_dark(visit: Visit, room: str) -> None:
    salon = make_project(name="Hair & Co")
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/{room}/")
    keep_picture(page, room)
    assert_usable(page)
    page.emulate_media(color_scheme="dark")
    assert_usable(page)


def test_a_person_changes_the_language_and_finds_it_again(visit: Visit) -> None:
    salon = make_project(name="Hair & Co")
    user = make_colleague(salon)
    page = visit(user)
    page.goto("/admin/")
    page.get_by_label("Menu").click()
    page.get_by_label("Language").select_option("pl")
    page.get_by_role("button", name="Change", exact=True).click()
    assert page.locator("html").get_attribute("lang") == "pl"
    elsewhere = visit(user)
    elsewhere.goto("/admin/")
    assert elsewhere.locator("html").get_attribute("lang") == "pl"
