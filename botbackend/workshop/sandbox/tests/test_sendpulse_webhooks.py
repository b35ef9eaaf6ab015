"""Webhook events: shapes, order, echoes, repetition."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import Receiver, SendPulseClient, control


@pytest.fixture
def backend(sendpulse: SendPulseStandIn) -> Iterator[Receiver]:
    with running(Receiver()) as server:
        control(sendpulse, "webhooks", {"url": f"{server.url}/webhook/sendpulse/s3cret"})
        yield server


def batches(backend: Receiver, count: int) -> list[list[Json]]:
    return [record.body for record in backend.wait_for("/webhook", count=count)]


def test_a_text_comes_with_an_open_chat_whose_info_is_null(
    sendpulse: SendPulseStandIn, backend: Receiver
) -> None:
    said = control(sendpulse, "client_says", {"contact": "olena", "name": "Olena Koval", "text": "Завтра?"})
    incoming, opened = batches(backend, 1)[0]
    assert (incoming["title"], opened["title"], opened["info"]) == ("incoming_message", "open_chat", None)
    assert incoming["info"]["message"]["id"] == said["message_id"]
    assert incoming["info"]["message"]["channel_data"]["message"] == {"text": "Завтра?"}
    assert incoming["contact"]["id"] == said["contact_id"]
    assert incoming["contact"]["variables"] == []
    assert incoming["contact"]["telegram_id"].isdecimal()
    assert incoming["bot"]["channel"] == "TELEGRAM"
    assert len(said["contact_id"]) == len(said["message_id"]) == 24


def test_start_of_a_new_client_is_two_posts(sendpulse: SendPulseStandIn, backend: Receiver) -> None:
    control(sendpulse, "client_says", {"contact": "ira", "start": True})
    first, second = batches(backend, 2)
    assert [event["title"] for event in first + second] == ["new_subscriber", "incoming_message"]


def test_media_come_in_telegrams_form(sendpulse: SendPulseStandIn, backend: Receiver) -> None:
    control(sendpulse, "webhooks", {"open_chat": False})
    for said in ({"photo": "my nails"}, {"voice": 9}, {"sticker": "👍"}, {"shared_phone": "380671112233"}):
        control(sendpulse, "client_says", {"contact": "ira", **said})
    found = [batch[0]["info"]["message"]["channel_data"]["message"] for batch in batches(backend, 4)]
    assert found[0]["caption"] == "my nails"
    assert found[0]["photo"][-1]["width"] == 1280
    assert found[1]["voice"]["duration"] == 9
    assert [list(content) for content in found[2:]] == [["sticker"], ["contact"]]


def test_a_send_through_the_api_is_echoed_and_an_operator_is_named(
    sendpulse: SendPulseStandIn, backend: Receiver
) -> None:
    said = control(sendpulse, "client_says", {"contact": "olena", "text": "hello"})
    client = SendPulseClient(sendpulse)
    client.send(said["contact_id"], "from the bot")
    control(sendpulse, "operator_says", {"contact": "olena", "text": "from Anna"})
    client.close()
    echo, operator = (batch[0] for batch in batches(backend, 3)[1:])
    assert (echo["title"], echo["info"]["message"]["sent_by"]) == ("outgoing_message", None)
    assert echo["contact"]["last_message"] == "hello"
    assert operator["info"]["message"]["sent_by"]["firstname"] == "Anna"


def test_the_echo_can_be_switched_off(sendpulse: SendPulseStandIn, backend: Receiver) -> None:
    control(sendpulse, "webhooks", {"echo": False})
    said = control(sendpulse, "client_says", {"contact": "olena", "text": "1"})
    client = SendPulseClient(sendpulse)
    client.send(said["contact_id"], "quiet")
    client.close()
    control(sendpulse, "client_says", {"contact": "olena", "text": "2"})
    titles = [event["title"] for batch in batches(backend, 2) for event in batch]
    assert titles == ["incoming_message", "open_chat"] * 2


def test_blocking_is_told(sendpulse: SendPulseStandIn, backend: Receiver) -> None:
    control(sendpulse, "block", {"contact": "olena"})
    assert batches(backend, 1)[0][0]["title"] == "bot_block"


def test_a_refused_webhook_is_posted_again(sendpulse: SendPulseStandIn, backend: Receiver) -> None:
    control(backend, "faults", [{"kind": "status", "status": 503, "times": 1}])
    control(sendpulse, "client_says", {"contact": "olena", "text": "again"})
    first, second = backend.wait_for("/webhook", count=2)
    assert (first.status, second.status) == (503, 200)
    assert first.body == second.body


def test_events_can_be_doubled_held_back_and_reversed(sendpulse: SendPulseStandIn, backend: Receiver) -> None:
    control(sendpulse, "webhooks", {"held": True, "duplicates": 1, "open_chat": False})
    for text in ("first", "second"):
        control(sendpulse, "client_says", {"contact": "olena", "text": text})
    assert backend.requests == []
    control(sendpulse, "release", {"reverse": True})
    found = [b[0]["info"]["message"]["channel_data"]["message"]["text"] for b in batches(backend, 4)]
    assert found == ["second", "second", "first", "first"]


def test_the_address_with_its_secret_stands_in_no_log(sendpulse: SendPulseStandIn, backend: Receiver) -> None:
    control(sendpulse, "client_says", {"contact": "olena", "text": "x"})
    sendpulse.wait_for("webhook:incoming")
    told = str([record.as_json() for record in sendpulse.requests]) + str(sendpulse.state())
    assert "s3cret" not in told


def test_of_several_addresses_each_try_takes_the_next(sendpulse: SendPulseStandIn, backend: Receiver) -> None:
    with running(Receiver()) as other:
        both = f"{backend.url}/webhook/a {other.url}/webhook/b"
        control(sendpulse, "webhooks", {"url": both, "open_chat": False})
        for text in ("one", "two", "three", "four"):
            control(sendpulse, "client_says", {"contact": "olena", "text": text})
        assert len(backend.wait_for("/webhook", count=2)) == len(other.wait_for("/webhook", count=2)) == 2
