"""What the short cut has to do itself, because Django's handler is not there to do it."""

import json
import time
from io import BytesIO
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse

from botbackend.outbox.tests.processes import database_url
from dialogues.inbound import webhook
from dialogues.models import InboundEvent
from dialogues.tests.factories import SECRET, make_event, make_project
from dialogues.tests.shortcut import WsgiClient

pytestmark = pytest.mark.django_db
CHUNKED = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def post(document: Any, **environ: Any) -> HttpResponse:
    """POST a document as SendPulse does; `environ` replaces what the server told of it."""
    path, raw = f"/webhook/sendpulse/{SECRET}", json.dumps(document).encode()
    return WsgiClient().generic("POST", path, raw, content_type="application/json", **environ)


def test_the_answer_is_json_with_its_length() -> None:
    make_project()
    answer = post([make_event()])
    assert (answer.status_code, answer.reason_phrase) == (200, "OK")
    assert json.loads(answer.content) == {"accepted": 1, "duplicates": 0, "ignored": 0}
    assert answer.headers == {
        "Content-Type": "application/json",
        "Content-Length": str(len(answer.content)),
    }


def test_a_body_in_chunks_without_a_length_is_stored_up_to_the_limit(settings: Any) -> None:
    make_project()
    raw = json.dumps([make_event()]).encode()
    settings.MAX_BODY_BYTES = len(raw)
    assert post(None, **CHUNKED, **{"wsgi.input": BytesIO(raw)}).status_code == 200
    settings.MAX_BODY_BYTES = len(raw) - 1
    answer = post(None, **CHUNKED, **{"wsgi.input": BytesIO(raw)})
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (413, "too_large")
    assert InboundEvent.objects.count() == 1


def test_a_mistake_of_ours_is_a_500_and_the_next_event_is_taken(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_project()
    with monkeypatch.context() as broken:
        broken.setattr(webhook, "read_json", lambda body: 1 / 0)
        assert post([make_event()]).status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert post([make_event()]).status_code == 200
    assert InboundEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_not_kept_longer_than_its_time() -> None:
    make_project()
    assert post([make_event()]).status_code == 200
    before = connection.connection.info.backend_pid
    assert post([make_event()]).status_code == 200
    assert connection.connection.info.backend_pid == before
    connection.close_at = time.monotonic() - 1
    assert post([make_event()]).status_code == 200
    assert connection.connection.info.backend_pid != before
    assert InboundEvent.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_what_is_answered_is_committed_although_the_thread_was_left_in_a_transaction() -> None:
    make_project()
    assert post([make_event()]).status_code == 200
    connection.set_autocommit(False)
    assert post([make_event()]).status_code == 200
    with psycopg.connect(database_url()) as other:
        assert other.execute("SELECT count(*) FROM dialogues_inboundevent").fetchone() == (2,)
