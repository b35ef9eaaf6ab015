"""Where a client came from: the first payload of a /start, by whichever way it reaches us."""

import json
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse

from bookings.models import Client
from bookings.stats import clients_by_source
from dialogues import flow
from dialogues.inbound import processing
from dialogues.models import InboundEvent, Message
from dialogues.tests.factories import make_event, make_project
from dialogues.tests.flows import make_request
from dialogues.tests.steps import receive
from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def project() -> Project:
    return make_project()


def start(payload: str = "", **values: Any) -> dict[str, Any]:
    return make_event(text=f"/start {payload}".strip(), **values)


def source() -> str:
    return Client.objects.get().source


def test_the_payload_of_a_start_is_kept_with_the_client() -> None:
    receive([start("from_instagram")])
    assert source() == "from_instagram"
    assert Client.objects.get().language == ""


@pytest.mark.parametrize(
    "text",
    [
        "/start@SalonBot price", "/START price", "/Start price", "/start\u00a0price", "/start\tprice",
        "/start\nprice",
        "/start  price ", "\u200b/start price", "/start\u200b price", "\n/start price", "/start\r\nprice",
        "/START@salon_bot\u2028price", "/start\u3000price",
    ],
)  # fmt: skip
def test_a_start_is_one_however_it_is_written(text: str) -> None:
    receive([make_event(text=text)])
    message = Message.objects.get()
    assert (message.kind, message.text, message.media) == ("start", "/start", {"payload": "price"})
    assert source() == "price"


@pytest.mark.parametrize(
    ("text", "payload", "words"),
    [
        ("/start price\nhello", "price", "hello"),
        ("/start@SalonBot price\n\nhello\nyou", "price", "hello\nyou"),
        ("/start\nprice\nДобрий день", "price", "Добрий день"),
        ("/start\nДобрий день", "", "Добрий день"),
    ],
)
def test_words_beside_a_start_are_what_was_said(text: str, payload: str, words: str) -> None:
    receive([make_event(text=text)])
    message = Message.objects.get()
    assert (message.kind, message.text, source()) == ("text", words, payload)


@pytest.mark.parametrize("text", ["/startprice", "/start=price", "/start_price", "start price", "see /start"])
def test_other_commands_and_words_are_no_start(text: str) -> None:
    receive([make_event(text=text)])
    assert (Message.objects.get().kind, source()) == ("text", "")


def test_words_beside_a_start_in_a_flow_are_said_too(project: Project) -> None:
    zone = ZoneInfo("Europe/Kyiv")
    told = flow.event_of(make_request(project, "/START@SalonBot spring\nhello"), zone).said
    assert told is not None
    assert (told.kind, told.text, told.media) == ("text", "hello", {"payload": "spring"})


def test_only_the_first_payload_counts_and_a_start_without_one_is_none() -> None:
    receive([start()], [make_event(text="Haircut?")])
    assert source() == ""
    receive([start("spring")], [start("summer")])
    assert source() == "spring"


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        ("a\u0438\u0306b", "aйb"),
        ("\u200bspring\u00ad", "spring"),
        ("spring\u00a0  sale", "spring sale"),
        ("x" * 200, "x" * 64),
        ("\u0958" * 64, "\u0915\u093c" * 32),  # the composed letter is two in the stored form
        ("\x00spring", "spring"),
        ("\u200b", ""),
    ],
)
def test_a_source_is_stored_in_the_one_form_of_texts(payload: str, kept: str) -> None:
    receive([start(payload)])
    assert source() == kept


def test_a_bare_start_and_the_same_start_with_its_payload_within_a_moment_keep_the_payload() -> None:
    receive([make_event("new_subscriber", text="/start", info=None)], [start("spring")])
    assert source() == "spring"


def test_sources_of_before_are_found_in_the_stored_starts() -> None:
    receive([start("first", contact_id="olena")], [start("second", contact_id="olena")])
    receive(
        [start("", contact_id="maria"), start("ad", contact_id="maria")], [make_event(contact_id="daria")]
    )
    Client.objects.exclude(contact_id="maria").update(source="")
    Client.objects.filter(contact_id="maria").update(source="known")
    import_module("dialogues.migrations.0011_sources_of_starts").remember(apps, None)
    found = dict(Client.objects.values_list("contact_id", "source"))
    assert found == {"olena": "first", "maria": "known", "daria": ""}


def test_a_replay_of_raw_events_finds_the_source_of_a_start_that_was_handled_before() -> None:
    receive([start("spring")], [start("later")])
    Client.objects.update(source="")
    call_command("replay_events")
    assert (source(), Message.objects.count()) == ("spring", 2)


def test_the_payload_of_a_flow_and_of_a_new_subscriber_count_too(project: Project) -> None:
    receive([make_event("new_subscriber", text="/start spring", contact_id="one", info=None)])
    event = InboundEvent.objects.create(
        project=project,
        dedupe_key="flow:1",
        contact_id="two",
        title="flow_request",
        payload=make_request(project, "/start summer", contact_send_id="two"),
    )
    assert processing.handle(event.pk) == "done", InboundEvent.objects.get(pk=event.pk).note
    found = dict(Client.objects.values_list("contact_id", "source"))
    assert found == {"one": "spring", "two": "summer"}


def test_staff_see_the_sources_of_their_own_clients_with_a_filter(project: Project) -> None:
    for contact, payload in (("a", "spring"), ("b", "spring"), ("c", "summer"), ("d", "")):
        receive([start(payload, contact_id=contact)])
    other = make_project(sendpulse_bot_id="another", webhook_secret="other")
    Client.objects.create(project=other, contact_id="x", source="foreign")
    user: User = make_staff()
    grant_membership(project=project, user=user, role=Membership.Role.STAFF)
    browser, url = Browser(), reverse("admin:bookings_client_changelist")
    browser.force_login(user)

    page = browser.get(url).content.decode()
    assert "spring (2)" in page
    assert "summer (1)" in page
    assert "foreign" not in page
    rows = browser.get(url, {"source": "spring"}).context["cl"].result_list
    assert {row.contact_id for row in rows} == {"a", "b"}
    assert list(browser.get(url, {"source": "foreign"}).context["cl"].result_list) == []


def test_the_most_frequent_sources_come_first_and_made_up_ones_do_not_flood() -> None:
    project = Project.objects.get()
    for number, payload in enumerate(("rare", "often", "often", "")):
        Client.objects.create(project=project, contact_id=str(number), source=payload)
    clients = Client.objects.filter(project=project)
    assert list(clients_by_source(clients=clients).items()) == [("often", 2), ("rare", 1)]
    assert clients_by_source(clients=clients, most=1) == {"often": 2}


def test_the_source_is_given_out_and_forgotten_with_the_client(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    receive([start("spring", contact_id="olena")])
    who = ["--project", project.slug, "--contact-id", "olena"]
    call_command("export_client", *who)
    assert json.loads(capsys.readouterr().out)["client"]["source"] == "spring"
    call_command("forget_client", *who, "--yes")
    assert source() == ""
