"""Errors arrive where SENTRY_DSN says: with the request's id, without a word of the client."""

import gzip
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from typing import Any

import pytest
import sentry_sdk
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from botbackend.lib import error_reports, request_ids
from botbackend.outbox import api as outbox
from botbackend.outbox import registry
from botbackend.outbox.claims import Claim
from botbackend.outbox.testing import only_these_subscriptions, run_due
from dialogues.inbound import intake
from dialogues.tests.factories import SECRET, make_event, make_project

pytestmark = pytest.mark.django_db(transaction=True)
WORDS, PHONE, COOKIE = "Zorepadka wants a haircut", "+380 67 111 22 33", "cookie-of-a-person"
PATIENCE = 30.0


# Reports quote the lines around an error: this stands away from where the errors are raised.
def assert_nothing_leaves(body: str) -> None:
    for secret in (WORDS, "Zorepadka", PHONE, "111 22 33", SECRET, COOKIE):
        assert secret not in body


class Receiver(ThreadingHTTPServer):
    """Takes reports as a Sentry would."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: Queue[str] = Queue()
        self.dsn = f"http://public@127.0.0.1:{self.server_address[1]}/7"

    def next(self) -> tuple[dict[str, Any], str]:
        """The next report, and all that came over the wire with it."""
        body = self.bodies.get(timeout=PATIENCE)
        return json.loads(body.splitlines()[2]), body


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        packed = self.headers.get("Content-Encoding") == "gzip"
        self.server.bodies.put((gzip.decompress(body) if packed else body).decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A place that errors are sent to."""
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.SENTRY_DSN = server.dsn
        error_reports.start_if_wanted()
        yield server
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.get_global_scope().set_client(None)
        root.handlers[:] = before
        server.shutdown()
        thread.join()


def fail_with(words: str) -> None:
    """An error as libraries raise it: it quotes what it was given."""
    copy = f"cannot read {words}"
    raise ValueError(copy)


def test_an_error_of_a_view_arrives_with_the_requests_id_and_nothing_of_the_client(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project()
    monkeypatch.setattr(intake, "store", lambda rows: fail_with(f"{rows} {PHONE}"))
    browser = Client(raise_request_exception=False, headers={"X-Request-ID": "request-of-olena"})
    browser.cookies["sessionid"] = COOKIE
    body = json.dumps([make_event(text=WORDS)])
    answer = browser.post(f"/webhook/sendpulse/{SECRET}?q={SECRET}", body, content_type="application/json")
    assert answer.status_code == 500
    report, sent = receiver.next()
    assert report["tags"] == {"request": "request-of-olena"}
    (error,) = report["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "fail_with"
    assert report["logentry"]["message"] == "Internal Server Error: /webhook/sendpulse/***"
    assert not report.keys() & {"request", "user", "breadcrumbs", "modules", "contexts"}
    assert_nothing_leaves(sent)


def _haircut(claim: Claim) -> None:
    fail_with(f"{WORDS} {PHONE}")


def test_an_error_of_a_worker_arrives_with_the_id_of_the_request_it_follows_from(receiver: Receiver) -> None:
    with only_these_subscriptions():
        registry.subscribe("thing.done", _haircut, name="test.reports", queue="default")
        with request_ids.following("request-of-olena"):
            outbox.put("thing.done", key="7")
        run_due("thing.done")
    report, sent = receiver.next()
    assert report["tags"] == {"request": "request-of-olena"}
    assert report["logentry"]["message"] == "task failed"
    assert (report["extra"]["topic"], report["extra"]["attempt"]) == ("thing.done", 1)
    assert report["exception"]["values"][0]["type"] == "ValueError"
    assert_nothing_leaves(sent)


def test_what_ends_a_process_arrives_too_without_the_causes_words(receiver: Receiver) -> None:
    try:
        try:
            fail_with(WORDS)
        except ValueError as error:
            raise KeyError(PHONE) from error
    except KeyError as error:
        hook, stream = sys.excepthook, io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stderr", stream)
            hook(type(error), error, error.__traceback__)
    report, sent = receiver.next()
    assert [value["type"] for value in report["exception"]["values"]] == ["ValueError", "KeyError"]
    assert_nothing_leaves(sent)


def test_a_warning_is_no_error(receiver: Receiver) -> None:
    logging.getLogger("botbackend").warning("Redis takes no jobs")
    logging.getLogger("botbackend").error("a phone: %s", PHONE)
    report, sent = receiver.next()
    assert report["logentry"]["message"] == "a phone: <phone>"
    assert_nothing_leaves(sent)
    with pytest.raises(Empty):
        receiver.bodies.get_nowait()


def test_without_an_address_nothing_is_loaded_and_with_a_wrong_one_everything_runs(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    handlers = list(logging.getLogger().handlers)
    settings.SENTRY_DSN = ""
    error_reports.start_if_wanted()
    settings.SENTRY_DSN = "no address"
    error_reports.start_if_wanted()
    assert "SENTRY_DSN is not an address" in caplog.text
    assert not sentry_sdk.get_client().is_active()
    assert logging.getLogger().handlers == handlers
    told = io.StringIO()
    call_command("check", stderr=told)
    assert "botbackend.W009" in told.getvalue()
