"""The team's main jobs in a real browser, at both widths."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from bookings.models import DateOverride, DayOff, Offering, Service, Specialist, WeeklyRange
from bookings.tests.factories import (
    at,
    make_booking,
    make_break,
    make_client,
    make_day_off,
    make_hours,
    make_offering,
    make_override,
    make_service,
    make_specialist,
)
from bookings.tests.factories import make_project as make_salon
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import make_colleague
from dialogues.models import Dialogue, Message
from projects.models import Project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LONG = "Олександра-Вікторія Нечипоренко-Завадовська (колорист, стиліст)"


@pytest.fixture
def salon() -> Project:
    """A salon at work: three people, some services, a visit in three weeks."""
    salon = make_salon(name="Hair & Co")
    anna = make_specialist(salon, "Anna", position=0)
    maria = make_specialist(salon, LONG, position=1)
    make_specialist(salon, "Olha", position=2, does_every_service=False)
    for weekday in range(5):
        make_hours(anna, weekday, ("09:00", "13:00"), ("14:00", "18:00"))
    make_break(salon, 6, "00:00", "24:00")
    cut = make_service(salon, "Haircut", position=0)
    make_service(salon, "Colouring of long hair", position=1, price=Decimal(2400), price_from=True)
    make_service(salon, "Manicure", position=2, price=Decimal(600), price_to=None)
    make_offering(maria, cut, price=Decimal(900), duration_minutes=90)
    olena = make_client(salon, name="Olena <b>Bond</b>")
    Dialogue.objects.create(project=salon, client=olena)
    make_booking(anna, cut, visit_at(), client=olena)
    return salon


def visit_at() -> datetime:
    """Ten o'clock of a Wednesday some three weeks ahead."""
    today = timezone.localdate()
    day = today + timedelta(days=21 + (2 - today.weekday()) % 7)
    return at("10:00", day)


def opened(visit: Visit, salon: Project, path: str = "") -> Page:
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/team/{path}")
    return page


def said(page: Page, text: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(text)


def test_hours_are_changed_and_copied_to_all_days(visit: Visit, salon: Project) -> None:
    page = opened(visit, salon)
    assert_usable(page)
    keep_picture(page, "team-people")
    page.get_by_role("link", name="Olha As the salon").click()
    page.get_by_label("Own hours").check()
    monday = page.locator('[data-day="0"]')
    monday.get_by_role("button", name="Hours", exact=True).click()
    monday.get_by_label("from").first.fill("930")
    monday.get_by_label("to", exact=False).first.fill("13")
    monday.get_by_role("button", name="Hours", exact=True).click()
    monday.get_by_label("from").nth(1).fill("14:00")
    monday.get_by_label("to", exact=False).nth(1).fill("24:00")
    monday.get_by_role("button", name="Break", exact=True).click()
    monday.get_by_role("button", name="Copy").click()
    page.locator('[data-day="5"]').get_by_role("button", name="Remove").first.click()
    assert_usable(page)
    keep_picture(page, "team-week")
    page.get_by_role("button", name="Save the week").click()
    said(page, "The hours are saved.")
    olha = Specialist.objects.get(name="Olha")
    rows = WeeklyRange.objects.filter(specialist=olha).order_by("weekday", "start_minute")
    assert rows.count() == 13
    assert list(rows.filter(weekday=0).values_list("start_minute", "end_minute")) == [(570, 780), (840, 1440)]
    page.locator('[data-day="1"]').get_by_label("from").first.fill("99")
    page.get_by_role("button", name="Save the week").click()
    expect(page.locator('[data-day="1"] .errorlist')).to_contain_text("Write a time")
    expect(page.locator('[data-day="1"] input').first).to_be_focused()
    assert_usable(page)


def test_the_salons_own_week(visit: Visit, salon: Project) -> None:
    page = opened(visit, salon, "hours/salon/")
    assert_usable(page)
    keep_picture(page, "team-salon")
    page.get_by_label("Open from").fill("8")
    page.locator('[data-day="5"]').get_by_label("Closed").check()
    page.get_by_role("button", name="Save the week").click()
    said(page, "The hours are saved.")
    page.goto(f"/admin/salon/{salon.slug}/team/")
    expect(page.get_by_role("link", name="The salon's hours")).to_contain_text(
        "08:00–21:00; closed: Sat, Sun"
    )


def test_a_short_day_is_put_on_the_calendar(visit: Visit, salon: Project) -> None:
    day = visit_at().date()
    page = opened(visit, salon, f"leave/?month={day:%Y-%m}")
    page.locator(f'[data-date="{day}"]').click()
    page.locator("#panel").get_by_role("link", name="Other hours").click()
    panel = page.locator("#panel")
    panel.get_by_label("Who", exact=True).select_option("Anna")
    panel.get_by_role("button", name="Hours", exact=True).click()
    panel.get_by_label("from").fill("14")
    panel.get_by_label("to", exact=False).fill("18")
    assert_usable(page)
    keep_picture(page, "team-short-day")
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".notice")).to_contain_text("1 visit is booked then")
    panel.get_by_role("button", name="Save all the same").click()
    expect(page.locator("main .notice.success")).to_have_text("The hours of this day are saved.")
    expect(page.locator("#month .visits")).to_contain_text("Olena <b>Bond</b>")
    assert DateOverride.objects.get().ranges == [[840, 1080]]


def test_leave_lists_the_visits_that_it_hits(visit: Visit, salon: Project) -> None:
    day = visit_at().date()
    make_override(salon, day + timedelta(days=1), ("10:00", "15:00"))
    make_day_off(salon, day - timedelta(days=9), day - timedelta(days=7), Specialist.objects.get(name=LONG))
    page = opened(visit, salon, f"leave/?month={day:%Y-%m}")
    page.get_by_role("link", name="Leave", exact=True).last.click()
    panel = page.locator("#panel")
    panel.get_by_label("Who", exact=True).select_option("Anna")
    panel.get_by_label("First day").fill(f"{day}")
    panel.get_by_label("Last day").fill(f"{day + timedelta(days=2)}")
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".notice")).to_contain_text("1 visit is booked then")
    assert_usable(page)
    keep_picture(page, "team-leave-asks")
    panel.get_by_role("button", name="Save all the same").click()
    expect(page.locator("main .notice.success")).to_have_text("The leave is saved.")
    hit = page.locator("#hit")
    expect(hit).to_be_in_viewport()
    expect(hit.locator(".visits")).to_contain_text("Haircut")
    expect(page.locator(f'[data-date="{day}"] .hit')).to_be_visible()
    assert DayOff.objects.count() == 2
    assert_usable(page)
    keep_picture(page, "team-leave")
    _tell_and_move(page)


def _tell_and_move(page: Page) -> None:
    """Both are done beside the visit; the list says what is left."""
    hit = page.locator("#hit")
    expect(hit).to_contain_text("1 client is still to be told")
    hit.get_by_role("button", name="Tell").click()
    expect(hit.get_by_label("The client reads this")).to_be_focused()
    assert_usable(page)
    keep_picture(page, "team-leave-tell")
    hit.get_by_role("button", name="Close").click()
    expect(hit.get_by_role("button", name="Tell")).to_be_focused()
    hit.get_by_role("button", name="Tell").click()
    hit.get_by_role("button", name="Send to the client").click()
    said(page, "The client gets a message.")
    expect(hit.locator(".visit-line")).to_be_focused()
    expect(hit).to_contain_text("Every client here was told")
    assert Message.objects.filter(text__isnull=False).count() == 1
    hit.get_by_role("link", name="Move").click()
    panel = page.locator("#panel")
    panel.get_by_label("Specialist").select_option(LONG)
    panel.get_by_role("button", name="Move", exact=True).click()
    expect(hit).to_contain_text("No visit stands in the way")
    assert page.url.endswith("#hit")
    keep_picture(page, "team-leave-done")


def test_a_price_is_changed_in_its_place(visit: Visit, salon: Project, width: int) -> None:
    olha = Specialist.objects.get(name="Olha")
    page = opened(visit, salon, "prices/")
    assert_usable(page)
    keep_picture(page, "team-prices")
    if width < 600:
        page.get_by_role("link", name="Olha").click()
    cut = Service.objects.get(name="Haircut")
    cell = page.locator(f"#cell-{cut.pk}-{olha.pk}")
    cell.get_by_role("button").click()
    expect(cell.get_by_label("Price", exact=True)).to_be_focused()
    cell.get_by_label("Does this service").check()
    cell.get_by_label("Price", exact=True).fill("x")
    cell.get_by_role("button", name="Save").click()
    expect(cell.locator(".errorlist")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "team-cell")
    cell.get_by_label("Price", exact=True).fill("850")
    cell.get_by_role("button", name="Save").click()
    said(page, "Haircut is saved.")
    expect(cell).to_contain_text("850 UAH")
    expect(cell.get_by_role("button")).to_be_focused()
    assert Offering.objects.get(specialist=olha).price == 850
    cell.get_by_role("button").click()
    expect(cell.get_by_label("Price", exact=True)).to_be_focused()
    cell.get_by_label("Price", exact=True).press("Escape")
    expect(cell).to_contain_text("850 UAH")


def test_services_are_put_in_order_by_buttons_and_by_drag(visit: Visit, salon: Project) -> None:
    page = opened(visit, salon, "services/")
    assert_usable(page)
    keep_picture(page, "team-services")
    entries = page.locator(".sortable > li")
    page.get_by_role("button", name="Move Haircut down").click()
    said(page, "The order is saved.")
    expect(entries.nth(1)).to_contain_text("Haircut")
    expect(page.get_by_role("button", name="Move Haircut down")).to_be_focused()
    with page.expect_response(lambda answer: "/order/" in answer.url):
        _drag(page, entries.nth(2).locator("[data-grip]"), entries.nth(0))
    expect(entries.nth(0)).to_contain_text("Manicure")
    names = list(Service.objects.filter(project=salon).values_list("name", flat=True))
    assert names == ["Manicure", "Colouring of long hair", "Haircut"]


def _drag(page: Page, what: object, where: object) -> None:
    start, end = what.bounding_box(), where.bounding_box()  # type: ignore[attr-defined]
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + end["height"] / 2, steps=5)
    page.mouse.move(end["x"] + 20, end["y"] + 2, steps=3)
    page.mouse.up()


def test_services_people_and_rooms_are_edited_in_the_panel(visit: Visit, salon: Project) -> None:
    page = opened(visit, salon, "services/")
    page.get_by_role("link", name="New service").click()
    panel = page.locator("#panel")
    panel.get_by_label("Name of the service", exact=True).fill("haircut")
    panel.get_by_label("Minutes", exact=True).fill("45")
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".errorlist")).to_have_count(2)
    assert_usable(page)
    keep_picture(page, "team-service")
    panel.get_by_label("Name of the service", exact=True).fill("Brows")
    panel.get_by_label("Minutes", exact=True).fill("30")
    panel.get_by_role("button", name="Save").click()
    said(page, "Brows can be booked.")
    expect(page.locator("#services")).to_contain_text("Brows")
    page.goto(f"/admin/salon/{salon.slug}/team/rooms/")
    page.get_by_role("link", name="New room").click()
    panel.get_by_label("Name or title", exact=True).fill("By the window")
    panel.get_by_label("Kind").fill("chair")
    panel.get_by_role("button", name="Save").click()
    said(page, "By the window is there.")
    assert_usable(page)
    keep_picture(page, "team-rooms")
    page.goto(f"/admin/salon/{salon.slug}/team/")
    page.get_by_role("link", name="Edit Anna").click()
    panel.get_by_role("link", name="Put aside").click()
    expect(panel).to_contain_text("1 visit remains booked")
    assert_usable(page)
    keep_picture(page, "team-aside")
    panel.get_by_role("button", name="Put aside").click()
    said(page, "Anna is put aside")
    page.get_by_text("Those put aside (1)").click()
    page.get_by_role("button", name="Bring back").click()
    said(page, "Anna is back in the team.")


def test_the_room_in_the_dark_and_in_ukrainian(visit: Visit, salon: Project) -> None:
    page = visit(make_colleague(salon))
    page.emulate_media(color_scheme="dark")
    for path in ("", f"hours/{Specialist.objects.get(name='Anna').pk}/", "leave/", "prices/"):
        page.goto(f"/admin/salon/{salon.slug}/team/{path}")
        assert_usable(page)
        keep_picture(page, f"team-dark-{path.split('/')[0] or 'people'}")


def test_every_line_of_a_visit_says_that_its_client_was_told(visit: Visit) -> None:
    salon = Salon()
    olena, _ = salon.client_with_chat(name="Olena")
    wishes = [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.anna, "11:00")]
    first, second = salon.book_several(wishes, client=olena)
    other = salon.book("14:00", client=salon.client_with_chat(name="Iryna")[0])
    make_day_off(salon.project, salon.day(), salon.day(), salon.anna)
    page = visit(salon.owner)
    page.goto(f"{salon.url('team-leave-month')}?month={salon.day():%Y-%m}")
    page.locator(f"#hit-{other.pk}").get_by_role("button", name="Tell").click()
    page.locator(f"#tell-{other.pk}").fill("Half a letter")
    page.locator(f"#hit-{first.pk}").get_by_role("button", name="Tell").click()
    page.locator(f"#hit-{first.pk}").get_by_role("button", name="Send to the client").click()
    for row in (first, second):
        expect(page.locator(f"#hit-{row.pk} .badge.good")).to_be_visible()
    expect(page.locator("#hit-left")).to_contain_text("1 client")
    expect(page.locator(f"#hit-{first.pk}")).to_be_focused()
    expect(page.locator(f"#tell-{other.pk}")).to_have_value("Half a letter")
