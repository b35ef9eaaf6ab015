"""The room of figures in a real browser."""

import csv
from itertools import combinations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Booking, Client
from bookings.tests.factories import make_project
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, follow, keep_picture
from botbackend.office.tests.figures.salons import fill
from botbackend.office.tests.people import make_colleague
from projects.models import Project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TABS = ("Today", "Visits and takings", "Team and hours", "Clients", "Talks and cost")


def busy_salon() -> Project:
    salon = make_project(name="Hair & Co")
    fill(salon, count=600, seed=7, around=timezone.now())
    Booking.objects.update(guest_name='<script>alert("x")</script> ' + "و" * 60)
    Client.objects.update(source="instagram" * 7)
    return salon


def test_every_tab_is_usable_at_both_widths_and_in_the_dark(visit: Visit) -> None:
    salon = busy_salon()
    page = visit(make_colleague(salon))
    for tab in TABS:
        page.goto(f"/admin/salon/{salon.slug}/figures/")
        follow(page.locator(".tabs").get_by_role("link", name=tab, exact=True))
        keep_picture(page, f"figures-{tab.split()[0].lower()}")
        assert_usable(page)
        page.emulate_media(color_scheme="dark")
        assert_usable(page)
        page.emulate_media(color_scheme="light")


_LABELS = """() => [...document.querySelectorAll('.bars-worth span, .bars text')]
    .filter(one => one.checkVisibility()).map(one => { const box = one.getBoundingClientRect();
        return [one.textContent, box.left, box.right, box.top, box.bottom]; })"""


def test_the_chart_of_takings_begins_at_zero_and_its_labels_are_readable(visit: Visit) -> None:
    salon = busy_salon()
    page = visit(make_colleague(salon))
    for span in ("7", "30", "90", "365"):
        page.goto(f"/admin/salon/{salon.slug}/figures/visits/?span={span}")
        labels = page.evaluate(_LABELS)
        worth = page.locator(".bars-worth span").all_inner_texts()
        assert worth[-1] == "0 UAH"
        assert all(line.endswith(" UAH") for line in worth)
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert all(left >= 0 and right <= width for _, left, right, _, _ in labels)
        cover = [
            (one[0], other[0])
            for one, other in combinations(labels, 2)
            if one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]
        ]
        assert cover == []
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('.bars text')].map(one => getComputedStyle(one).fontSize)"
    )
    assert set(sizes) == {"13px"}


def test_a_bar_says_what_it_is_worth_under_the_pointer_and_under_a_finger(visit: Visit, width: int) -> None:
    salon = busy_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/figures/visits/?span=30")
    said, drawn = page.locator(".bars-said"), page.locator(".bars svg")
    most = said.inner_text()
    assert most.startswith("Most: ")
    values = [bar.get_attribute("data-said") for bar in page.locator(".bars .bar").all()]
    assert most.removeprefix("Most: ") in values
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box
    for place in (0, 17, 29):  # above the bars, too: of nothing there is none
        where = box["x"] + box["width"] * (place + 0.5) / 30, box["y"] + 6
        page.touchscreen.tap(*where) if width < 600 else page.mouse.move(*where)
        expect(said).to_have_text(str(values[place]))
        assert page.locator(".bars .told").get_attribute("data-said") == values[place]
    if width > 600:
        page.mouse.move(5, 5)
        expect(said).to_have_text(most)


_CUT = """() => [...document.querySelectorAll('.scroll')].flatMap(box => [...box.querySelectorAll('.takings')]
    .filter(one => one.checkVisibility())
    .filter(one => one.getBoundingClientRect().right > box.getBoundingClientRect().right + 1)
    .map(one => one.textContent))"""
_NAMES = """box => { box.scrollLeft = 999; const name = box.querySelector('tbody th').getBoundingClientRect();
    return [name.left - box.getBoundingClientRect().left, box.scrollLeft]; }"""


def test_takings_are_seen_without_scrolling_and_names_stay_beside_what_is_scrolled(visit: Visit) -> None:
    salon = busy_salon()
    page = visit(make_colleague(salon), language="uk-UA")
    for tab in ("visits", "team"):
        page.goto(f"/admin/salon/{salon.slug}/figures/{tab}/?span=365")
        for one in page.locator("details:not(.own-span) > summary.btn").all():
            one.click()
        assert page.locator(".scroll .takings").count() > 3
        assert page.evaluate(_CUT) == []
        for box in page.locator(".scroll").all():
            off, moved = box.evaluate(_NAMES)
            assert off == pytest.approx(0, abs=1) or not moved
        assert_usable(page)


def test_a_period_is_chosen_its_table_is_opened_and_taken_along(visit: Visit) -> None:
    salon = busy_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/figures/visits/")
    page.get_by_role("link", name="30 days").click()
    page.get_by_text("The same as a table").click()
    assert page.locator("section.card").first.locator("tbody tr").count() == 30
    assert page.locator("svg .bar").count() == 30
    page.get_by_text("Other days").click()
    page.get_by_label("From").fill("2026-11-02")
    page.get_by_label("To").fill("2026-11-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("The last day must not be before the first.")).to_be_visible()
    assert_usable(page)
    page.get_by_label("To").fill("2026-11-03")
    page.get_by_role("button", name="Show").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a table: Takings").click()
    rows = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows] == ["Date", "2026-11-02", "2026-11-03"]
