"""Whatever opens the panel opens it again and leaves its page alone, on every page that links to one."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from bookings.models import Client
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.test_rooms import make_lively_salon
from botbackend.office.tests.people import Role, make_colleague
from projects.models import Project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
OPENS = '[hx-get][hx-target="#panel-body"]:visible'
# A panel that closes takes its entry out of the tab's history, a moment later.
_CLOSED = "history.state?.panel ? addEventListener('popstate', done, { once: true }) : done()"
BACK = f"new Promise((done) => {_CLOSED})"
CHANGED = ("settings", "assistant", "clients", "team", "bookings", "talks")  # what lists listen to
PAGES = (
    "calendar-list", "clients", "team", "team-services", "team-prices", "team-rooms", "team-leave-month",
    "assistant", "assistant-knowledge", "assistant-wordings", "assistant-scenarios", "settings-people",
    "settings-keys", "settings-connections", "figures",
)  # fmt: skip


def pages_of(salon: Project) -> dict[str, str]:
    """The addresses of pages with panels, by name."""
    pages = {name: reverse(f"office:{name}", args=[salon.slug]) for name in PAGES}
    client = Client.objects.filter(project=salon, dialogue__isnull=False).earliest("pk")
    pages["client"] = reverse("office:client", args=[salon.slug, client.pk])
    pages["talk"] = reverse("office:talk", args=[salon.slug, client.dialogue.pk])
    return pages


@pytest.mark.parametrize("width", [390], indirect=True)
def test_every_panel_of_every_page_opens_twice_and_leaves_the_page_as_it_was(visit: Visit) -> None:
    salon = make_lively_salon()
    make_colleague(salon, Role.STAFF)
    page = visit(make_colleague(salon))
    opened = set()
    for name, address in pages_of(salon).items():
        page.goto(address)
        for changed in CHANGED:  # a list that renewed itself has to open panels as well
            page.evaluate(f"htmx.trigger(document.body, '{changed}-changed')")
        page.wait_for_load_state("networkidle")
        places = [place.get_attribute("hx-get") or "" for place in page.locator(OPENS).all()]
        for number, place in enumerate(places):
            kind = (name, "".join(sign for sign in place.partition("?")[0] if not sign.isdigit()))
            if kind not in opened:
                opened.add(kind)
                _open_and_close_twice(page, number)
    assert {name for name, _ in opened} >= {"settings-people", "client", "team-rooms"}


def _open_and_close_twice(page: Page, number: int) -> None:
    for _ in range(2):
        page.locator(OPENS).nth(number).click()
        expect(page.locator("#panel[open] #panel-body #panel-title")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#panel[open]")).to_have_count(0)
        page.evaluate(BACK)
