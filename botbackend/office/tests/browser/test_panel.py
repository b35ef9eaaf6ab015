"""The panel of every room: how it opens and closes, and what it says when something goes wrong."""

import re
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Dialog, Page, Route, expect

from bookings.tests.factories import make_client, make_service
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.calendar.salon import Salon

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


_IS_SEEN = """() => { const one = document.activeElement, box = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"""


def open_new_visit(page: Page, salon: Salon) -> None:
    page.goto(f"{salon.url('calendar')}?date={salon.day()}&view=list")
    page.get_by_role("button", name="New visit").click()
    expect(page.get_by_role("heading", name="New visit")).to_be_visible()


def fill_in(page: Page, salon: Salon) -> None:
    page.get_by_label("Haircut").check()
    page.locator("#panel").get_by_label("Date").fill(salon.day().isoformat())
    page.locator("#panel").get_by_label("Time").fill("16:00")
    page.get_by_label("Name").fill("Ганна")
    page.wait_for_load_state("networkidle")


def test_back_closes_the_panel_and_stays_on_the_page(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    open_new_visit(page, salon)
    address = page.url
    page.go_back()
    expect(page.locator("#panel")).not_to_be_visible()
    assert page.url == address
    page.get_by_role("button", name="New visit").click()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel")).not_to_be_visible()
    page.wait_for_function("!history.state || !history.state.panel")
    page.get_by_role("link", name="Week").click()
    page.wait_for_url(re.compile("view=week"))
    page.go_back()
    page.wait_for_url(address)
    expect(page.locator("#panel")).not_to_be_visible()


def test_what_was_typed_is_asked_for_before_the_panel_closes(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    asked: list[str] = []
    open_new_visit(page, salon)
    answers = [Dialog.dismiss, Dialog.accept]

    def answer(box: Dialog) -> None:
        asked.append(box.message)
        answers.pop(0)(box)

    page.on("dialog", answer)
    page.get_by_label("Name").fill("Ганна")
    page.go_back()
    expect(page.get_by_label("Name")).to_have_value("Ганна")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel")).not_to_be_visible()
    assert asked == ["Leave what was typed?"] * 2


def test_a_form_begins_at_its_beginning_and_the_keyboard_stands_where_one_types(
    visit: Visit, width: int
) -> None:
    salon = Salon()
    row = salon.book("10:00")
    page = visit(salon.owner)
    open_new_visit(page, salon)
    panel, field = page.locator("#panel"), page.get_by_label("Name")
    if width > 600:
        expect(field).to_be_focused()
    else:
        expect(field).not_to_be_focused()  # a phone's keyboard would hide the services
    page.keyboard.press("Space")
    expect(panel).to_be_visible()
    field.fill("")
    panel.evaluate("one => { one.scrollTop = 9999; }")
    page.get_by_label("Note").press("Tab")
    assert page.evaluate(_IS_SEEN), "the foot covers what has the focus"
    page.get_by_role("button", name="Close").click()
    page.evaluate(f"office.open('{salon.url('visit-move', row.pk)}')")
    expect(page.get_by_role("heading", name="Move the visit")).to_be_in_viewport(ratio=1)
    assert panel.evaluate("one => one.scrollTop") == 0


def test_back_leads_from_the_form_to_the_visit_and_then_out(visit: Visit) -> None:
    salon = Salon()
    row = salon.book("10:00")
    page = visit(salon.owner)
    page.goto(f"/admin/salon/{salon.project.slug}/calendar/?date={salon.day()}&view=list")
    page.locator(".line-button").click()
    panel = page.locator("#panel")
    panel.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("heading", name="Move the visit")).to_be_visible()
    page.go_back()
    expect(panel.get_by_role("button", name="Move", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Change services").click()
    panel.get_by_role("button", name="Leave it as it is").click()
    expect(panel.get_by_role("button", name="Move", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("heading", name="Move the visit")).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()
    page.wait_for_function("!history.state || !history.state.panel")
    assert "/calendar/?date=" in page.url  # not a step too far
    page.evaluate(f"office.open('{salon.url('visit', row.pk)}')")
    page.go_back()
    expect(panel).to_be_hidden()


def test_a_page_is_not_loaded_again_over_what_was_typed_without_a_question(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    open_new_visit(page, salon)
    page.get_by_label("Name").click()
    page.get_by_label("Name").press_sequentially("Ганна")
    asked: list[str] = []

    def answer(box: Dialog) -> None:
        asked.append(box.type)
        box.accept()

    page.on("dialog", answer)
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_role("heading", name="New visit")).to_be_visible()  # it is open again
    fill_in(page, salon)
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()
    page.reload()
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("trouble", ["offline", "500"])
def test_what_went_wrong_stands_in_the_open_panel(visit: Visit, trouble: str) -> None:
    salon = Salon()
    page = visit(salon.owner, trouble=("500", "ERR_FAILED", "htmx:"))
    open_new_visit(page, salon)
    fill_in(page, salon)

    def fail(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
        elif trouble == "offline":
            route.abort()
        else:
            route.fulfill(status=500)

    page.route("**/visits/new/", fail)
    page.get_by_role("button", name="Book", exact=True).click()
    said = page.locator("#panel").get_by_role("alert")
    told = {"offline": "Press again: it is done only once.", "500": "Nothing was saved; try again."}
    expect(said).to_contain_text(told[trouble])
    expect(said).to_be_in_viewport()
    expect(said).to_be_focused()
    keep_picture(page, f"panel-{trouble}")
    assert_usable(page)
    page.unroute("**/visits/new/")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()


def test_who_was_signed_out_signs_in_and_finds_what_was_typed(visit: Visit) -> None:
    salon = Salon()
    salon.owner.set_password("a long secret of hers")
    salon.owner.save()
    page = visit(salon.owner, trouble=("401",))
    open_new_visit(page, salon)
    fill_in(page, salon)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Book", exact=True).click()
    page.locator("#panel").get_by_role("link", name="Sign in again").click()
    page.get_by_label("Your e-mail").fill(salon.owner.username)
    page.get_by_label("Password").fill("a long secret of hers")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Name")).to_have_value("Ганна")
    expect(page.get_by_label("Haircut")).to_be_checked()
    expect(page.locator("#panel").get_by_label("Time")).to_have_value("16:00")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()


def test_the_first_mistake_of_a_form_is_in_view_and_has_the_focus(visit: Visit) -> None:
    salon = Salon()
    for number in range(20):
        make_service(salon.project, f"Service {number}")
    page = visit(salon.owner)
    open_new_visit(page, salon)
    page.get_by_label("Name").fill("Ганна")
    page.locator("#panel").get_by_label("Time").fill("16:00")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Book", exact=True).click()
    mistake = page.locator("#panel .errorlist").first
    expect(mistake).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#panel').contains(document.activeElement)")
    assert page.evaluate("document.activeElement.matches('input, select')")


def test_an_address_of_a_panel_opens_its_room_with_it_and_so_does_a_reload(visit: Visit) -> None:
    salon = Salon()
    booking = salon.book("10:00")
    page = visit(salon.owner)
    for name, args, heading in (
        ("visit", [booking.pk], None),
        ("visit-new", [], "New visit"),
        ("visit-move", [booking.pk], "Move the visit"),
        ("team-service", [salon.haircut.pk], None),
        ("team-room-new", [], None),
    ):
        page.goto(salon.url(name, *args))
        expect(page.locator("#panel h2")).to_be_visible()
        expect(page.locator("nav.rooms")).to_be_visible()
        if heading:
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert "panel=" not in page.url
    page.reload()
    expect(page.locator("#panel h2")).to_be_visible()


def test_a_panel_of_elsewhere_is_not_opened(visit: Visit) -> None:
    salon, other = Salon(), Salon()
    page = visit(salon.owner)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("https://example.com/", "//example.com/", other.url("visit-new"), "/admin/logout/"):
        page.goto(f"{salon.url('calendar')}?panel={address}")
        page.wait_for_load_state("networkidle")
    assert [
        url
        for url in asked
        if "panel=" not in url and ("example" in url or "logout" in url or other.project.slug in url)
    ] == []


def test_what_a_client_wrote_never_becomes_a_form_of_the_page(visit: Visit) -> None:
    salon = Salon()
    stop = salon.url("assistant-stop")
    client = make_client(salon.project, name=f"<form hx-post={stop} hx-trigger=load hx-swap=none></form>")
    salon.book("10:00", client=client)
    page = visit(salon.owner, trouble=("406", "Status Error Code"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    day = f"start={salon.day()}&end={salon.day(4)}"
    addresses = [
        f"{salon.url('calendar-events')}?{day}",
        salon.url("client-export", client.pk),
        salon.url("figures-download", "clients"),
        salon.url("client", client.pk),
    ]
    for address in addresses:
        page.goto(f"{salon.url('clients')}?{urlencode({'panel': address})}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#panel")).not_to_be_visible()
        # Nor by a script of ours that asks for the wrong thing: the page looks at what it was answered, too.
        with page.expect_response(re.compile(re.escape(urlsplit(address).path))):
            page.evaluate("address => office.open(address)", address)
        expect(page.get_by_text("Something went wrong. Nothing was saved; try again.")).to_be_visible()
        expect(page.locator("#panel")).not_to_be_visible()
    as_it_is = {"status": 200, "content_type": "text/html", "body": client.name}
    page.route("**/visits/new/**", lambda route: route.fulfill(**as_it_is))
    page.goto(f"{salon.url('clients')}?{urlencode({'panel': salon.url('visit-new')})}")
    expect(page.get_by_text("Something went wrong. Nothing was saved; try again.")).to_be_visible()
    assert sent == []
