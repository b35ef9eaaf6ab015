"""The panels of visits in a real browser: in the calendar, and where other rooms open them."""

import pytest
from playwright.sync_api import Page, Route, expect

from bookings.models import Booking
from bookings.tests.factories import make_client, make_day_off, make_offering, make_service, make_specialist
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
    expect(page.get_by_role("button", name="Change services")).to_be_visible()
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
    expect(page.locator("[data-pick-time]")).to_have_count(3)
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


def test_wherever_a_panel_is_opened_it_looks_as_in_the_calendar(visit: Visit) -> None:
    salon = Salon()
    olena, dialogue = salon.client_with_chat()
    booking = salon.book("10:00", client=olena)
    page = visit(salon.owner)
    heights = "one => one.getBoundingClientRect()"
    for room in (salon.url("client", olena.pk), salon.url("talk", dialogue.pk), salon.url("team")):
        page.goto(room)
        page.wait_for_load_state("networkidle")
        page.evaluate("path => office.open(path)", salon.url("visit", booking.pk))
        acts = page.locator(".cal-acts .btn")
        expect(acts.first).to_be_visible()
        assert page.locator(".cal-history summary").evaluate(heights)["height"] >= 44
        tops = [acts.nth(at).evaluate(heights)["top"] for at in range(2)]
        assert tops[0] == tops[1]
        assert_usable(page)
        page.evaluate("path => office.open(path)", salon.url("visit-new"))
        expect(page.locator("#visit-book")).to_be_in_viewport(ratio=1)
        fields = [page.locator(name).evaluate(heights)["top"] for name in ("#when-day", "#when-time")]
        assert fields[0] == fields[1]
        keep_picture(page, f"visit-new-{room.split('/')[4]}")


def test_the_answer_stands_beside_the_button_and_the_first_free_time_in_the_form(visit: Visit) -> None:
    salon = Salon()
    make_offering(salon.maria, salon.haircut, price="900.00")
    page = visit(salon.owner)
    open_list(page, salon)
    page.get_by_role("button", name="New visit").click()
    expect(page.locator("#visit-answer")).to_contain_text("Choose a service")
    page.locator("#panel").get_by_label("Haircut").check()
    answer = page.locator("#visit-answer")
    expect(answer).to_contain_text("This time is free.")
    expect(answer).to_be_in_viewport(ratio=1)
    expect(page.locator("#when-time")).to_have_value("09:00")
    page.locator("#panel").get_by_label("Manicure").check()
    expect(answer).to_contain_text("90 min")
    page.locator("#visit-specialist").select_option("Maria")
    expect(answer).to_contain_text("Maria")
    expect(page.locator("[data-by]", has_text="Haircut")).to_contain_text("900")
    page.locator("#when-time").fill("1530")
    page.locator("#when-time").press("Tab")
    expect(page.locator("#when-time")).to_have_value("15:30")
    expect(answer).to_contain_text("15:30")
    page.locator("#visit-specialist").select_option("Anna")
    expect(answer).to_contain_text("Anna")
    expect(page.locator("#when-time")).to_have_value("15:30")  # what was chosen stays
    keep_picture(page, "visit-new-answer")
    assert_usable(page)


def test_with_a_specialist_chosen_what_only_others_do_stands_last_and_keeps_its_tick(visit: Visit) -> None:
    salon = Salon()
    nina = make_specialist(salon.project, "Nina", does_every_service=False)
    make_offering(nina, salon.manicure, price="333.00")
    page = visit(salon.owner)
    open_list(page, salon)
    page.get_by_role("button", name="New visit").click()
    page.locator("#panel").get_by_label("Haircut").check()
    page.locator("#visit-specialist").select_option("Nina")
    lines = page.locator(".cal-offers-list > *")
    expect(lines).to_contain_text(["Manicure", "Others do:", "Haircut"])
    expect(lines.first).to_contain_text("333")
    expect(page.locator("#panel").get_by_label("Haircut")).to_be_checked()
    expect(page.locator("#visit-answer")).to_contain_text("Nina does not do Haircut; these do: Anna, Maria.")
    page.locator("#visit-specialist").select_option("")
    expect(lines).to_contain_text(["Haircut", "Manicure"])
    expect(page.get_by_text("Others do:")).to_have_count(0)


def test_that_the_client_is_elsewhere_then_stands_beside_the_button_once_it_is_known_who_comes(
    visit: Visit,
) -> None:
    salon = Salon()
    salon.book("16:30", client=make_client(salon.project, name="Olena", phone="+380671234567"))
    page = visit(salon.owner)
    open_list(page, salon)
    start = f"{salon.url('visit-new')}?start={salon.day()}T17:00:00&specialist={salon.maria.pk}"
    page.evaluate("path => office.open(path)", start)
    page.locator("#panel").get_by_label("Haircut").check()
    answer = page.locator("#visit-answer")
    expect(answer).to_contain_text("This time is free.")
    page.get_by_label("Phone").fill("067 123 45 67")
    page.locator("#visit-found .line-button").click()
    expect(answer).to_contain_text("Olena is with Anna at 16:30–17:30 already: Haircut.")
    expect(answer).to_be_in_viewport(ratio=1)
    keep_picture(page, "visit-new-elsewhere")
    assert_usable(page)


def test_a_visit_of_several_services_gets_others_on_the_phone_too(visit: Visit) -> None:
    salon = Salon()
    rows = salon.book_several([(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.anna, "11:00")])
    page = visit(salon.owner)
    open_list(page, salon)
    page.evaluate("path => office.open(path)", salon.url("visit-move", rows[0].pk))
    page.locator("#panel").get_by_label("Manicure").select_option("Maria")
    expect(page.locator("#visit-answer")).to_contain_text("Anna, Maria")
    keep_picture(page, "visit-move-several")
    assert_usable(page)
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("The visit is moved.")).to_be_visible()
    found = Booking.objects.order_by("start").values_list("specialist__name", flat=True)
    assert list(found) == ["Anna", "Maria"]


def test_on_top_without_a_reason_the_section_stays_open_and_names_its_field(visit: Visit) -> None:
    salon = Salon()
    salon.book("10:00", client=make_client(salon.project, name="Iryna"))
    page = visit(salon.owner)
    open_list(page, salon)
    page.evaluate("path => office.open(path)", f"{salon.url('visit-new')}?start={salon.day()}T10:00:00")
    page.get_by_label("Name").fill("Olena")
    page.locator("#panel").get_by_label("Haircut").check()
    page.locator("#visit-specialist").select_option("Anna")
    expect(page.locator("#visit-answer")).to_contain_text("This time is taken. 10:00–11:00 Iryna.")
    page.get_by_label("Put it on top").check()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("Write why: it is kept with the visit.")).to_be_in_viewport()
    expect(page.get_by_label("Why all the same")).to_be_focused()
    keep_picture(page, "visit-new-on-top")
    assert_usable(page)
    page.get_by_label("Why all the same").fill("sisters")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()
    assert Booking.objects.filter(is_overbooked=True).count() == 1


def test_while_it_is_booked_the_button_works_and_what_is_said_covers_no_field(visit: Visit) -> None:
    salon = Salon()
    booking = salon.book("10:00")
    page = visit(salon.owner)
    open_list(page, salon)
    page.evaluate("path => office.open(path)", f"{salon.url('visit-new')}?start={salon.day()}T12:00:00")
    page.get_by_label("Name").fill("Ganna")
    page.locator("#panel").get_by_label("Haircut").check()
    expect(page.locator("#visit-answer")).to_contain_text("This time is free.")
    held: list[Route] = []
    page.route("**/visits/new/", lambda route: held.append(route))
    page.get_by_role("button", name="Book", exact=True).click()
    button = page.locator("#visit-book")
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_be_disabled()
    keep_picture(page, "visit-new-busy")
    held[0].continue_()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()
    page.evaluate("path => office.open(path)", salon.url("visit", booking.pk))
    note = page.get_by_role("textbox", name="Note", exact=True)
    expect(note).to_be_visible()
    expect(page.locator(".toast")).to_be_visible()
    keep_picture(page, "visit-toast")
    inside = page.locator("#panel .panel-content").bounding_box()
    toast = page.locator(".toast").bounding_box()
    assert inside is not None
    assert toast is not None
    is_beside = toast["x"] + toast["width"] <= inside["x"] or toast["y"] + toast["height"] <= inside["y"] + 40
    assert is_beside, (toast, inside)


def test_dates_and_times_read_the_same_in_an_english_browser_of_america(visit: Visit) -> None:
    salon = Salon()
    booking = salon.book("15:00")
    page = visit(salon.owner, language="en-US")
    open_list(page, salon)
    page.evaluate("path => office.open(path)", salon.url("visit-move", booking.pk))
    clock = page.locator("#when-time")
    expect(clock).to_have_value("15:00")
    assert clock.evaluate("one => one.type") == "text"
    day = salon.day()
    expect(page.locator("#when-day")).to_have_attribute("data-shown", f"{day:%a} {day.day} {day:%b}")
    expect(page.locator("#cal-date")).to_have_attribute("data-shown", f"{day:%a} {day.day} {day:%b}")
    keep_picture(page, "visit-move-english")
    assert_usable(page)


def test_a_time_with_somebody_else_is_judged_when_a_visit_is_moved(visit: Visit) -> None:
    salon = Salon()
    make_day_off(salon.project, salon.day(-30), salon.day(300), salon.anna)
    booking = salon.book("10:00", specialist=salon.maria)
    Booking.objects.filter(pk=booking.pk).update(specialist=salon.anna)
    page = visit(salon.owner)
    open_list(page, salon)
    page.evaluate("path => office.open(path)", salon.url("visit-move", booking.pk))
    page.locator("[data-pick-specialist]").first.click()
    expect(page.locator("#visit-answer")).to_contain_text("This time is free.")
    expect(page.locator("#visit-answer")).to_contain_text("Maria")


def test_the_first_free_time_never_takes_the_place_of_what_is_being_typed(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    open_list(page, salon)
    page.get_by_role("button", name="New visit").click()
    page.locator("#when-time").press_sequentially("15")
    assert page.locator("[name=auto]").input_value() == ""
    page.locator("#panel").get_by_label("Haircut").evaluate(
        "one => { one.checked = true; one.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    expect(page.locator("[data-pick-time]").first).to_be_visible()
    expect(page.locator("#when-time")).to_have_value("15")


def test_a_button_whose_words_are_hidden_on_a_phone_keeps_its_name(visit: Visit, width: int) -> None:
    salon = Salon()
    page = visit(salon.owner)
    page.goto(salon.url("assistant-knowledge"))
    button = page.get_by_role("button", name="Add", exact=True)
    expect(button).to_be_visible()
    wide = button.locator(".at-desk").evaluate("one => one.getBoundingClientRect().width")
    assert (wide > 1) == (width > 600)
