"""The panels of visits in a real browser: in the calendar, and where other rooms open them."""

import pytest
from playwright.sync_api import Page, expect

from bookings.models import Booking
from bookings.tests.factories import make_client, make_service
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.calendar.salon import Salon

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def open_list(page: Page, salon: Salon) -> None:
    page.goto(f"{salon.url('calendar')}?date={salon.day()}&view=list")


def test_a_visit_gets_other_services_and_the_client_reads_of_it(visit: Visit) -> None:
    salon = Salon(language="en")
    make_service(salon.project, "Color", duration_minutes=120, price="1500.00")
    olena, dialogue = salon.client_with_chat(language="en")
    booking = salon.book("10:00", client=olena)
    page = visit(salon.owner)
    open_list(page, salon)
    page.get_by_role("button", name="Olena").click()
    keep_picture(page, "visit-panel")
    page.get_by_role("button", name="Change services").click()
    page.get_by_label("Anna").select_option("Color")
    page.locator("#panel").get_by_label("Manicure").check()
    expect(page.get_by_text("12:00–12:30 Manicure · Anna")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "visit-services")
    page.get_by_role("button", name="Save the services").click()
    expect(page.get_by_text("The services are changed. The client gets a message.")).to_be_visible()
    keep_picture(page, "visit-services-changed")
    booking.refresh_from_db()
    assert (booking.service.name, Booking.objects.count()) == ("Color", 2)
    assert "has changed the services" in dialogue.messages.get().text


def test_who_calls_is_typed_first_and_book_is_in_view(visit: Visit) -> None:
    salon = Salon()
    for number in range(12):
        make_service(salon.project, f"Service {number}")
    page = visit(salon.owner)
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 820})  # type: ignore[index]
    open_list(page, salon)
    page.get_by_role("button", name="New visit").click()
    for seen in (page.get_by_label("Name"), page.get_by_label("Phone"), page.locator("#visit-book")):
        expect(seen).to_be_in_viewport(ratio=1)
    keep_picture(page, "visit-new")
    page.locator("#panel").get_by_label("Haircut").check()
    expect(page.locator("[data-pick-time]")).to_have_count(4)
    assert_usable(page)


def test_a_visit_is_booked_from_the_card_of_a_client_as_in_the_calendar(visit: Visit) -> None:
    salon = Salon()
    olena = make_client(salon.project)
    page = visit(salon.owner)
    page.goto(salon.url("client", olena.pk))
    page.get_by_role("link", name="Book").or_(page.get_by_role("button", name="Book")).first.click()
    expect(page.locator("#visit-book")).to_be_in_viewport(ratio=1)
    page.locator("#panel").get_by_label("Haircut").check()
    page.locator("[data-pick-time]").nth(1).click()
    expect(page.get_by_text("This time is free.")).to_be_visible()
    keep_picture(page, "visit-new-card")
    page.locator("#visit-book").click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()
    assert Booking.objects.get().client == olena


def test_a_cancelled_visit_is_put_back_and_the_client_who_was_told_is_told(visit: Visit) -> None:
    salon = Salon()
    olena, _ = salon.client_with_chat()
    booking = salon.book("10:00", client=olena)
    salon.post("visit-cancel", booking.pk, edition=salon.edition(booking), tell="1")
    page = visit(salon.owner)
    open_list(page, salon)
    page.get_by_role("button", name="Olena").click()
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_label("Tell the client in the chat")).to_be_checked()
    keep_picture(page, "visit-restore")
    assert_usable(page)
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_text("The visit is back in the calendar. The client gets a message.")).to_be_visible()
