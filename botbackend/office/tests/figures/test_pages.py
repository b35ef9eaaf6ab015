"""The pages of the room: who opens them, what stands there, what they cost."""

import csv
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ai.models import Turn
from bookings.models import Booking, Client
from bookings.operations.merging import merge_clients
from bookings.tests.factories import STAFF, make_client, make_project, make_service, make_specialist
from botbackend.lib.csv_lines import BOM
from botbackend.office.figures.listings import LISTINGS, OWNERS_LISTINGS
from botbackend.office.tests.figures.salons import fill, note
from botbackend.office.tests.people import Role, make_colleague, signed_in
from dialogues.models import Dialogue, Message
from projects.models import Project
from projects.tests.factories import bearer, make_key

pytestmark = pytest.mark.django_db
TABS = ("figures", "figures-visits", "figures-team", "figures-clients", "figures-talks")
ALL_LISTINGS = {**LISTINGS, **OWNERS_LISTINGS}
EVIL = ("=1+1", "+380501112233", "-2", "@cmd", "\tx", "\rx", "＝1")


def open_tab(browser: Browser, salon: Project, name: str = "figures", query: str = "", **kwargs: Any) -> Any:
    return browser.get(reverse(f"office:{name}", args=[salon.slug]) + query, **kwargs)


def table(browser: Browser, salon: Project, listing: str, query: str = "?span=365") -> list[list[str]]:
    answer: Any = browser.get(reverse("office:figures-download", args=[salon.slug, listing]) + query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith(BOM)
    return list(csv.reader(text.removeprefix(BOM).splitlines()))


def make_talk(salon: Project, *, author: str = "client") -> Dialogue:
    now = timezone.now()
    talk = Dialogue.objects.create(project=salon, client=make_client(salon), last_message_at=now)
    for who, direction in (("client", "in"), (author, "out")):
        if who != "client" or direction == "in":
            Message.objects.create(
                project=salon, dialogue=talk, direction=direction, author=who, state="received",
                channel_date=now - timedelta(minutes=1),
            )  # fmt: skip
    return talk


@pytest.mark.parametrize("name", TABS)
def test_every_tab_costs_the_same_with_few_and_with_many_visits(name: str) -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    counts = []
    for seed in range(2):
        fill(salon, count=5 + 60 * seed, seed=seed, around=timezone.now())
        make_talk(salon)
        with CaptureQueriesContext(
            connection,
        ) as spent:
            assert open_tab(browser, salon, name, "?span=365").status_code == 200
        counts.append(len(spent))
    assert counts[0] == counts[1], counts


@pytest.mark.parametrize("name", TABS)
@pytest.mark.parametrize("span", ["7", "30", "month", "before", "90", "365", "nonsense"])
def test_every_usual_period_opens(name: str, span: str) -> None:
    salon = make_project()
    fill(salon, count=20, seed=1, around=timezone.now())
    assert (
        open_tab(signed_in(make_colleague(salon, Role.STAFF)), salon, name, f"?span={span}").status_code
        == 200
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-02-30&until=2026-03-01", "Enter a valid date"),
        ("since=2026-03-02&until=2026-03-01", "must not be before"),
        ("since=2020-01-01&until=2026-03-01", "at most two years"),
        ("since=0001-01-01&until=9999-12-31", "nearer to today"),
        ("since=&until=", "required"),
    ],
)
def test_days_that_are_none_are_told_at_their_field(query: str, said: str) -> None:
    salon = make_project()
    page = open_tab(signed_in(make_colleague(salon)), salon, "figures-visits", f"?span=own&{query}")
    assert (page.status_code, said in page.content.decode()) == (200, True)


def test_what_happened_is_what_the_statistics_of_programs_say() -> None:
    salon = make_project()
    rows = fill(salon, count=30, seed=3, around=timezone.now())
    for at, row in enumerate(rows):
        note(row, ("booked", "changed", "cancelled", "no_show")[at % 4], timezone.now() - timedelta(days=at))
    browser = signed_in(make_colleague(salon))
    found = open_tab(browser, salon, "figures-visits", "?span=30").context["found"].happened
    stats = Browser().get(f"/projects/{salon.slug}/stats?days=30", headers=bearer(make_key(salon))).json()
    assert stats["bookings"] == {
        name: getattr(found, name) for name in ("active", "created", "changed", "cancelled", "no_show")
    }
    talks = open_tab(browser, salon, "figures-talks", "?span=30").context["found"]
    assert stats["messages"] == {"received": talks.figures.received, "sent": talks.figures.sent}
    assert (
        stats["clients"]["new"]
        == open_tab(browser, salon, "figures-clients", "?span=30").context["found"].totals.new
    )


def test_a_talk_ends_once_and_all_ends_are_all_who_wrote() -> None:
    salon = make_project()
    anna, cut = make_specialist(salon), make_service(salon)
    booked, led, alone, given = (make_talk(salon, author=who) for who in ("staff", "staff", "bot", "bot"))
    now = timezone.now()
    visit = Booking.objects.create(
        project=salon, client=booked.client, specialist=anna, service=cut, source="bot", start=now,
        end=now + timedelta(hours=1), busy_from=now, busy_until=now + timedelta(hours=1),
    )  # fmt: skip
    note(visit, "booked", now - timedelta(seconds=1))
    Turn.objects.create(project=salon, dialogue=given, outcome="handed_off", cost_usd=Decimal("0.30"))
    Turn.objects.create(project=salon, dialogue=booked, outcome="replied", cost_usd=Decimal("0.20"))
    found = open_tab(signed_in(make_colleague(salon)), salon, "figures-talks").context["found"]
    assert (found.figures.booked, found.figures.to_people, found.figures.bot_alone) == (1, 2, 1)
    assert found.figures.active == 4
    assert (found.booked_by_bot, found.cost_per_visit) == (1, Decimal("0.50"))
    assert {led.pk, alone.pk} < set(Dialogue.objects.values_list("pk", flat=True))


def test_takings_whose_prices_only_begin_there_say_so() -> None:
    salon = make_project(currency="UAH")
    (row, *_) = fill(salon, count=1, seed=0, around=timezone.now())
    began = timezone.now() - timedelta(minutes=5)
    Booking.objects.filter(pk=row.pk).update(
        status="completed",
        price=700,
        price_from=True,
        hold_until=None,
        start=began,
        end=began + timedelta(hours=1),
        busy_from=began,
        busy_until=began + timedelta(hours=1),
    )
    page = open_tab(signed_in(make_colleague(salon)), salon, "figures-visits", "?span=7").content.decode()
    assert re.search("≥ [0-9 ]+ UAH", page)
    assert "1 visit has a price that only begins there" in page


@pytest.mark.parametrize("listing", sorted(ALL_LISTINGS))
def test_a_list_is_a_table_of_the_salon_alone(listing: str) -> None:
    mine, other = make_project(), make_project()
    fill(mine, count=40, seed=1, around=timezone.now())
    fill(other, count=40, seed=2, around=timezone.now())
    browser = signed_in(make_colleague(mine))
    rows = table(browser, mine, listing)
    assert len({len(row) for row in rows}) == 1
    Booking.objects.filter(project=other).delete()
    Client.objects.filter(project=other).delete()
    assert table(browser, mine, listing) == rows
    assert browser.get(reverse("office:figures-download", args=[other.slug, listing])).status_code == 404


@pytest.mark.parametrize("text", EVIL)
def test_no_text_of_a_client_is_a_formula_in_a_list(text: str) -> None:
    salon = make_project()
    fill(salon, count=30, seed=4, around=timezone.now())
    person = Client.objects.first()
    assert person is not None
    person.name, person.source, person.phone = text, text, text
    person.save()
    Booking.objects.update(guest_name=text)
    browser = signed_in(make_colleague(salon))
    cells = [cell for name in ALL_LISTINGS for row in table(browser, salon, name) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert f"'{text.strip()}" in {cell.replace("'\t", "'").replace("'\r", "'") for cell in cells}


def test_two_cards_that_became_one_are_one_line_and_one_new_client() -> None:
    salon = make_project()
    stays, goes = (
        make_client(salon, name="Aa", source="flyer"),
        make_client(salon, name="Bb", contact_id="", source="flyer"),
    )
    owner = make_colleague(salon)
    pair = (stays.pk, goes.pk)
    merge = merge_clients(project=salon, client_ids=pair, name_of=stays.pk, phone_of=stays.pk, origin=STAFF)
    Client.objects.filter(pk=merge.gone_id).update(source="flyer")  # however it came there
    browser = signed_in(owner)
    assert [line[0] for line in table(browser, salon, "clients")[1:]] == ["Aa"]
    assert table(browser, salon, "origins")[1:] == [["flyer", "1"]]


def test_only_an_owner_takes_all_phones_along() -> None:
    salon = make_project()
    manager = signed_in(make_colleague(salon, Role.STAFF))
    assert manager.get(reverse("office:figures-download", args=[salon.slug, "clients"])).status_code == 403
    assert manager.get(reverse("office:figures-download", args=[salon.slug, "nothing"])).status_code == 404
    assert len(table(manager, salon, "visits")) == 1


def test_a_list_has_the_language_of_who_asked_and_the_clock_of_the_salon() -> None:
    salon = make_project(timezone="Pacific/Apia")
    (row, *_) = fill(salon, count=1, seed=0, around=timezone.now())
    Booking.objects.update(
        status="booked", hold_until=None, start="2026-11-20T11:00Z", end="2026-11-20T12:00Z",
        busy_from="2026-11-20T11:00Z", busy_until="2026-11-20T12:00Z",
    )  # fmt: skip
    browser = signed_in(make_colleague(salon))
    (_, line) = table(browser, salon, "visits", "?span=own&since=2026-11-21&until=2026-11-21")
    assert line[:3] == ["2026-11-21", "00:00", "60"]
    assert row.pk


def test_a_specialist_sees_no_figures() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon, Role.SPECIALIST, specialist=make_specialist(salon)))
    assert {open_tab(browser, salon, name).status_code for name in TABS} == {403}
    assert browser.get(reverse("office:figures-download", args=[salon.slug, "visits"])).status_code == 403
