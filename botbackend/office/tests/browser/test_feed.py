"""A specialist takes the address of the own visits to the phone, and another one when it got lost."""

import pytest
from playwright.sync_api import expect

from bookings.models import Specialist
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, make_colleague

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("width", [390])
def test_the_address_is_copied_and_replaced_in_its_panel(visit: Visit, width: int) -> None:
    salon = Salon()
    page = visit(make_colleague(salon.project, Role.SPECIALIST, specialist=salon.anna))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(salon.url("calendar"))
    page.get_by_label("Menu").click()
    page.get_by_role("link", name="Visits in the phone's calendar").click()
    address = page.locator("#feed-address")
    expect(address).to_contain_text(f"/calendar/{salon.anna.calendar_token}.ics")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address.inner_text()
    assert_usable(page)
    page.once("dialog", lambda box: box.accept())
    page.get_by_role("button", name="New address").click()
    expect(page.get_by_text("There is a new address.")).to_be_visible()
    token = Specialist.objects.get(pk=salon.anna.pk).calendar_token
    assert token != salon.anna.calendar_token
    expect(address).to_contain_text(token)
