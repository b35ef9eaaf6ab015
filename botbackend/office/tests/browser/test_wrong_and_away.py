"""What goes wrong at a desk, in a real browser: the wrong client, somebody ill, two pairs of hands."""

import pytest
from playwright.sync_api import expect

from bookings.models import Booking, DayOff
from bookings.tests.factories import make_client, make_day_off, make_specialist
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.calendar.salon import Salon

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_the_visit_of_the_wrong_client_is_given_to_the_right_one(visit: Visit) -> None:
    salon = Salon(language="en")
    former, chat = salon.client_with_chat(name="Olena Koval", language="en")
    hers = make_client(salon.project, name="Olena Kovalchuk", phone="+380671234567")
    salon.book("10:30", client=hers, specialist=salon.maria)
    booking = salon.book("10:00", client=former)
    page = visit(salon.owner)
    page.goto(f"{salon.url('calendar')}?date={salon.day()}&view=list&panel={salon.url('visit', booking.pk)}")
    page.get_by_role("button", name="Another client").click()
    page.get_by_label("Name").wait_for()
    page.get_by_label("Name").press_sequentially("kovalch")
    page.locator("#visit-found").get_by_role("button", name="Olena Kovalchuk").click()
    expect(page.get_by_text("Olena Kovalchuk is with Maria at 10:30–11:30 already")).to_be_visible()
    expect(page.get_by_label("Tell Olena Koval in the chat")).to_be_checked()
    assert_usable(page)
    keep_picture(page, "visit-give")
    page.get_by_role("button", name="Give the visit to this client").click()
    expect(page.get_by_text("The visit is this client's now. A message is on its way.")).to_be_visible()
    expect(page.locator("#panel .cal-name")).to_have_text("Olena Kovalchuk")
    keep_picture(page, "visit-given")
    booking.refresh_from_db()
    assert booking.client == hers
    assert "no longer booked for you" in chat.messages.get().text


def test_who_is_ill_is_seen_and_her_visit_goes_to_a_colleague_at_the_same_time(visit: Visit) -> None:
    salon = Salon(language="en")
    nina = make_specialist(salon.project, "Nina")
    booking = salon.book("09:00", client=make_client(salon.project, name="Olena"))
    salon.book("09:00", specialist=salon.maria)
    make_day_off(salon.project, salon.day(), salon.day(), salon.anna)
    DayOff.objects.update(reason="flu")
    page = visit(salon.owner)
    page.goto(f"{salon.url('calendar')}?date={salon.day()}")
    expect(page.get_by_text("Away: flu").locator("visible=true").first).to_be_visible()
    stranded = page.locator(f".visit.stranded[data-booking='{booking.pk}']")
    expect(stranded).to_have_accessible_name("09:00, Olena, Haircut, Anna, Booked, Away: flu")
    assert_usable(page)
    keep_picture(page, "calendar-away")
    stranded.click()
    expect(page.get_by_text("This visit needs another time or somebody else.")).to_be_visible()
    keep_picture(page, "visit-away")
    page.locator("#panel").get_by_role("button", name="Move").click()
    first = page.locator("[data-pick-time]").first
    expect(first).to_contain_text("09:00 · Nina")
    keep_picture(page, "visit-move-away")
    first.click()
    expect(page.get_by_text("This time is free.")).to_be_visible()
    assert_usable(page)
    page.locator("#panel").get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("The visit is moved.")).to_be_visible()
    booking.refresh_from_db()
    assert (booking.specialist, booking.start) == (nina, salon.at("09:00"))


def test_a_visit_of_two_services_goes_to_the_two_who_were_chosen(visit: Visit) -> None:
    salon = Salon(language="en")
    page = visit(salon.owner)
    page.goto(f"{salon.url('calendar')}?date={salon.day()}&view=list")
    where = f"{salon.url('visit-new')}?start={salon.day()}T10:00:00&specialist={salon.anna.pk}"
    page.evaluate("path => office.open(path)", where)
    page.get_by_label("Name").fill("Olena")
    panel = page.locator("#panel")
    panel.get_by_role("checkbox", name="Haircut").check()
    expect(page.get_by_text("This time is free.")).to_be_visible()
    expect(page.locator("#visit-hands select")).to_have_count(0)
    panel.get_by_role("checkbox", name="Manicure").check()
    second = page.locator("#visit-hands").get_by_label("Manicure")
    second.focus()
    second.select_option("Maria")
    expect(panel.get_by_text("11:00–11:30 Manicure · Maria")).to_be_visible()
    expect(second).to_have_value(str(salon.maria.pk))
    expect(second).to_be_focused()
    assert_usable(page)
    second.scroll_into_view_if_needed()
    keep_picture(page, "visit-new-two")
    page.locator("#visit-book").click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()
    found = Booking.objects.order_by("start").values_list("specialist__name", flat=True)
    assert list(found) == ["Anna", "Maria"]
