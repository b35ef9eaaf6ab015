"""Nothing is put into an open page but what was made for that: htmx runs what it is given."""

import json
from typing import Any

import pytest
from django.test import Client as Browser

from bookings.tests.factories import make_client
from botbackend.office.parts import HEADER, PANEL, PANELS, panel_address
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import make_colleague, signed_in
from botbackend.office.tests.test_isolation import MINE, PAGES, _address
from botbackend.tests.planting import plant

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MARKUP = "<form hx-post=/admin/ hx-trigger=load></form>"


def ask_as_htmx(browser: Browser, address: str) -> Any:
    return browser.get(address, headers=HTMX)


def test_the_list_names_all_addresses_that_answer_a_panel_and_no_other() -> None:
    own = plant(MINE)
    browser = signed_in(make_colleague(own))
    answers = {page.name: ask_as_htmx(browser, _address(page, own, own)) for page in PAGES}
    assert {name for name, answer in answers.items() if answer.headers.get(HEADER) == PANEL} == PANELS
    unmarked = {
        name for name, answer in answers.items() if answer.status_code == 200 and HEADER not in answer
    }
    assert unmarked == set()


def test_only_the_address_of_a_panel_of_this_salon_is_one() -> None:
    salon, other = Salon(), Salon()
    visit = salon.url("visit", 7)
    for good in (visit, f"{visit}?a=1&b=%3C", salon.url("visit-new")):
        assert panel_address(good, salon.project) == good
    bad = [
        "", "/", "http://[", f"https://example.com{visit}", f"//example.com{visit}", f"javascript:{visit}",
        other.url("visit", 7), salon.url("calendar-events"), salon.url("client-export", 7), "/admin/logout/",
        salon.url("figures-download", "clients"), salon.url("talk-media", 7), salon.url("calendar"),
        salon.url("calendar") + "../inbox/", salon.url("calendar") + "visits/%37/",
    ]  # fmt: skip
    assert [address for address in bad if panel_address(address, salon.project)] == []


def test_a_page_shows_the_panel_that_is_asked_for_only_if_it_is_one() -> None:
    salon = Salon()
    address = salon.url("visit-new") + '?note="><b>'
    assert 'data-panel="/admin/' in salon.get("calendar", panel=address).content.decode()
    assert "data-panel" not in salon.get("calendar", panel=salon.url("calendar-events")).content.decode()


def test_json_tables_and_files_are_given_to_no_page_that_would_put_them_into_itself() -> None:
    salon = Salon()
    client = make_client(salon.project, name=MARKUP)
    salon.book("10:00", client=client)
    for address in (
        salon.url("calendar-events"),
        salon.url("calendar-pulse"),
        salon.url("client-export", client.pk),
        salon.url("figures-download", "clients"),
    ):
        refused, given = ask_as_htmx(salon.browser, address), salon.browser.get(address)
        assert (refused.status_code, refused.content) == (406, b""), address
        assert (given.status_code, given["X-Content-Type-Options"]) == (200, "nosniff"), address
        assert not given["Content-Type"].startswith("text/html"), address


def test_json_of_the_office_holds_no_markup_and_says_the_same() -> None:
    salon = Salon()
    client = make_client(salon.project, name=MARKUP)
    salon.book("10:00", client=client)
    span = {"start": salon.day().isoformat(), "end": salon.day(4).isoformat()}
    for answer in (salon.get("calendar-events", **span), salon.get("client-export", client.pk)):
        text = answer.getvalue().decode()
        assert not set("<>&") & set(text)
        assert MARKUP in json.dumps(json.loads(text), ensure_ascii=False)
