"""No address but the channel's own is asked, and no salon sees what another salon's clients sent."""

import socket
from typing import Any

import pytest
from django.test import Client as Browser

from botbackend.lib.logs import redact
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.sendpulse.media import ADDRESS, picture
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from dialogues.media import walls
from dialogues.models import Attachment
from dialogues.tests.factories import make_project
from dialogues.tests.media import event_of, faulty, fetch, sends
from dialogues.tests.steps import only_message, receive

MEDIA = "https://login.sendpulse.com/api/chatbots-service/telegram/messages/media?id=1"


@pytest.mark.parametrize(
    "address", [MEDIA, "https://api.sendpulse.com/media/1", "https://LOGIN.sendpulse.com/a"]
)
def test_sendpulses_own_addresses_may_be_asked(address: str) -> None:
    assert walls.is_ours(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://login.sendpulse.com/media",
        "https://evil.example/media",
        "https://login.sendpulse.com.evil.example/media",
        "https://mysite.sendpulse.com/media",
        "https://login.sendpulse.com@evil.example/media",
        "https://evil.example\\@login.sendpulse.com/media",
        "https://login.sendpulse.com:8443/media",
        "https://login.sendpulse.com",
        "https://login.sendpulse.com/a b",
        "https://127.0.0.1/media",
        "http://169.254.169.254/latest/meta-data/",
        "https://[::1]/media",
        "file:///etc/passwd",
        "gopher://login.sendpulse.com/",
        "",
    ],
)
def test_no_other_address_may_be_asked(address: str) -> None:
    assert not walls.is_ours(address)


@pytest.mark.parametrize(
    ("found", "outside"), [("93.184.216.34", True), ("10.0.0.7", False), ("127.0.0.1", False), ("::1", False)]
)
def test_a_name_that_leads_inside_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, found: str, outside: bool
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    assert walls.is_outside(MEDIA) is outside


@pytest.mark.django_db
def test_an_address_of_somebody_else_is_left_alone(sendpulse: SendPulseStandIn) -> None:
    make_project()
    event = event_of(sendpulse, photo="see")
    message = event["info"]["message"]["channel_data"]["message"]
    message["photo"] = "https://cdn.example.com/nails.jpg"
    receive([event])
    assert only_message().media == {"url": "https://cdn.example.com/nails.jpg"}
    assert not Attachment.objects.exists()


@pytest.mark.django_db
def test_a_redirect_to_another_host_is_not_followed(sendpulse: SendPulseStandIn) -> None:
    make_project()
    sends(sendpulse, photo="see", by="address")
    with running(SendPulseStandIn()) as other:
        to = {"Location": f"{other.url}/secrets"}
        with faulty(sendpulse, kind="status", status=302, headers=to, match={"path": "media"}):
            row = fetch()
        assert (row.state, row.note, row.size) == ("failed", "redirected to another host", 0)
        assert other.requests == []


@pytest.mark.django_db
def test_a_redirect_within_the_host_is_followed_a_few_times(sendpulse: SendPulseStandIn) -> None:
    make_project()
    sends(sendpulse, photo="see", by="address")
    address = only_message().media["url"]
    with faulty(
        sendpulse, kind="status", status=302, headers={"Location": address}, match={"path": "media"}, times=2
    ):
        assert fetch().content == picture()


@pytest.mark.django_db
def test_a_loop_of_redirects_ends(sendpulse: SendPulseStandIn) -> None:
    make_project()
    sends(sendpulse, photo="see", by="address")
    to = {"Location": only_message().media["url"]}
    with faulty(sendpulse, kind="status", status=302, headers=to, match={"path": "media"}):
        assert fetch().note == "redirected too often"
    assert len([record for record in sendpulse.requests if record.path == ADDRESS]) == 3


@pytest.mark.django_db
def test_on_a_shared_account_only_what_the_client_sent_is_asked_for(sendpulse: SendPulseStandIn) -> None:
    make_project()
    make_project(sendpulse_bot_id="other", webhook_secret="the-secret-of-another-salon")
    stolen = event_of(sendpulse, contact="maria", photo="mine", by="address")
    event = event_of(sendpulse, contact="olena", photo="see")
    message = event["info"]["message"]["channel_data"]["message"]
    sent: Any = dict(message)
    message["photo"] = stolen["info"]["message"]["channel_data"]["message"]["photo"]
    sendpulse.contacts.all()[-1].messages[-1].content = sent
    receive([event])
    row = fetch()
    assert (row.state, row.note) == ("failed", "the address is not known to be this client's")
    assert not any(record.path == ADDRESS for record in sendpulse.requests)


@pytest.mark.django_db
def test_on_a_shared_account_the_clients_own_photo_is_fetched(sendpulse: SendPulseStandIn) -> None:
    make_project()
    make_project(sendpulse_bot_id="other", webhook_secret="the-secret-of-another-salon")
    sends(sendpulse, photo="see", by="address")
    assert fetch().content == picture()


@pytest.mark.django_db
def test_a_contact_of_another_salons_bot_gets_nothing_fetched(sendpulse: SendPulseStandIn) -> None:
    make_project(sendpulse_bot_id="mine", webhook_secret="the-secret-of-another-salon")
    make_project()
    event = event_of(sendpulse, photo="see")
    event["bot"]["id"] = "mine"
    address = "/webhook/sendpulse/the-secret-of-another-salon"
    Browser().post(address, [event], content_type="application/json")
    run_due(topics.EVENT_RECEIVED)
    row = fetch()
    assert row.state == "failed"
    assert "another bot" in row.note
    assert not any("/file/" in record.path for record in sendpulse.requests)


def test_the_bots_token_stays_out_of_the_log() -> None:
    line = "GET /bot6934241673:AAF-x_y/getFile HTTP/1.1"
    assert redact(line) == "GET /bot***/getFile HTTP/1.1"
