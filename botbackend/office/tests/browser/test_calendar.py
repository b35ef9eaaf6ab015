"""The calendar in a real browser: tapped, dragged, swiped, read by keyboard, at both widths."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from bookings.models import Booking
from bookings.operations import hold_slots
from bookings.tests.factories import BOT, make_break, make_client, make_day_off, make_service, make_specialist
from bookings.values import Item, VisitRequest
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.calendar.outside import Outside
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues.models import Dialogue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
OPENS, CLOSES = 9, 21


def is_phone(page: Page) -> bool:
    return page.viewport_size is not None and page.viewport_size["width"] <= 600


def open_day(page: Page, salon: Salon, ahead: int = 3, **query: str) -> None:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    page.goto(f"{salon.url('calendar')}?date={salon.day(ahead)}{more}")


def place(page: Page, clock: str, column: int = 0) -> tuple[float, float]:
    """Where a time of a column is on the screen."""
    hour, _, minute = clock.partition(":")
    part = (int(hour) + int(minute) / 60 - OPENS) / (CLOSES - OPENS)
    day = page.locator("#calendar .ec-grid .ec-body .ec-day, #calendar .ec-body .ec-day").nth(column)
    box = day.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * 0.6, box["y"] + box["height"] * part + 4


def event(page: Page, booking: Booking) -> Locator:
    return page.locator(f"[data-booking='{booking.pk}']")


def choose_specialist(page: Page, name: str) -> None:
    if is_phone(page):
        page.get_by_label("Specialist").select_option(name)


def tap(page: Page, x: float, y: float) -> None:
    if is_phone(page):
        page.touchscreen.tap(x, y)
    else:
        page.mouse.click(x, y)


def drag(page: Page, what: Locator, x: float, y: float) -> None:
    """Drag by mouse, or by a finger that rests until the visit comes along."""
    box = what.bounding_box()
    assert box is not None
    from_x, from_y = box["x"] + box["width"] / 2, box["y"] + 6
    if not is_phone(page):
        page.mouse.move(from_x, from_y)
        page.mouse.down()
        page.mouse.move(x, y, steps=12)
        page.mouse.up()
        return
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        spots = [{"x": one, "y": other} for one, other in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    touch("touchStart", (from_x, from_y))
    page.wait_for_selector(".ec-dragging")
    for step in range(1, 9):
        touch("touchMove", (from_x + (x - from_x) * step / 8, from_y + (y - from_y) * step / 8))
    touch("touchEnd")


def slide(page: Page, x: float, y: float, *, by: tuple[int, int], speed: int = 800) -> None:
    """Draw a finger over the screen, as fast as a hand does: `speed` is in pixels a second."""
    finger = page.context.new_cdp_session(page)
    gesture = {"x": x, "y": y, "xDistance": by[0], "yDistance": by[1], "speed": speed}
    finger.send(
        "Input.synthesizeScrollGesture", {**gesture, "gestureSourceType": "touch", "preventFling": True}
    )


def push(page: Page, x: float, y: float, *, by: int) -> None:
    """Move a finger up or down, touch by touch; a gesture that the browser draws scrolls nothing."""
    finger = page.context.new_cdp_session(page)
    points = [y + by * step / 12 for step in range(13)]
    for kind, at in (
        ("touchStart", points[:1]),
        *(("touchMove", [at]) for at in points[1:]),
        ("touchEnd", []),
    ):
        spots = [{"x": x, "y": one} for one in at]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})


def scrolled(page: Page, where: str) -> bool:
    """Whether the grid comes to stand there within some hundred frames."""
    grid = page.locator("#calendar .ec-main")
    frame = "await new Promise(requestAnimationFrame)"
    seen = f"for (let n = 0; n < 300; n++) {{ const top = m.scrollTop; if ({where}) return true; {frame}; }}"
    return bool(grid.evaluate(f"async (m) => {{ {seen} return false; }}"))


def who_is_shown(page: Page) -> Locator:
    return page.locator(".cal-who")


def test_a_visit_is_booked_dragged_moved_and_told_from_the_calendar(
    visit: Visit, sendpulse: SendPulseStandIn, google: GoogleStandIn
) -> None:
    outside = Outside(sendpulse, google)
    salon = Salon(**outside.settings(), language="en")
    olena = make_client(salon.project, contact_id=outside.contact(), phone="+380671234567")
    Dialogue.objects.create(project=salon.project, client=olena)
    page = visit(salon.owner)
    open_day(page, salon)

    tap(page, *place(page, "10:00"))
    page.get_by_label("Haircut").check()
    expect(page.get_by_text("This time is free.")).to_be_visible()
    page.get_by_label("Phone").fill("067 1234567")
    page.get_by_role("button", name="Olena").click()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("The visit is booked. The client gets a message.")).to_be_visible()
    booking = Booking.objects.get()
    assert (booking.start, booking.specialist) == (salon.at("10:00"), salon.anna)
    outside.let_it_pass(salon.project)

    expect(event(page, booking)).to_be_visible()
    drag(page, event(page, booking), *place(page, "12:00"))
    expect(page.get_by_role("heading", name="Move the visit")).to_be_visible()
    keep_picture(page, "calendar-move")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("The visit is moved. The client gets a message.")).to_be_visible()
    booking.refresh_from_db()
    assert booking.start == salon.at("12:00")
    expect(event(page, booking)).to_contain_text("12:00")

    event(page, booking).click()
    page.get_by_role("button", name="Move").click()
    page.get_by_label("Time").fill("15:00")
    page.locator("#move-specialist").select_option("Maria")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#panel")).not_to_be_visible()
    choose_specialist(page, "Maria")
    expect(event(page, booking)).to_contain_text("15:00")
    outside.let_it_pass(salon.project)
    told = outside.read_by_client()
    assert [text.split(" your visit")[0][-5:] for text in told[1:]] == ["moved", "moved"]
    assert "15:00" in told[-1]
    assert (outside.rows("Anna"), [row[2] for row in outside.rows("Maria")]) == ([], ["15:00"])


def test_the_son_of_somebody_with_this_phone_is_booked_as_another_person(visit: Visit) -> None:
    salon = Salon()
    make_client(salon.project, name="Olena", phone="+380671234567", contact_id="")
    page = visit(salon.owner)
    page.goto(f"{salon.url('calendar')}?date={salon.day()}&view=list")
    page.get_by_role("button", name="New visit").click()
    page.get_by_label("Haircut").check()
    page.locator("#panel").get_by_label("Date").fill(str(salon.day()))
    page.locator("#panel").get_by_label("Time").fill("10:00")
    page.get_by_label("Name").fill("Ivan")
    page.get_by_label("Phone").fill("067 123 45 67")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("This phone is known. Who comes?")).to_be_in_viewport()
    assert_usable(page)
    keep_picture(page, "calendar-shared-phone")
    page.get_by_role("button", name="This is another person").click()
    expect(page.locator(".line")).to_contain_text("Ivan")
    assert Booking.objects.get().client.name == "Ivan"


def test_nothing_on_the_page_moves_once_it_can_be_tapped(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    page.add_init_script(
        "window.moves = []; new PerformanceObserver((list) => list.getEntries().forEach((one) =>"
        " window.moves.push(one.value))).observe({ type: 'layout-shift', buffered: true });"
    )
    open_day(page, salon)
    page.wait_for_load_state("networkidle")
    # The notice that came late moved more than 0.08, the names of the phone's bar and the grid up to 0.03.
    assert sum(page.evaluate("() => window.moves")) < 0.01


def test_a_drag_to_a_taken_time_offers_others_and_moves_nothing(visit: Visit) -> None:
    salon = Salon()
    mine, _ = salon.book("10:00"), salon.book("12:00", client=make_client(salon.project, name="Iryna"))
    page = visit(salon.owner)
    open_day(page, salon)
    drag(page, event(page, mine), *place(page, "12:00"))
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("This time is taken. 12:00–13:00 Iryna.")).to_be_visible()
    assert_usable(page)
    page.locator(".cal-choices .btn").first.click()
    expect(page.get_by_text("This time is free.")).to_be_visible()
    mine.refresh_from_db()
    assert mine.start == salon.at("10:00")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("The visit is moved.")).to_be_visible()
    mine.refresh_from_db()
    assert (mine.start, mine.specialist) == (salon.at("12:00"), salon.maria)  # who is free then comes first


@pytest.mark.parametrize("width", [1366], indirect=True)
def test_on_a_desk_a_visit_is_dragged_to_another_specialist(visit: Visit) -> None:
    salon = Salon()
    booking = salon.book("10:00")
    page = visit(salon.owner)
    open_day(page, salon)
    drag(page, event(page, booking), *place(page, "11:00", column=1))
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("The visit is moved.")).to_be_visible()
    booking.refresh_from_db()
    assert (booking.start, booking.specialist) == (salon.at("11:00"), salon.maria)


def test_one_tap_each_says_that_she_came_and_that_it_is_done(visit: Visit) -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    booking = salon.book("12:00", ahead=0)
    page = visit(salon.owner)
    page.on("dialog", lambda asked: asked.accept())  # in the morning it is asked whether this is meant
    open_day(page, salon, ahead=0, view="list")
    page.get_by_role("button", name="Olena").click()
    page.get_by_role("button", name="Arrived").click()
    expect(page.get_by_text("The client has arrived.")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("The visit is done.")).to_be_visible()
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_text("The visit is back in the calendar.")).to_be_visible()
    page.get_by_role("button", name="Cancel the visit").click()
    page.get_by_label("Reason").fill("ill")
    page.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_text("The visit is cancelled.")).to_be_visible()
    keep_picture(page, "calendar-cancelled")
    assert_usable(page)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel-title")).to_have_count(0)
    expect(page.locator("main .line.cancelled")).to_be_visible()
    booking.refresh_from_db()
    assert booking.status == "cancelled"


def test_a_note_for_the_team_is_written_in_the_panel_and_shown_as_a_sign(visit: Visit) -> None:
    salon = Salon()
    booking = salon.book("12:00", note="no perfume")
    page = visit(salon.owner)
    open_day(page, salon)
    choose_specialist(page, "Anna")
    event(page, booking).click()
    page.get_by_label("Note of the team").fill("Colour 7.1, likes to be early")
    page.get_by_role("button", name="Save for the team").click()
    expect(page.get_by_text("The note for your team is saved.")).to_be_visible()
    expect(page.get_by_text("Written by Iryna Bondar")).to_be_visible()
    assert_usable(page)
    page.get_by_role("textbox", name="Note of the team").scroll_into_view_if_needed()
    keep_picture(page, "calendar-team-note")
    page.get_by_role("button", name="Close").click()
    expect(event(page, booking).locator(".sign-team")).to_be_visible()
    keep_picture(page, "calendar-team-sign")


def test_the_salons_clock_is_shown_whatever_the_browsers_is(visit: Visit) -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    booking = salon.book("12:00", ahead=0)
    page = visit(salon.owner, zone="America/Los_Angeles")
    open_day(page, salon, ahead=0)
    expect(event(page, booking)).to_contain_text("12:00")
    now = page.locator(".ec-now-indicator").first
    share = now.evaluate(
        "one => { const day = document.querySelector('#calendar .ec-body .ec-day').getBoundingClientRect();"
        " return (one.getBoundingClientRect().top - day.top) / day.height }"
    )
    minutes = salon.at("00:00", 0)
    passed = (timezone.now() - minutes) / timedelta(days=1)
    assert abs(share - passed) < 0.02


def test_what_others_do_appears_by_itself(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    open_day(page, salon)
    booking = salon.book("10:00")
    expect(page.locator(".ec-now-indicator, .ec-body").first).to_be_visible()
    page.evaluate("calendar.look()")
    expect(event(page, booking)).to_be_visible()


@pytest.mark.parametrize("width", [390], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_day_is_printed_black_on_white_without_the_frame(visit: Visit, scheme: str) -> None:
    salon = Salon(name="Hair & Co")
    salon.book("10:00", client=make_client(salon.project, name="Olena Petrenko", phone="+380671234567"))
    salon.book("12:00", specialist=salon.maria, client=make_client(salon.project, name="Ганна", phone=""))
    page = visit(salon.owner)
    page.goto(f"{salon.url('calendar-print')}?date={salon.day()}")
    assert_usable(page)
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    for gone in (page.get_by_role("navigation", name="Rooms"), page.get_by_role("button", name="Print")):
        expect(gone).to_be_hidden()
    for shown in ("Anna", "Maria", "Olena Petrenko", "+380671234567", "10:00–11:00", "Haircut"):
        expect(page.get_by_text(shown, exact=True).first).to_be_visible()
    body = page.locator("body")
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.get_by_text("Olena Petrenko")).to_have_css("color", "rgb(0, 0, 0)")
    keep_picture(page, f"calendar-printed-{scheme}")


@pytest.mark.parametrize("width", [390], indirect=True)
@pytest.mark.parametrize("speed", [250, 1500])
def test_a_swipe_from_anywhere_shows_the_next_specialist_and_opens_nothing(visit: Visit, speed: int) -> None:
    salon = Salon()
    mine, hers = salon.book("10:00"), salon.book("12:00", specialist=salon.maria)
    page = visit(salon.owner)
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    open_day(page, salon)
    expect(event(page, mine)).to_be_visible()
    x, on_visit = place(page, "10:30")
    for y in (on_visit, place(page, "11:30")[1], place(page, "13:15")[1]):
        slide(page, x, y, by=(-150, 12), speed=speed)
        expect(who_is_shown(page)).to_have_text("Maria")
        expect(event(page, hers)).to_be_visible()
        slide(page, x - 150, y, by=(150, -12), speed=speed)
        expect(who_is_shown(page)).to_have_text("Anna")
        expect(event(page, mine)).to_be_visible()
    slide(page, 40, on_visit, by=(150, 0), speed=speed)  # on the hours, and nobody is before the first
    expect(who_is_shown(page)).to_have_text("Anna")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#panel")).not_to_be_visible()
    assert [line for line in said if "touchmove" in line] == []


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_finger_that_goes_up_scrolls_the_grid_and_is_no_swipe_and_no_tap(visit: Visit) -> None:
    salon = Salon()
    booking = salon.book("10:00")
    page = visit(salon.owner)
    open_day(page, salon)
    x, y = place(page, "11:00")
    push(page, x, y, by=-160)
    assert scrolled(page, "top > 50")
    assert page.evaluate("scrollY") == 0
    expect(who_is_shown(page)).to_have_text("Anna")
    expect(page.locator("#panel")).not_to_be_visible()
    push(page, x, y, by=220)
    assert scrolled(page, "top === 0")
    tap(page, *place(page, "10:15"))
    expect(page.get_by_role("button", name="Move")).to_be_visible()
    assert booking.status == "booked"


@pytest.mark.parametrize("width", [390], indirect=True)
def test_arrows_name_who_is_next_and_the_plus_books_with_who_is_shown(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    open_day(page, salon)
    page.get_by_role("button", name="Next specialist").click()
    expect(who_is_shown(page)).to_have_text("Maria")
    expect(page.locator("[data-turn='-1']")).to_contain_text("Anna")
    expect(page.locator("[data-turn='1']")).to_be_hidden()
    page.locator("[data-plus]").click()
    expect(page.locator("#visit-specialist option:checked")).to_have_text("Maria")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Later").click()
    expect(who_is_shown(page)).to_have_text("Maria")


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_phone_begins_with_who_has_visits_and_not_with_who_is_off(visit: Visit) -> None:
    salon = Salon()
    make_day_off(salon.project, salon.day(), salon.day(), salon.anna)
    page = visit(salon.owner)
    open_day(page, salon)
    expect(who_is_shown(page)).to_have_text("Maria")
    page.get_by_role("button", name="Previous specialist").click()
    expect(page.get_by_role("article").get_by_text("Away")).to_be_visible()


@pytest.mark.parametrize("view", ["day", "week"])
def test_the_title_and_the_arrows_stay_in_sight(visit: Visit, view: str) -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    salon.book("22:00", ahead=0, specialist=salon.maria)
    page = visit(salon.owner)
    open_day(page, salon, ahead=0, view=view)
    expect(page.locator(".visit").first).to_be_attached()
    assert page.evaluate("scrollY") == 0
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(page.get_by_role("link", name="Later")).to_be_in_viewport()


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_week_on_a_phone_is_a_list_of_days_with_whole_names(visit: Visit) -> None:
    salon = Salon()
    names = ["Олена Коваленко", "Maryna Shevchuk", "Zofia Wisniewska"]
    for name, who in zip(names, [salon.anna, salon.maria, salon.maria], strict=True):
        clock = "10:00" if name != names[2] else "12:00"
        salon.book(clock, client=make_client(salon.project, name=name), specialist=who)
    page = visit(salon.owner)
    open_day(page, salon, view="week")
    for name in names:
        line = page.get_by_text(name, exact=True)
        expect(line).to_be_visible()
        box = line.bounding_box()
        assert box is not None
        assert box["height"] < 30
    page.get_by_text(names[0], exact=True).click()
    expect(page.get_by_role("button", name="Move")).to_be_visible()


@pytest.mark.parametrize("width", [1366], indirect=True)
def test_a_week_of_everybody_has_a_line_for_each_visit_with_time_name_and_whose_it_is(visit: Visit) -> None:
    salon = Salon()
    names = ["Катерина Савченко", "Людмила Захарченко", "Христина Панчук"]
    places = [(salon.anna, "10:00"), (salon.maria, "10:30"), (salon.anna, "12:00")]
    booked = [
        salon.book(clock, specialist=who, client=make_client(salon.project, name=name))
        for name, (who, clock) in zip(names, places, strict=True)
    ]
    page = visit(salon.owner)
    open_day(page, salon, view="week")
    expect(event(page, booked[0]).locator(".v-whose")).to_have_text("An")
    expect(event(page, booked[1]).locator(".v-whose")).to_have_text("Ma")
    expect(page.locator(".cal-whose")).to_be_in_viewport(ratio=1)
    expect(page.locator(".cal-whose")).to_contain_text("Maria")
    cut = "one => one.scrollWidth > one.clientWidth"
    for one in booked:
        for part in (".v-time", ".v-who"):
            assert not event(page, one).locator(part).evaluate(cut), (part, one.client.name)
    expect(event(page, booked[0])).to_have_attribute("aria-label", re.compile("Катерина Савченко"))
    keep_picture(page, "calendar-week-everybody")
    assert_usable(page)
    to = (
        page.locator("#calendar .ec-body .ec-day")
        .nth((salon.day() + timedelta(days=1)).weekday())
        .bounding_box()
    )
    assert to is not None
    event(page, booked[0]).click()
    page.keyboard.press("Escape")
    page.mouse.click(to["x"] + to["width"] / 2, to["y"] + to["height"] - 10)
    expect(page.locator("#when-day")).to_have_value((salon.day() + timedelta(days=1)).isoformat())


@pytest.mark.parametrize("width", [390], indirect=True)
def test_a_phone_that_was_put_away_shows_the_same_specialist_for_the_day(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    open_day(page, salon)
    page.get_by_role("button", name="Next specialist").click()
    expect(who_is_shown(page)).to_have_text("Maria")
    later = page.context.new_page()
    later.goto("/admin/")
    expect(who_is_shown(later)).to_have_text("Maria")


def test_of_half_an_hour_no_line_is_cut_through(visit: Visit) -> None:
    salon = Salon()
    booking = salon.book("10:00", service=salon.manicure)
    page = visit(salon.owner)
    open_day(page, salon)
    cut = """one => { const frame = one.getBoundingClientRect();
        return [...one.querySelectorAll('.v-body > span')].map(part => part.getBoundingClientRect())
            .filter(part => part.top < frame.bottom - 1 && part.bottom > frame.bottom + 1).length }"""
    assert event(page, booking).evaluate(cut) == 0
    expect(event(page, booking)).to_contain_text("Manicure")


@pytest.mark.parametrize("width", [1366], indirect=True)
def test_the_keyboard_goes_through_one_column_after_the_other(visit: Visit) -> None:
    salon = Salon()
    booked = [
        salon.book("09:00"),
        salon.book("15:00"),
        salon.book("10:00", specialist=salon.maria),
        salon.book("14:00", specialist=salon.maria),
    ]
    page = visit(salon.owner)
    open_day(page, salon)
    expect(event(page, booked[0])).to_be_visible()
    event(page, booked[0]).focus()
    found = []
    for _ in booked:
        found.append(page.evaluate("document.activeElement.dataset.booking"))
        page.keyboard.press("Tab")
    assert found == [str(one.pk) for one in booked]


def test_a_calendar_that_hears_nothing_says_since_when_and_leads_to_the_sign_in(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner, trouble=("ERR_INTERNET_DISCONNECTED",))
    open_day(page, salon)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.evaluate("calendar.look()")
    expect(page.get_by_text("Not up to date since")).to_contain_text(salon.at("00:00", 0).strftime(":")[:1])
    page.context.set_offline(False)
    page.evaluate("calendar.look()")
    expect(page.get_by_text("Not up to date since")).to_be_hidden()
    page.context.clear_cookies()
    page.evaluate("calendar.look()")
    page.get_by_role("link", name="Sign in again").click()
    page.wait_for_url(re.compile("/login/"))


def test_who_booked_another_day_gets_a_way_there(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    open_day(page, salon)
    page.locator("[data-plus]").click()
    page.get_by_label("Haircut").check()
    page.locator("#panel").get_by_label("Date").fill(salon.day(5).isoformat())
    page.locator("#panel").get_by_label("Time").fill("16:00")
    page.get_by_label("Name").fill("Ганна")
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_role("link", name="Ганна").click()
    page.wait_for_url(re.compile(f"date={salon.day(5)}"))
    expect(page.locator(".visit, .line").first).to_be_attached()


def test_the_big_plus_books_at_the_next_free_time(visit: Visit) -> None:
    salon = Salon()
    page = visit(salon.owner)
    open_day(page, salon)
    page.get_by_role("button", name="New visit").click()
    page.get_by_label("Haircut").check()
    page.locator("[data-pick-time]").first.click()
    expect(page.get_by_text("This time is free.")).to_be_visible()
    page.get_by_label("Name").fill("Ганна")
    keep_picture(page, "calendar-new")
    assert_usable(page)
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()
    assert Booking.objects.get().client.name == "Ганна"


def test_the_keyboard_finds_the_list_and_a_visit_in_it(visit: Visit) -> None:
    salon = Salon()
    salon.book("10:00")
    page = visit(salon.owner)
    open_day(page, salon)
    skip = page.get_by_role("link", name="Show the visits as a list")
    skip.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("view=list"))
    page.get_by_role("button", name="Olena").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).not_to_be_visible()


@pytest.mark.parametrize("view", ["day", "week", "list"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_full_day_is_usable_and_names_of_any_script_are_text(visit: Visit, view: str, scheme: str) -> None:
    salon = full_salon()
    page = visit(salon.owner)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_day(page, salon, view=view)
    expect(page.locator(".visit, .line").first).to_be_visible()
    keep_picture(page, f"calendar-{view}-{scheme}")
    assert_usable(page)
    if view == "day":
        page.locator(".visit").first.click()
        expect(page.get_by_role("button", name="Move")).to_be_visible()
        keep_picture(page, f"calendar-visit-{scheme}")
        assert_usable(page)


def full_salon() -> Salon:
    """Four specialists on a busy day: every status, a break, leave, a hold, a gap, an overbooked visit."""
    salon = Salon(allow_nesting=True, name="Hair & Co")
    day = salon.day()
    sofia, daria = make_specialist(salon.project, "Sofia"), make_specialist(salon.project, "Daria")
    make_break(salon.project, day.weekday(), "13:00", "14:00")
    make_day_off(salon.project, day, day, daria)
    colour = make_service(salon.project, "Colour and cut", duration_minutes=120, gap_start=30, gap_minutes=60)
    names = ["Олена Коваль", "<script>alert(1)</script>", "شيماء عبد الله", "W" * 60, "Zofia", "Ян"]
    people = [make_client(salon.project, name=name) for name in names]
    salon.book("09:00", client=people[0], note="no perfume")
    done = salon.book("10:30", client=people[1])
    Booking.objects.filter(pk=done.pk).update(status="completed")
    salon.book("14:00", client=people[2], service=colour)
    missed = salon.book("09:30", specialist=salon.maria, client=people[3])
    Booking.objects.filter(pk=missed.pk).update(status="no_show")
    came = salon.book("11:00", specialist=salon.maria, client=people[4])
    Booking.objects.filter(pk=came.pk).update(arrived_at=came.start)
    salon.book("11:00", specialist=salon.maria, client=people[5], overbook_reason="sisters")
    held = [Item(salon.haircut.pk, sofia.pk, salon.at("15:00"))]
    request = VisitRequest(project=salon.project, client=people[0], items=held, origin=BOT)
    hold_slots(request=request, until=timezone.now() + timedelta(minutes=10))
    return salon


def test_a_specialist_sees_the_own_column_only(visit: Visit) -> None:
    salon = Salon()
    mine, hers = salon.book("10:00"), salon.book("10:00", specialist=salon.maria)
    page = visit(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    open_day(page, salon)
    expect(event(page, mine)).to_be_visible()
    expect(event(page, hers)).to_have_count(0)
    expect(page.get_by_role("button", name="New visit")).to_have_count(0)
    assert_usable(page)
