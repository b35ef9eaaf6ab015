"""What comes under a good secret and is of no salon: counted as ignored, kept, seen, and taken in later."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from botbackend.health.findings import look_at_strays
from botbackend.health.probes import forget_cache
from botbackend.privacy.export import export_client
from botbackend.privacy.forget import forget_client
from dialogues.models import ChannelSettings, InboundEvent, Message
from dialogues.tests.factories import BOT_ID, CONTACT_ID, SECRET, make_dialogue, make_event, make_project
from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import change_settings, make_staff

pytestmark = pytest.mark.django_db
OURS = "secret-of-the-installation"
OTHER_BOT = "deadbeefdeadbeefdeadbeef"


def post(body: Any, secret: str = SECRET) -> Any:
    """POST it; the answer counts what was left out as ignored."""
    return Client().post(f"/webhook/sendpulse/{secret}", json.dumps(body), content_type="application/json")


def kept() -> list[tuple[Project | None, str, str]]:
    return [(row.project, row.title, row.state) for row in InboundEvent.objects.order_by("pk")]


def replay() -> str:
    out = io.StringIO()
    call_command("replay_events", "--failed", stdout=out)
    return out.getvalue()


@pytest.fixture
def two_salons(settings: Settings) -> list[Project]:
    """Both opened by the installation's secret."""
    settings.SENDPULSE_WEBHOOK_SECRET = OURS
    return [make_project(webhook_secret="", sendpulse_bot_id=bot) for bot in (BOT_ID, "second")]


def test_an_event_of_an_unknown_bot_is_kept_once_for_the_salon_of_the_secret() -> None:
    project = make_project()
    event = make_event(bot={"id": OTHER_BOT})
    for _ in range(2):
        assert post([event, make_event(number=99_999)]).json()["ignored"] == 1
    assert sorted(kept(), key=str) == sorted(
        [(project, "incoming_message", "stray"), (project, "incoming_message", "new")], key=str
    )
    row = InboundEvent.objects.get(state="stray")
    assert (row.bot_id, row.contact_id, row.payload) == (OTHER_BOT, CONTACT_ID, event)


@pytest.mark.parametrize(
    "body",
    [
        {"response": "at 10", "contact_send_id": CONTACT_ID}, [{"message": "at 10"}], ["at 10"],
        ["at 10\ud800"],
        {"project_id": "salon", "text": "at 10"}, make_event(text="at 10", bot={}),
        make_event(text="at 10", bot=None), [[make_event(text="at 10")]],
    ],
)  # fmt: skip
def test_what_is_no_event_of_a_bot_is_kept_as_it_is(body: Any) -> None:
    project = make_project()
    assert post(body).json() == {"accepted": 0, "duplicates": 0, "ignored": 1}
    assert kept() == [(project, "unreadable", "failed")]
    assert "at 10" in InboundEvent.objects.get().payload["raw"]


@pytest.mark.parametrize("body", [{}, [], [{}], [None, 7, True, ""], [[]]])
def test_where_nothing_was_said_nothing_is_kept(body: Any) -> None:
    make_project()
    assert post(body).status_code == 200
    assert not InboundEvent.objects.exists()


def test_what_may_be_of_several_salons_is_kept_for_none_of_them(two_salons: list[Project]) -> None:
    event = make_event(bot={"id": OTHER_BOT})
    flow = {"project_id": "none", "response": "at 10", "contact_send_id": CONTACT_ID}
    for _ in range(2):
        assert post([event], OURS).json()["ignored"] == 1
        assert post(flow, OURS).status_code == 404
        assert post("no json at all", OURS).status_code == 400
    assert kept() == [
        (None, "incoming_message", "stray"), (None, "unreadable", "stray"), (None, "unreadable", "stray"),
    ]  # fmt: skip
    browser = Client()
    owner = make_staff()
    grant_membership(project=two_salons[0], user=owner, role=Membership.Role.OWNER)
    browser.force_login(owner)
    shown = browser.get("/admin/dialogues/inboundevent/")
    assert (shown.status_code, CONTACT_ID in shown.content.decode()) == (200, False)
    for row in InboundEvent.objects.all():
        assert browser.get(f"/admin/dialogues/inboundevent/{row.pk}/change/").status_code == 302
    browser.force_login(make_staff(is_superuser=True))
    assert CONTACT_ID in browser.get("/admin/dialogues/inboundevent/?state__exact=stray").content.decode()


@pytest.mark.django_db(transaction=True)
def test_health_tells_of_them() -> None:
    make_project()
    post([make_event(bot={"id": OTHER_BOT})])
    forget_cache()
    body = Client().get("/health", headers={"X-Forwarded-For": "203.0.113.5"}).json()
    assert body["checks"]["events"] == "degraded"
    assert OTHER_BOT not in body["details"]["events"]


def test_the_doctor_and_the_metrics_tell_of_them(two_salons: list[Project]) -> None:
    assert look_at_strays().status == "ok"
    post([make_event(bot={"id": OTHER_BOT})], OURS)
    found = look_at_strays()
    assert (found.status, OTHER_BOT in found.detail) == ("degraded", True)
    assert OTHER_BOT not in found.public
    assert 'inbound_events_failed{kind="stray"} 1.0' in Client().get("/metrics").content.decode()


def test_events_of_a_closed_salon_are_not_kept() -> None:
    make_project()
    make_project(sendpulse_bot_id=OTHER_BOT, is_active=False, webhook_secret="")
    assert post([make_event(bot={"id": OTHER_BOT})]).json()["ignored"] == 1
    assert kept() == []


def test_a_replay_takes_them_in_once_a_salon_of_the_secret_has_the_bot(two_salons: list[Project]) -> None:
    post([make_event(text="at 10", bot={"id": OTHER_BOT})], OURS)
    assert "1 stray" in replay()
    assert not Message.objects.exists()
    change_settings(two_salons[1], sendpulse_bot_id=OTHER_BOT)
    assert "1 done" in replay()
    assert Message.objects.get().text == "at 10"
    assert kept() == [(two_salons[1], "incoming_message", "done")]


@pytest.mark.parametrize("shared", [True, False])
def test_a_replay_gives_no_salon_what_came_under_a_secret_that_does_not_open_it(
    shared: bool, two_salons: list[Project]
) -> None:
    if not shared:
        make_project(sendpulse_bot_id="third")
    post([make_event(bot={"id": OTHER_BOT})], OURS if shared else SECRET)
    ChannelSettings.objects.filter(project=two_salons[0]).update(sendpulse_bot_id="")
    make_project(sendpulse_bot_id=OTHER_BOT, webhook_secret="another-salons-own-secret")
    assert "1 stray" in replay()
    assert not Message.objects.exists()


def test_they_are_given_out_and_forgotten_with_the_client(two_salons: list[Project]) -> None:
    client = make_dialogue(project=two_salons[0]).client
    post([make_event(bot={"id": OTHER_BOT})], OURS)
    assert len(export_client(client=client)["raw_events"]) == 1
    assert forget_client(client=client).raw_events == 1
    row = InboundEvent.objects.get()
    assert (row.payload, row.contact_id, row.state) == ({}, "", "ignored")
