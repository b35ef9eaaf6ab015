"""The frame around every room."""

import pytest
from playwright.sync_api import expect

from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import keep_picture
from botbackend.office.tests.people import make_colleague
from projects.tests.factories import make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


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


def test_the_skip_link_leads_past_the_menus(visit: Visit) -> None:
    page = visit(make_colleague(make_project()))
    page.goto("/admin/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_count_stands_beside_its_picture_and_not_on_it(visit: Visit) -> None:
    page = visit(make_colleague(make_project()))
    page.goto("/admin/")
    page.wait_for_load_state("networkidle")
    page.locator(".room-count").evaluate("one => { one.innerHTML = '<span class=count>12</span>' }")
    count, picture = page.locator(".count").bounding_box(), page.locator("a:has(.count) .icon").bounding_box()
    assert count is not None
    assert picture is not None
    assert count["x"] >= picture["x"] + picture["width"] - 3
    keep_picture(page, "frame-count")


@pytest.mark.parametrize("width", [390], indirect=True)
def test_tabs_that_run_off_the_edge_snap_and_fade(visit: Visit) -> None:
    salon = make_project()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/settings/")
    tabs = page.locator(".tabs").first
    assert tabs.evaluate("one => one.scrollWidth > one.clientWidth")
    assert tabs.evaluate("one => getComputedStyle(one).scrollSnapType") in ("x", "x proximity")
    keep_picture(page, "frame-tabs")
