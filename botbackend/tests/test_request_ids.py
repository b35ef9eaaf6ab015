"""One id finds the whole way of a message: webhook, event, turn, delivery, spreadsheet."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ai.models import Turn
from ai.tests.factories import SalonRows, understood
from botbackend.lib import request_ids
from botbackend.lib.logs import JsonFormatter
from botbackend.outbox import api as outbox
from botbackend.outbox import registry
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from dialogues.models import InboundEvent, Message
from dialogues.tests.factories import BOT_ID, SECRET, make_event, make_project
from dialogues.tests.media import event_of

pytestmark = pytest.mark.django_db(transaction=True)
WISH, ALSO, YES = "wish-of-olena", "also-of-olena", "yes-of-olena"


@pytest.fixture(scope="module", autouse=True)
def _handlers_are_loaded() -> None:
    registry.preload("turns")


@contextmanager
def written() -> Iterator[list[dict[str, Any]]]:
    """Every log line of the block, as it would stand in the file."""
    stream, lines = io.StringIO(), list[dict[str, Any]]()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        lines += [json.loads(line) for line in stream.getvalue().splitlines()]


def post(body: Any, given: str = "") -> str:
    """POST an event; returns the id that the answer carries."""
    headers = {"X-Request-ID": given} if given else {}
    answer = Client().post(
        f"/webhook/sendpulse/{SECRET}", json.dumps([body]), content_type="application/json", headers=headers
    )
    assert answer.status_code == 200, answer.content
    return answer.headers["X-Request-ID"]


def way(lines: list[dict[str, Any]], wanted: str) -> list[str]:
    """What a search for the id finds, each line as the part that wrote it and what it is about."""
    found = [line for line in lines if wanted in json.dumps(line)]
    return [f"{line['logger']} {line.get('topic', '')}".strip() for line in found]


def test_work_that_follows_from_very_many_requests_names_the_first_of_them() -> None:
    ids = [request_ids.new() for _ in range(request_ids.MOST + 5)]
    with request_ids.following(*ids):
        assert request_ids.current() == tuple(ids[: request_ids.MOST])
        assert len(request_ids.as_payload()) == request_ids.MOST


@pytest.mark.parametrize(
    "given", ["380501234567", "short", "x" * 65, "with space in it", "<script>12", 17, None]
)
def test_an_event_that_carries_no_id_of_ours_has_none(given: object) -> None:
    assert request_ids.of_event({request_ids.EVENT_KEY: given}) == ()
    assert request_ids.of_event([given]) == ()


def test_one_search_finds_the_way_of_each_message_up_to_the_channel_and_the_spreadsheet(
    sendpulse: SendPulseStandIn, claude: ClaudeStandIn, google: GoogleStandIn
) -> None:
    google.create("book")
    salon = SalonRows(
        language="en",
        spreadsheet_id="book",
        sendpulse_bot_id=BOT_ID,
        sendpulse_client_id="sp_id_demo",
        sendpulse_client_secret="sp_sk_demo",
        webhook_secret=SECRET,
        work_start_minute=9 * 60,
        work_end_minute=21 * 60,
    )
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)
    with written() as lines:
        assert post(event_of(sendpulse, text="manicure tomorrow at"), WISH) == WISH
        assert post(event_of(sendpulse, text="15:00 please"), ALSO) == ALSO
        run_due(topics.EVENT_RECEIVED)
        run_due(topics.DIALOGUE_DUE, ignore_due=True)
        run_due(topics.MESSAGE_QUEUED, ignore_due=True)
        post(event_of(sendpulse, text="yes"), YES)
        run_due(topics.EVENT_RECEIVED)
        run_due(topics.DIALOGUE_DUE, ignore_due=True)
        run_due(topics.MESSAGE_QUEUED, ignore_due=True)
        run_due("booking.changed")
        run_due("sheet.dirty", ignore_due=True)
    asked = [
        "dialogues.inbound.webhook",
        "dialogues.inbound.processing",
        "ai.turn.handler",
        f"botbackend.outbox.execution {topics.DIALOGUE_DUE}",
        "dialogues.outbound.delivery",
        f"botbackend.outbox.execution {topics.MESSAGE_QUEUED}",
    ]
    for given in (WISH, ALSO):  # both were answered at once
        assert way(lines, given)[: len(asked)] == asked
    said_yes = way(lines, YES)
    assert said_yes[: len(asked)] == asked
    assert "botbackend.outbox.execution sheet.dirty" in said_yes
    traces = [turn.trace["requests"] for turn in Turn.objects.order_by("pk")]
    assert [sorted(ids) for ids in traces] == [sorted([WISH, ALSO]), [YES]]
    told = json.dumps(lines)
    assert "manicure" not in told
    assert "15:00" not in told


def test_an_id_is_made_where_none_is_given_or_what_is_given_is_none() -> None:
    make_project()
    ids = {post(make_event()), post(make_event(), "+380 67 111 22 33"), post(make_event(), "x" * 65)}
    assert len(ids) == 3
    assert all(request_ids.well_formed(one) and one.isalpha() for one in ids)
    kept = [row.payload[request_ids.EVENT_KEY] for row in InboundEvent.objects.all()]
    assert set(kept) == ids


def test_the_id_costs_the_webhook_no_statement_and_changes_no_event() -> None:
    make_project()
    post(make_event())  # what is read once in a while is read
    event = make_event(text="Haircut?")
    with CaptureQueriesContext(connection) as found:
        post(event, "request-one")
    assert sum("INSERT" in str(query["sql"]) for query in found.captured_queries) == 1
    row = InboundEvent.objects.latest("pk")
    assert row.payload == {**event, request_ids.EVENT_KEY: "request-one"}
    post(event, "request-two")
    assert InboundEvent.objects.latest("pk") == row
    run_due(topics.EVENT_RECEIVED)
    assert [message.text for message in Message.objects.all()].count("Haircut?") == 1


def test_every_answer_carries_an_id_also_a_refusal() -> None:
    for path in ("/health/live", "/nothing/here", "/webhook/sendpulse/wrong", "/admin/"):
        assert request_ids.well_formed(Client().get(path).headers["X-Request-ID"])


def test_a_task_remembers_the_requests_of_a_flood_up_to_a_bound_and_its_own_values_all_the_same() -> None:
    for number in range(200):
        with request_ids.following(f"request-{number}"):
            outbox.put("booking.changed", key="7", payload={"booking": number})
    task = Task.objects.get(handler="sheets.booking_changed")
    known = request_ids.of_task(task.payload)
    assert {"request-0", "request-1"} <= set(known)
    assert 20 <= len(known) <= 100
    assert task.payload["booking"] == 199


def test_what_follows_from_nothing_says_nothing() -> None:
    assert request_ids.current() == ()
    with request_ids.following("request-one"), request_ids.following():
        assert request_ids.current() == ("request-one",)
    assert request_ids.current() == ()
